-- The daemon that carries an operation out, and how often one has taken it into its hands.
ALTER TABLE operations ADD COLUMN owner TEXT NOT NULL DEFAULT '';
ALTER TABLE operations ADD COLUMN generation INTEGER NOT NULL DEFAULT 0;
-- What unfinished operations have to themselves, or keep others from changing.
CREATE TABLE locks (
  sequence INTEGER PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind <> ''),
  id TEXT NOT NULL CHECK (id <> ''),
  mode TEXT NOT NULL CHECK (mode IN ('shared', 'exclusive')),
  operation TEXT NOT NULL REFERENCES operations (id),
  checksum INTEGER,
  UNIQUE (operation, kind, id)
) STRICT;
CREATE UNIQUE INDEX exclusive_locks ON locks (kind, id) WHERE mode = 'exclusive';
CREATE INDEX locks_by_id ON locks (kind, id);
INSERT OR IGNORE INTO locks (kind, id, mode, operation)
  SELECT substr(value, 1, instr(replace(value, ' ', '_') || '_', '_') - 1), value, mode, id FROM (
    SELECT o.id, o.sequence, l.value, 'exclusive' AS mode
      FROM operations AS o, json_each(o.locks) AS l
      WHERE o.state IN ('queued', 'running', 'rolling_back')
    UNION
    SELECT o.id, o.sequence, s.value, 'shared' AS mode
      FROM operations AS o, json_each(o.shared) AS s
      WHERE o.state IN ('queued', 'running', 'rolling_back')
        AND s.value NOT IN (SELECT value FROM json_each(o.locks)))
  ORDER BY sequence, value;
-- Orders are of a generation of their operation now, not of a start of the daemon.
DELETE FROM facts WHERE name = 'generation';
