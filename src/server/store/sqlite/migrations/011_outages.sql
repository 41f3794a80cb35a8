-- Outages that utilities told: a row a version; the newest of each identifier counts.
CREATE TABLE outages (
  version INTEGER PRIMARY KEY,
  id BLOB NOT NULL,
  told_until_ms INTEGER NOT NULL,
  from_ms INTEGER NOT NULL,
  withdrawn INTEGER NOT NULL,
  doc TEXT NOT NULL,
  by_account TEXT NOT NULL,
  at_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX outages_by_id ON outages (id, version);
CREATE INDEX outages_told ON outages (told_until_ms);
CREATE TRIGGER outages_are_kept BEFORE DELETE ON outages
BEGIN SELECT RAISE(ABORT, 'versions of outages are append-only'); END;
CREATE TRIGGER outages_stay BEFORE UPDATE ON outages
BEGIN SELECT RAISE(ABORT, 'versions of outages are append-only'); END;
