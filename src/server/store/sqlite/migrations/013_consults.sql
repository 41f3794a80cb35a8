-- Questions to the experts of a department while a caller waits; all of what was asked and answered is sealed.
CREATE TABLE consults (
  id BLOB PRIMARY KEY,
  version INTEGER NOT NULL,
  department TEXT NOT NULL,
  asker TEXT NOT NULL,
  open INTEGER NOT NULL,
  asked_ms INTEGER NOT NULL,
  changed_ms INTEGER NOT NULL,
  key BLOB NOT NULL,
  doc TEXT NOT NULL
) STRICT;
CREATE INDEX consults_by_change ON consults (open, changed_ms);
