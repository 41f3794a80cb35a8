-- What was opened, answered with and searched in vain, by day, entry and words: nothing in it tells of a person.
CREATE TABLE knowledge_uses (
  day TEXT NOT NULL,
  code TEXT NOT NULL,
  query TEXT NOT NULL,
  opened INTEGER NOT NULL,
  answered INTEGER NOT NULL,
  missed INTEGER NOT NULL,
  PRIMARY KEY (day, code, query)
) STRICT, WITHOUT ROWID;

-- Articles that changed, by the law's name without its book marks; a blank article is the whole law.
CREATE TABLE law_changes (
  id BLOB PRIMARY KEY,
  law TEXT NOT NULL,
  article TEXT NOT NULL,
  made_ms INTEGER NOT NULL,
  doc TEXT NOT NULL
) STRICT;
CREATE INDEX law_changes_by_time ON law_changes (made_ms);

-- The year's figures count tickets by when they were opened and how they stand, out of the index alone.
CREATE INDEX tickets_by_opening ON tickets (opened_ms, stage);
