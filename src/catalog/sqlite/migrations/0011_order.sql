-- What came last is told by the order of records, whatever clocks said then.
CREATE INDEX points_in_order ON points (branch) WHERE snapshot IS NOT NULL AND replayed_from IS NULL;
-- What an operation was making, to be looked up at its end.
CREATE INDEX volumes_being_built ON volumes (operation) WHERE state = 'building';
CREATE INDEX snapshots_being_built ON snapshots (operation) WHERE state = 'building';
-- Single values about the installation itself.
CREATE TABLE facts (
  sequence INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE CHECK (name <> ''),
  value TEXT NOT NULL
) STRICT;
