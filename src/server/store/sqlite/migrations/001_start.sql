-- Times are UTC milliseconds; identifiers are the 16 bytes of a UUID; documents are JSON that SQL never looks into.
CREATE TABLE meta (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE tickets (
  id BLOB PRIMARY KEY,
  number TEXT NOT NULL UNIQUE,
  version INTEGER NOT NULL,
  head BLOB NOT NULL,
  key BLOB NOT NULL,
  doc TEXT NOT NULL,
  stage TEXT NOT NULL,
  opened_by TEXT NOT NULL,
  lane TEXT NOT NULL,
  due_ms INTEGER,
  changed_ms INTEGER NOT NULL,
  opened_ms INTEGER NOT NULL,
  title TEXT NOT NULL,
  text TEXT NOT NULL
) STRICT;
CREATE INDEX tickets_by_change ON tickets (changed_ms, id);
CREATE INDEX tickets_by_stage ON tickets (stage, changed_ms, id);
CREATE INDEX tickets_by_opener ON tickets (opened_by, changed_ms, id);

-- Place 0 is the lead unit, the others are co-units.
CREATE TABLE ticket_units (
  ticket BLOB NOT NULL REFERENCES tickets (id),
  place INTEGER NOT NULL,
  unit TEXT NOT NULL,
  PRIMARY KEY (ticket, place)
) STRICT, WITHOUT ROWID;
CREATE INDEX ticket_units_by_unit ON ticket_units (unit, ticket);

-- Kind 0: a whole number; kind 1: its last four digits.
CREATE TABLE ticket_blinds (
  kind INTEGER NOT NULL,
  blind BLOB NOT NULL,
  ticket BLOB NOT NULL REFERENCES tickets (id),
  PRIMARY KEY (kind, blind, ticket)
) STRICT, WITHOUT ROWID;
CREATE INDEX ticket_blinds_by_ticket ON ticket_blinds (ticket);

CREATE TABLE events (
  ticket BLOB NOT NULL REFERENCES tickets (id),
  version INTEGER NOT NULL,
  at_ms INTEGER NOT NULL,
  json TEXT NOT NULL,
  link BLOB NOT NULL,
  PRIMARY KEY (ticket, version)
) STRICT;
CREATE TRIGGER events_are_kept BEFORE DELETE ON events
BEGIN SELECT RAISE(ABORT, 'events are append-only'); END;
CREATE TRIGGER events_stay BEFORE UPDATE ON events
BEGIN SELECT RAISE(ABORT, 'events are append-only'); END;

CREATE TABLE callbacks (
  id BLOB PRIMARY KEY,
  version INTEGER NOT NULL,
  ticket BLOB,
  owner TEXT,
  abandoned INTEGER NOT NULL,
  due_ms INTEGER NOT NULL,
  finished_ms INTEGER,
  number BLOB,
  key BLOB NOT NULL,
  doc TEXT NOT NULL
) STRICT;
CREATE INDEX callbacks_open ON callbacks (due_ms, id) WHERE finished_ms IS NULL;
CREATE INDEX callbacks_by_number ON callbacks (number);

CREATE TABLE knowledge (
  code TEXT PRIMARY KEY,
  version INTEGER NOT NULL,
  revision INTEGER NOT NULL UNIQUE,
  retired INTEGER NOT NULL,
  doc TEXT NOT NULL
) STRICT;
CREATE TABLE knowledge_versions (
  code TEXT NOT NULL,
  version INTEGER NOT NULL,
  revision INTEGER NOT NULL,
  doc TEXT NOT NULL,
  by_account TEXT NOT NULL,
  at_ms INTEGER NOT NULL,
  PRIMARY KEY (code, version)
) STRICT;

CREATE TABLE directories (
  version INTEGER PRIMARY KEY,
  doc TEXT NOT NULL,
  by_account TEXT NOT NULL,
  at_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE people (
  account TEXT PRIMARY KEY,
  doc TEXT NOT NULL,
  hash TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE tries (
  account TEXT PRIMARY KEY,
  count INTEGER NOT NULL,
  last_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX tries_by_time ON tries (last_ms);
CREATE TABLE sessions (
  token BLOB PRIMARY KEY,
  account TEXT NOT NULL,
  seat TEXT,
  started_ms INTEGER NOT NULL,
  until_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_by_seat ON sessions (seat) WHERE seat IS NOT NULL;

-- The serial that the day's next lease begins with.
CREATE TABLE numbers (
  day TEXT PRIMARY KEY,
  next INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE seats (
  no TEXT PRIMARY KEY,
  doc TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE calls (
  id BLOB PRIMARY KEY,
  offered_ms INTEGER NOT NULL,
  over INTEGER NOT NULL,
  number BLOB,
  key BLOB NOT NULL,
  doc TEXT NOT NULL
) STRICT;
CREATE INDEX calls_open ON calls (offered_ms, id) WHERE over = 0;
CREATE INDEX calls_by_number ON calls (number);

CREATE TABLE replays (
  account TEXT NOT NULL,
  key TEXT NOT NULL,
  body BLOB NOT NULL,
  at_ms INTEGER NOT NULL,
  wrapped BLOB NOT NULL,
  sealed BLOB NOT NULL,
  PRIMARY KEY (account, key)
) STRICT;
CREATE INDEX replays_by_time ON replays (at_ms);

-- Rows get their sequence number from the relay, in the order they were committed.
CREATE TABLE outbox (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  seq INTEGER UNIQUE,
  at_ms INTEGER NOT NULL,
  notice TEXT NOT NULL,
  link BLOB
) STRICT;
CREATE INDEX outbox_waiting ON outbox (id) WHERE seq IS NULL;
CREATE TABLE sequence (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  newest INTEGER NOT NULL,
  head BLOB NOT NULL
) STRICT;
INSERT INTO sequence (one, newest, head) VALUES (1, 0, zeroblob(32));

-- The global chain: it outlives the outbox.
CREATE TABLE chain (
  seq INTEGER PRIMARY KEY,
  link BLOB NOT NULL,
  head BLOB NOT NULL
) STRICT;
CREATE TRIGGER chain_is_kept BEFORE DELETE ON chain
BEGIN SELECT RAISE(ABORT, 'the chain is append-only'); END;
CREATE TRIGGER chain_stays BEFORE UPDATE ON chain
BEGIN SELECT RAISE(ABORT, 'the chain is append-only'); END;
