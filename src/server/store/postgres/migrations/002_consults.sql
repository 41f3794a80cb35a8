-- Questions to the experts of a department while a caller waits; all of what was asked and answered is sealed.
CREATE TABLE consults (
  id uuid PRIMARY KEY,
  version bigint NOT NULL,
  department text COLLATE "C" NOT NULL,
  asker text COLLATE "C" NOT NULL,
  open boolean NOT NULL,
  asked_ms bigint NOT NULL,
  changed_ms bigint NOT NULL,
  key bytea NOT NULL,
  doc text NOT NULL
);
CREATE INDEX consults_by_change ON consults (open, changed_ms);
