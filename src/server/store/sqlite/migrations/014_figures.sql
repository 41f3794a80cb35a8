-- What each ticket and call adds to the figures, and the sums of it; both are counted from the logs and can be again. Empty
-- text stands where a part has no unit, person or item; `accused` is the unit that a ticket is against: it is not told of it.
CREATE TABLE figure_parts (
  subject BLOB NOT NULL,
  figure TEXT NOT NULL,
  day TEXT NOT NULL,
  unit TEXT NOT NULL,
  account TEXT NOT NULL,
  item TEXT NOT NULL,
  accused TEXT NOT NULL,
  numerator INTEGER NOT NULL,
  denominator INTEGER NOT NULL,
  PRIMARY KEY (subject, figure, day, unit, account, item)
) STRICT, WITHOUT ROWID;
CREATE INDEX figure_parts_behind ON figure_parts (figure, day, unit, item, subject);
CREATE TABLE figure_sums (
  figure TEXT NOT NULL,
  day TEXT NOT NULL,
  unit TEXT NOT NULL,
  account TEXT NOT NULL,
  item TEXT NOT NULL,
  accused TEXT NOT NULL,
  numerator INTEGER NOT NULL,
  denominator INTEGER NOT NULL,
  PRIMARY KEY (figure, day, unit, account, item, accused)
) STRICT, WITHOUT ROWID;

-- Over 0 for what changed since it was counted. Everything is counted once after this migration.
ALTER TABLE tickets ADD COLUMN uncounted INTEGER NOT NULL DEFAULT 1;
CREATE INDEX tickets_uncounted ON tickets (changed_ms) WHERE uncounted > 0;
ALTER TABLE calls ADD COLUMN uncounted INTEGER NOT NULL DEFAULT 1;
CREATE INDEX calls_uncounted ON calls (offered_ms) WHERE over = 1 AND uncounted > 0;

-- How long people were in a seat's state, by the day on which it began.
CREATE TABLE seat_times (
  day TEXT NOT NULL,
  account TEXT NOT NULL,
  state TEXT NOT NULL,
  ms INTEGER NOT NULL,
  PRIMARY KEY (day, account, state)
) STRICT, WITHOUT ROWID;
