-- Rows get their sequence number while they are written: nothing comes back for them. What version 1 left without one
-- is numbered before this.
CREATE TABLE told (
  seq INTEGER PRIMARY KEY,
  at_ms INTEGER NOT NULL,
  notice TEXT NOT NULL
) STRICT;
INSERT INTO told (seq, at_ms, notice) SELECT seq, at_ms, notice FROM outbox;
DROP TABLE outbox;
ALTER TABLE told RENAME TO outbox;
