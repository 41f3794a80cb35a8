-- Tickets are found by words, and listed by their clock. The index keeps no text; `place` is its row of a ticket, in the
-- order of change. The next migration fills it, for only the
-- program can cut texts.
ALTER TABLE tickets ADD COLUMN place INTEGER;
CREATE UNIQUE INDEX tickets_by_place ON tickets (place);
CREATE VIRTUAL TABLE ticket_words USING fts5 (
  words, names, content = '', contentless_delete = 1, tokenize = 'ascii', prefix = '1'
);
-- No clock is the last of all.
ALTER TABLE tickets ADD COLUMN clock_ms INTEGER AS (coalesce(due_ms, 9223372036854775807)) VIRTUAL;
CREATE INDEX tickets_by_clock ON tickets (stage, clock_ms, id);
CREATE INDEX tickets_by_openers_clock ON tickets (opened_by, stage, clock_ms, id);
-- A unit's own, without looking at the others'.
ALTER TABLE ticket_units ADD COLUMN stage TEXT NOT NULL DEFAULT '';
ALTER TABLE ticket_units ADD COLUMN clock_ms INTEGER NOT NULL DEFAULT 9223372036854775807;
UPDATE ticket_units SET (stage, clock_ms) = (SELECT stage, clock_ms FROM tickets WHERE id = ticket);
CREATE INDEX ticket_units_by_clock ON ticket_units (unit, place, stage, clock_ms, ticket);
