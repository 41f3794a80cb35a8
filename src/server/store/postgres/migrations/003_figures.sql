-- What each ticket and call adds to the figures, and the sums of it; both are counted from the logs and can be again. Empty
-- text stands where a part has no unit, person or item; `accused` is the unit that a ticket is against: it is not told of it.
CREATE TABLE figure_parts (
  subject uuid NOT NULL,
  figure text COLLATE "C" NOT NULL,
  day text COLLATE "C" NOT NULL,
  unit text COLLATE "C" NOT NULL,
  account text COLLATE "C" NOT NULL,
  item text COLLATE "C" NOT NULL,
  accused text COLLATE "C" NOT NULL,
  numerator bigint NOT NULL,
  denominator bigint NOT NULL,
  PRIMARY KEY (subject, figure, day, unit, account, item)
);
CREATE INDEX figure_parts_behind ON figure_parts (figure, day, unit, item, subject);
CREATE TABLE figure_sums (
  figure text COLLATE "C" NOT NULL,
  day text COLLATE "C" NOT NULL,
  unit text COLLATE "C" NOT NULL,
  account text COLLATE "C" NOT NULL,
  item text COLLATE "C" NOT NULL,
  accused text COLLATE "C" NOT NULL,
  numerator bigint NOT NULL,
  denominator bigint NOT NULL,
  PRIMARY KEY (figure, day, unit, account, item, accused)
);

-- Over 0 for what changed since it was counted. Everything is counted once after this migration.
ALTER TABLE tickets ADD COLUMN uncounted bigint NOT NULL DEFAULT 1;
CREATE INDEX tickets_uncounted ON tickets (changed_ms) WHERE uncounted > 0;
ALTER TABLE calls ADD COLUMN uncounted bigint NOT NULL DEFAULT 1;
CREATE INDEX calls_uncounted ON calls (offered_ms) WHERE over AND uncounted > 0;

-- How long people were in a seat's state, by the day on which it began.
CREATE TABLE seat_times (
  day text COLLATE "C" NOT NULL,
  account text COLLATE "C" NOT NULL,
  state text COLLATE "C" NOT NULL,
  ms bigint NOT NULL,
  PRIMARY KEY (day, account, state)
);

-- What the hotline is asked and has not decided: it stands in to-do lists, and few of what is in hand is.
ALTER TABLE tickets ADD COLUMN asks boolean NOT NULL DEFAULT false;
UPDATE tickets SET asks = true WHERE stage = 'in_hand' AND (
  (json_typeof(doc::json #> '{plain,work,extension}') = 'object'
    AND coalesce(json_typeof(doc::json #> '{plain,work,extension,decided}'), 'null') = 'null')
  OR (json_typeof(doc::json #> '{plain,work,staged}') = 'object'
    AND coalesce(json_typeof(doc::json #> '{plain,work,staged,decided}'), 'null') = 'null'));
CREATE INDEX tickets_asked ON tickets (stage, clock_ms, id) WHERE asks;

-- On which articles the entries stand: an article that changes flags them.
CREATE TABLE knowledge_basis (
  law text COLLATE "C" NOT NULL,
  article text COLLATE "C" NOT NULL,
  code text COLLATE "C" NOT NULL,
  PRIMARY KEY (law, article, code)
);
CREATE INDEX knowledge_basis_by_code ON knowledge_basis (code);
INSERT INTO knowledge_basis (law, article, code)
SELECT replace(replace(btrim(b.value ->> 'law'), '《', ''), '》', ''), coalesce(btrim(b.value ->> 'article'), ''), k.code
FROM knowledge k, json_array_elements(k.doc::json -> 'basis') AS b (value)
WHERE NOT k.retired AND b.value ->> 'law' IS NOT NULL
ON CONFLICT DO NOTHING;
