-- What the hotline is asked and has not decided: it stands in to-do lists, and few of what is in hand is.
ALTER TABLE tickets ADD COLUMN asks INTEGER NOT NULL DEFAULT 0;
UPDATE tickets SET asks = 1 WHERE stage = 'in_hand' AND (
  (json_type(doc, '$.plain.work.extension') = 'object'
    AND coalesce(json_type(doc, '$.plain.work.extension.decided'), 'null') = 'null')
  OR (json_type(doc, '$.plain.work.staged') = 'object'
    AND coalesce(json_type(doc, '$.plain.work.staged.decided'), 'null') = 'null'));
CREATE INDEX tickets_asked ON tickets (stage, clock_ms, id) WHERE asks = 1;
-- A unit's clerk also has what the unit takes part in.
CREATE INDEX ticket_units_by_any_clock ON ticket_units (unit, stage, clock_ms, ticket);

-- On which articles the entries stand: an article that changes flags them.
CREATE TABLE knowledge_basis (
  law TEXT NOT NULL,
  article TEXT NOT NULL,
  code TEXT NOT NULL,
  PRIMARY KEY (law, article, code)
) STRICT, WITHOUT ROWID;
CREATE INDEX knowledge_basis_by_code ON knowledge_basis (code);
INSERT OR IGNORE INTO knowledge_basis (law, article, code)
SELECT replace(replace(trim(json_extract(b.value, '$.law')), '《', ''), '》', ''),
  coalesce(trim(json_extract(b.value, '$.article')), ''), k.code
FROM knowledge k, json_each(k.doc, '$.basis') b WHERE k.retired = 0 AND json_extract(b.value, '$.law') IS NOT NULL;
