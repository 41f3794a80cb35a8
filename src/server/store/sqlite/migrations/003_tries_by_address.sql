-- Tries to sign in are counted by account and address (0), by address (1) and by account (2); `what` is who is counted,
-- an address only as its blind index. Counts of version 2 are not taken over: a wait of 15 minutes at most is forgotten.
DROP TABLE tries;
CREATE TABLE tries (
  kind INTEGER NOT NULL,
  what TEXT NOT NULL,
  count INTEGER NOT NULL,
  last_ms INTEGER NOT NULL,
  PRIMARY KEY (kind, what)
) STRICT, WITHOUT ROWID;
CREATE INDEX tries_by_time ON tries (last_ms);
CREATE INDEX sessions_by_account ON sessions (account);
