-- Holiday notices over the built-in ones: each import is a version, with who brought it, what was brought (`sent`) and
-- what was in force from then on (`doc`). `counted` turns 1 when every open ticket's deadlines were worked out by it.
CREATE TABLE calendars (
  version INTEGER PRIMARY KEY,
  doc TEXT NOT NULL,
  sent TEXT NOT NULL,
  by_account TEXT NOT NULL,
  at_ms INTEGER NOT NULL,
  counted INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TRIGGER calendars_are_kept BEFORE DELETE ON calendars
BEGIN SELECT RAISE(ABORT, 'imports of notices are kept'); END;
CREATE TRIGGER calendars_stay BEFORE UPDATE OF version, doc, sent, by_account, at_ms ON calendars
BEGIN SELECT RAISE(ABORT, 'imports of notices stay as they were'); END;
