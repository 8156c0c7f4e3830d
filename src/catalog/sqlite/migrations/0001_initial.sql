-- The columns of a record are the members of its struct in src/domain, by the same names: ids and
-- enumerators as text, times in milliseconds since 1970, NULL for an empty reference or no value,
-- and what is made of several parts as JSON. `sequence` is the order in which records were first put.

PRAGMA application_id = 0x736c6970;

CREATE TABLE users (
  sequence INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE CHECK (id <> ''),
  name TEXT NOT NULL UNIQUE,
  role TEXT NOT NULL CHECK (role IN ('member', 'admin')),
  password_hash TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE accesses (
  sequence INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE CHECK (id <> ''),
  user TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
  kind TEXT NOT NULL CHECK (kind IN ('session', 'token')),
  secret_hash TEXT NOT NULL UNIQUE,
  label TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER
) STRICT;
CREATE INDEX accesses_of_user ON accesses (user);
CREATE INDEX accesses_by_expiry ON accesses (expires_at) WHERE expires_at IS NOT NULL;

CREATE TABLE sources (
  sequence INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE CHECK (id <> ''),
  name TEXT NOT NULL,
  config TEXT NOT NULL CHECK (json_valid(config)),
  snapshot TEXT,
  position TEXT CHECK (position IS NULL OR json_valid(position)),
  synced_at INTEGER,
  created_at INTEGER NOT NULL,
  deleted_at INTEGER
) STRICT;
CREATE UNIQUE INDEX source_names ON sources (name) WHERE deleted_at IS NULL;

CREATE TABLE templates (
  sequence INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE CHECK (id <> ''),
  name TEXT NOT NULL,
  versions TEXT NOT NULL CHECK (json_valid(versions)),
  master TEXT REFERENCES branches (id) DEFERRABLE INITIALLY DEFERRED,
  created_at INTEGER NOT NULL,
  deleted_at INTEGER
) STRICT;
CREATE UNIQUE INDEX template_names ON templates (name) WHERE deleted_at IS NULL;

CREATE TABLE containers (
  sequence INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE CHECK (id <> ''),
  name TEXT NOT NULL,
  template_id TEXT NOT NULL REFERENCES templates (id) DEFERRABLE INITIALLY DEFERRED,
  active TEXT REFERENCES branches (id) DEFERRABLE INITIALLY DEFERRED,
  members TEXT NOT NULL CHECK (json_valid(members)),
  endpoints TEXT NOT NULL CHECK (json_valid(endpoints)),
  password TEXT NOT NULL,
  lock TEXT CHECK (lock IS NULL OR json_valid(lock)),
  created_at INTEGER NOT NULL,
  deleted_at INTEGER
) STRICT;
CREATE UNIQUE INDEX container_names ON containers (name) WHERE deleted_at IS NULL;

-- A container can be purged and its branches stay known, so they do not reference it.
CREATE TABLE branches (
  sequence INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE CHECK (id <> ''),
  name TEXT NOT NULL,
  container TEXT,
  template_id TEXT REFERENCES templates (id) DEFERRABLE INITIALLY DEFERRED,
  segment TEXT REFERENCES segments (id) DEFERRABLE INITIALLY DEFERRED,
  volume TEXT,
  wanted TEXT NOT NULL CHECK (wanted IN ('stopped', 'running')),
  created_at INTEGER NOT NULL,
  deleted_at INTEGER,
  CHECK ((container IS NULL) <> (template_id IS NULL))
) STRICT;
CREATE UNIQUE INDEX branch_names_of_container ON branches (container, name)
  WHERE deleted_at IS NULL AND container IS NOT NULL;
CREATE UNIQUE INDEX branch_names_of_template ON branches (template_id, name)
  WHERE deleted_at IS NULL AND container IS NULL;
CREATE INDEX branches_of_container ON branches (container);

CREATE TABLE segments (
  sequence INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE CHECK (id <> ''),
  branch TEXT NOT NULL REFERENCES branches (id) DEFERRABLE INITIALLY DEFERRED,
  previous TEXT REFERENCES segments (id) DEFERRABLE INITIALLY DEFERRED,
  kind TEXT NOT NULL CHECK (kind IN ('created', 'refreshed', 'restored', 'reset', 'undone')),
  parent TEXT CHECK (parent IS NULL OR json_valid(parent)),
  safety_point TEXT,
  template_version INTEGER NOT NULL,
  operation TEXT,
  began_at INTEGER NOT NULL
) STRICT;
CREATE INDEX segments_of_branch ON segments (branch);

CREATE TABLE points (
  sequence INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE CHECK (id <> ''),
  segment TEXT NOT NULL REFERENCES segments (id) DEFERRABLE INITIALLY DEFERRED,
  branch TEXT NOT NULL REFERENCES branches (id) DEFERRABLE INITIALLY DEFERRED,
  kind TEXT NOT NULL CHECK (kind IN ('automatic', 'bookmark', 'safety', 'synced')),
  at INTEGER NOT NULL,
  snapshot TEXT,
  baked TEXT,
  positions TEXT NOT NULL CHECK (json_valid(positions)),
  operation TEXT
) STRICT;
CREATE INDEX points_of_branch ON points (branch, at);
CREATE INDEX reachable_points_of_branch ON points (branch, at) WHERE snapshot IS NOT NULL;
CREATE INDEX reachable_points_of_segment ON points (segment, at) WHERE snapshot IS NOT NULL;
CREATE INDEX reachable_points ON points (at) WHERE snapshot IS NOT NULL;

CREATE TABLE bookmarks (
  sequence INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE CHECK (id <> ''),
  point TEXT NOT NULL REFERENCES points (id) DEFERRABLE INITIALLY DEFERRED,
  container TEXT,
  template_id TEXT NOT NULL REFERENCES templates (id) DEFERRABLE INITIALLY DEFERRED,
  creator TEXT,
  creator_name TEXT NOT NULL,
  name TEXT NOT NULL,
  note TEXT NOT NULL,
  tags TEXT NOT NULL CHECK (json_valid(tags)),
  audience TEXT NOT NULL CHECK (audience IN ('only_container', 'everyone', 'named')),
  shared_with TEXT NOT NULL CHECK (json_valid(shared_with)),
  at INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER,
  deleted_at INTEGER
) STRICT;
CREATE UNIQUE INDEX bookmark_names_of_container ON bookmarks (container, name)
  WHERE deleted_at IS NULL AND container IS NOT NULL;
CREATE UNIQUE INDEX bookmark_names_of_template ON bookmarks (template_id, name)
  WHERE deleted_at IS NULL AND container IS NULL;
CREATE INDEX bookmarks_of_container ON bookmarks (container, at);
CREATE INDEX bookmarks_of_template ON bookmarks (template_id, at);
CREATE INDEX bookmarks_of_point ON bookmarks (point);

-- The kinds of operations grow with the product; the program alone knows them all.
CREATE TABLE operations (
  sequence INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE CHECK (id <> ''),
  kind TEXT NOT NULL,
  actor TEXT NOT NULL CHECK (json_valid(actor)),
  actor_user TEXT GENERATED ALWAYS AS (json_extract(actor, '$.user')) VIRTUAL,
  words TEXT NOT NULL,
  state TEXT NOT NULL
    CHECK (state IN ('queued', 'running', 'rolling_back', 'succeeded', 'failed', 'canceled')),
  container TEXT,
  template_id TEXT,
  source TEXT,
  branch TEXT,
  parent TEXT CHECK (parent IS NULL OR json_valid(parent)),
  point TEXT,
  locks TEXT NOT NULL CHECK (json_valid(locks)),
  steps TEXT NOT NULL CHECK (json_valid(steps)),
  failure TEXT CHECK (failure IS NULL OR json_valid(failure)),
  cancel_requested INTEGER NOT NULL CHECK (cancel_requested IN (0, 1)),
  progress TEXT NOT NULL,
  idempotency_key TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  ended_at INTEGER
) STRICT;
CREATE INDEX operations_of_container ON operations (container);
CREATE INDEX unfinished_operations ON operations (sequence)
  WHERE state IN ('queued', 'running', 'rolling_back');
CREATE UNIQUE INDEX operations_by_key ON operations (actor_user, idempotency_key)
  WHERE idempotency_key <> '';

CREATE TABLE volumes (
  sequence INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE CHECK (id <> ''),
  state TEXT NOT NULL CHECK (state IN ('building', 'live', 'doomed')),
  operation TEXT,
  about TEXT NOT NULL,
  template_id TEXT,
  template_version INTEGER NOT NULL,
  branch TEXT,
  password TEXT NOT NULL,
  ports TEXT NOT NULL CHECK (json_valid(ports))
) STRICT;

CREATE TABLE snapshots (
  sequence INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE CHECK (id <> ''),
  state TEXT NOT NULL CHECK (state IN ('building', 'live', 'doomed')),
  operation TEXT,
  about TEXT NOT NULL
) STRICT;

CREATE TABLE events (
  sequence INTEGER PRIMARY KEY CHECK (sequence > 0),
  at INTEGER NOT NULL,
  topic TEXT NOT NULL,
  subject TEXT NOT NULL,
  container TEXT,
  template_id TEXT,
  words TEXT NOT NULL
) STRICT;
