-- What is to be done at a moment, one row a subject: whoever leases a job does it, and its fence tells a later holder from
-- an earlier one. `due_ms` is null where nothing is to be done. Every open ticket is looked at once.
CREATE TABLE jobs (
  kind TEXT NOT NULL,
  subject BLOB NOT NULL,
  due_ms INTEGER,
  lease_ms INTEGER NOT NULL DEFAULT 0,
  fence INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (kind, subject)
) STRICT, WITHOUT ROWID;
CREATE INDEX jobs_by_due ON jobs (due_ms) WHERE due_ms IS NOT NULL;
INSERT INTO jobs (kind, subject, due_ms) SELECT 'cards', id, 0 FROM tickets
WHERE stage NOT IN ('draft', 'merged', 'closed_directly', 'invalid', 'declined', 'handed_to_emergency', 'closed', 'withdrawn', 'archived');
