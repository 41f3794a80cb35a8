-- Times are UTC milliseconds; documents are JSON as text, which SQL never looks into. Texts are compared byte by byte
-- ("C"), whatever language the database was made for.
CREATE TABLE meta (
  name text COLLATE "C" PRIMARY KEY,
  value text NOT NULL
);

CREATE FUNCTION hotline_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;

-- `clock_ms` is the clock that ends first; none is the last of all.
CREATE TABLE tickets (
  id uuid PRIMARY KEY,
  number text COLLATE "C" NOT NULL UNIQUE,
  version bigint NOT NULL,
  head bytea NOT NULL,
  key bytea NOT NULL,
  doc text NOT NULL,
  stage text COLLATE "C" NOT NULL,
  opened_by text COLLATE "C" NOT NULL,
  lane text COLLATE "C" NOT NULL,
  due_ms bigint,
  clock_ms bigint NOT NULL,
  changed_ms bigint NOT NULL,
  opened_ms bigint NOT NULL,
  title text NOT NULL,
  text text NOT NULL,
  main uuid
);
CREATE INDEX tickets_by_change ON tickets (changed_ms, id);
CREATE INDEX tickets_by_stage ON tickets (stage, changed_ms, id);
CREATE INDEX tickets_by_opener ON tickets (opened_by, stage, changed_ms, id);
CREATE INDEX tickets_by_clock ON tickets (stage, clock_ms, id);
CREATE INDEX tickets_by_openers_clock ON tickets (opened_by, stage, clock_ms, id);
CREATE INDEX tickets_by_main ON tickets (main, changed_ms, id) WHERE main IS NOT NULL;
CREATE INDEX tickets_by_opening ON tickets (opened_ms, stage);

-- Place 0 is the lead unit, the others are co-units. Stage and times are the ticket's, so that a unit's own are found
-- without looking at the others'.
CREATE TABLE ticket_units (
  ticket uuid NOT NULL REFERENCES tickets (id),
  place bigint NOT NULL,
  unit text COLLATE "C" NOT NULL,
  stage text COLLATE "C" NOT NULL,
  clock_ms bigint NOT NULL,
  changed_ms bigint NOT NULL,
  PRIMARY KEY (ticket, place)
);
CREATE INDEX ticket_units_by_change ON ticket_units (unit, stage, changed_ms, ticket);
CREATE INDEX ticket_units_by_clock ON ticket_units (unit, stage, clock_ms, ticket);

CREATE TABLE ticket_blinds (
  blind bytea NOT NULL,
  ticket uuid NOT NULL REFERENCES tickets (id),
  PRIMARY KEY (blind, ticket)
);
CREATE INDEX ticket_blinds_by_ticket ON ticket_blinds (ticket);

-- Which characters and pairs of characters stand in title and text, and both as they are compared. A table of its own:
-- most changes of a ticket leave its words alone.
CREATE TABLE ticket_words (
  ticket uuid PRIMARY KEY REFERENCES tickets (id),
  words text[] COLLATE "C" NOT NULL,
  folded text COLLATE "C" NOT NULL
);
CREATE INDEX ticket_words_by_word ON ticket_words USING gin (words);

CREATE TABLE events (
  ticket uuid NOT NULL REFERENCES tickets (id),
  version bigint NOT NULL,
  at_ms bigint NOT NULL,
  json text NOT NULL,
  link bytea NOT NULL,
  PRIMARY KEY (ticket, version)
);
CREATE TRIGGER events_are_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON events
  FOR EACH STATEMENT EXECUTE FUNCTION hotline_append_only();

-- What is to be done at a moment, one row a subject: whoever leases a job does it, and its fence tells a later holder from
-- an earlier one. `due_ms` is null where nothing is to be done.
CREATE TABLE jobs (
  kind text COLLATE "C" NOT NULL,
  subject uuid NOT NULL,
  due_ms bigint,
  lease_ms bigint NOT NULL DEFAULT 0,
  fence bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (kind, subject)
);
CREATE INDEX jobs_by_due ON jobs (due_ms) WHERE due_ms IS NOT NULL;

CREATE TABLE callbacks (
  id uuid PRIMARY KEY,
  version bigint NOT NULL,
  ticket uuid,
  owner text COLLATE "C",
  abandoned boolean NOT NULL,
  due_ms bigint NOT NULL,
  finished_ms bigint,
  number bytea,
  key bytea NOT NULL,
  doc text NOT NULL
);
CREATE INDEX callbacks_open ON callbacks (due_ms, id) WHERE finished_ms IS NULL;
CREATE INDEX callbacks_by_number ON callbacks (number);

CREATE TABLE knowledge (
  code text COLLATE "C" PRIMARY KEY,
  version bigint NOT NULL,
  revision bigint NOT NULL UNIQUE,
  retired boolean NOT NULL,
  doc text NOT NULL,
  last_day text COLLATE "C"
);
CREATE INDEX knowledge_by_last_day ON knowledge (last_day, code) WHERE NOT retired;
-- Of each version who made it out of what, and why.
CREATE TABLE knowledge_versions (
  code text COLLATE "C" NOT NULL,
  version bigint NOT NULL,
  revision bigint NOT NULL,
  doc text NOT NULL,
  by_account text COLLATE "C" NOT NULL,
  at_ms bigint NOT NULL,
  retired boolean NOT NULL,
  draft uuid,
  reason text NOT NULL,
  PRIMARY KEY (code, version)
);
CREATE INDEX knowledge_versions_by_revision ON knowledge_versions (revision);
CREATE TRIGGER knowledge_versions_are_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON knowledge_versions
  FOR EACH STATEMENT EXECUTE FUNCTION hotline_append_only();

CREATE TABLE knowledge_drafts (
  id uuid PRIMARY KEY,
  version bigint NOT NULL,
  code text COLLATE "C" NOT NULL,
  stage text COLLATE "C" NOT NULL,
  department text COLLATE "C" NOT NULL,
  made_by text COLLATE "C" NOT NULL,
  changed_ms bigint NOT NULL,
  doc text NOT NULL
);
CREATE INDEX knowledge_drafts_by_stage ON knowledge_drafts (stage, changed_ms, id);

CREATE TABLE knowledge_corrections (
  id uuid PRIMARY KEY,
  version bigint NOT NULL,
  settled boolean NOT NULL,
  made_ms bigint NOT NULL,
  doc text NOT NULL
);
CREATE INDEX knowledge_corrections_open ON knowledge_corrections (settled, made_ms, id);

-- What stands for an entry's meaning: made in the background, so it may be missing or of an older revision.
CREATE TABLE knowledge_vectors (
  code text COLLATE "C" PRIMARY KEY,
  seq bigint NOT NULL UNIQUE,
  revision bigint NOT NULL,
  model text COLLATE "C" NOT NULL,
  vector bytea NOT NULL
);

-- What was opened, answered with and searched in vain, by day, entry and words: nothing in it tells of a person.
CREATE TABLE knowledge_uses (
  day text COLLATE "C" NOT NULL,
  code text COLLATE "C" NOT NULL,
  query text COLLATE "C" NOT NULL,
  opened bigint NOT NULL,
  answered bigint NOT NULL,
  missed bigint NOT NULL,
  PRIMARY KEY (day, code, query)
);

-- Articles that changed, by the law's name without its book marks; a blank article is the whole law.
CREATE TABLE law_changes (
  id uuid PRIMARY KEY,
  law text NOT NULL,
  article text NOT NULL,
  made_ms bigint NOT NULL,
  doc text NOT NULL
);
CREATE INDEX law_changes_by_time ON law_changes (made_ms);

-- Outages that utilities told: a row a version; the newest of each identifier counts.
CREATE TABLE outages (
  version bigint PRIMARY KEY,
  id uuid NOT NULL,
  told_until_ms bigint NOT NULL,
  from_ms bigint NOT NULL,
  withdrawn boolean NOT NULL,
  doc text NOT NULL,
  by_account text COLLATE "C" NOT NULL,
  at_ms bigint NOT NULL
);
CREATE INDEX outages_by_id ON outages (id, version);
CREATE INDEX outages_told ON outages (told_until_ms);
CREATE TRIGGER outages_are_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON outages
  FOR EACH STATEMENT EXECUTE FUNCTION hotline_append_only();

CREATE TABLE directories (
  version bigint PRIMARY KEY,
  doc text NOT NULL,
  by_account text COLLATE "C" NOT NULL,
  at_ms bigint NOT NULL
);

-- Holiday notices over the built-in ones: each import is a version, with who brought it, what was brought (`sent`) and
-- what was in force from then on (`doc`). `counted` turns true when every open ticket's deadlines were worked out by it.
CREATE TABLE calendars (
  version bigint PRIMARY KEY,
  doc text NOT NULL,
  sent text NOT NULL,
  by_account text COLLATE "C" NOT NULL,
  at_ms bigint NOT NULL,
  counted boolean NOT NULL DEFAULT false
);
CREATE TRIGGER calendars_are_kept BEFORE DELETE OR TRUNCATE OR UPDATE OF version, doc, sent, by_account, at_ms
  ON calendars FOR EACH STATEMENT EXECUTE FUNCTION hotline_append_only();

CREATE TABLE people (
  account text COLLATE "C" PRIMARY KEY,
  doc text NOT NULL,
  hash text NOT NULL
);
-- Tries to sign in are counted by account and address (0), by address (1) and by account (2); `what` is who is counted,
-- an address only as its blind index.
CREATE TABLE tries (
  kind bigint NOT NULL,
  what text COLLATE "C" NOT NULL,
  count bigint NOT NULL,
  last_ms bigint NOT NULL,
  PRIMARY KEY (kind, what)
);
CREATE INDEX tries_by_time ON tries (last_ms);
CREATE TABLE sessions (
  token bytea PRIMARY KEY,
  account text COLLATE "C" NOT NULL,
  seat text COLLATE "C",
  started_ms bigint NOT NULL,
  until_ms bigint NOT NULL
);
CREATE INDEX sessions_by_seat ON sessions (seat) WHERE seat IS NOT NULL;
CREATE INDEX sessions_by_account ON sessions (account);

-- The serial that the day's next lease begins with.
CREATE TABLE numbers (
  day text COLLATE "C" PRIMARY KEY,
  next bigint NOT NULL
);

CREATE TABLE seats (
  no text COLLATE "C" PRIMARY KEY,
  doc text NOT NULL
);

-- `server` is the one that has the call: its trunk carries it, its seats are offered it.
CREATE TABLE calls (
  id uuid PRIMARY KEY,
  offered_ms bigint NOT NULL,
  over boolean NOT NULL,
  number bytea,
  key bytea NOT NULL,
  doc text NOT NULL,
  server uuid NOT NULL
);
CREATE INDEX calls_open ON calls (offered_ms, id) WHERE NOT over;
CREATE INDEX calls_by_number ON calls (number);

CREATE TABLE replays (
  account text COLLATE "C" NOT NULL,
  key text COLLATE "C" NOT NULL,
  body bytea NOT NULL,
  at_ms bigint NOT NULL,
  wrapped bytea NOT NULL,
  sealed bytea NOT NULL,
  PRIMARY KEY (account, key)
);
CREATE INDEX replays_by_time ON replays (at_ms);

-- Rows are numbered by the transaction that holds the one row of `sequence` until it commits: the numbers have no gap,
-- and whoever sees one sees all before it.
CREATE TABLE outbox (
  seq bigint PRIMARY KEY,
  at_ms bigint NOT NULL,
  notice text NOT NULL
);
CREATE TABLE sequence (
  one bigint PRIMARY KEY CHECK (one = 1),
  newest bigint NOT NULL,
  head bytea NOT NULL
);
INSERT INTO sequence (one, newest, head) VALUES (1, 0, decode(repeat('00', 32), 'hex'));

-- The global chain: it outlives the outbox.
CREATE TABLE chain (
  seq bigint PRIMARY KEY,
  link bytea NOT NULL,
  head bytea NOT NULL
);
CREATE TRIGGER chain_is_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON chain
  FOR EACH STATEMENT EXECUTE FUNCTION hotline_append_only();
