-- What stands for an entry's meaning: made in the background, so it may be missing or of an older revision.
CREATE TABLE knowledge_vectors (
  code TEXT PRIMARY KEY,
  seq INTEGER NOT NULL UNIQUE,
  revision INTEGER NOT NULL,
  model TEXT NOT NULL,
  vector BLOB NOT NULL
) STRICT;
