-- Drafts and corrections of knowledge; of each version who made it out of what, and why.
CREATE TABLE knowledge_drafts (
  id BLOB PRIMARY KEY,
  version INTEGER NOT NULL,
  code TEXT NOT NULL,
  stage TEXT NOT NULL,
  department TEXT NOT NULL,
  made_by TEXT NOT NULL,
  changed_ms INTEGER NOT NULL,
  doc TEXT NOT NULL
) STRICT;
CREATE INDEX knowledge_drafts_by_stage ON knowledge_drafts (stage, changed_ms, id);

CREATE TABLE knowledge_corrections (
  id BLOB PRIMARY KEY,
  version INTEGER NOT NULL,
  settled INTEGER NOT NULL,
  made_ms INTEGER NOT NULL,
  doc TEXT NOT NULL
) STRICT;
CREATE INDEX knowledge_corrections_open ON knowledge_corrections (settled, made_ms, id);

ALTER TABLE knowledge_versions ADD COLUMN retired INTEGER NOT NULL DEFAULT 0;
ALTER TABLE knowledge_versions ADD COLUMN draft BLOB;
ALTER TABLE knowledge_versions ADD COLUMN reason TEXT NOT NULL DEFAULT '';
CREATE INDEX knowledge_versions_by_revision ON knowledge_versions (revision);
CREATE TRIGGER knowledge_versions_are_kept BEFORE DELETE ON knowledge_versions
BEGIN SELECT RAISE(ABORT, 'versions of knowledge are append-only'); END;
CREATE TRIGGER knowledge_versions_stay BEFORE UPDATE ON knowledge_versions
BEGIN SELECT RAISE(ABORT, 'versions of knowledge are append-only'); END;

-- The last day as the text of its document has it, so that what expires is found without reading all.
CREATE INDEX knowledge_by_last_day ON knowledge (json_extract(doc, '$.valid_until')) WHERE retired = 0;
