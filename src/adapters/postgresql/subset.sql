-- Keeps the rows of a subset, with what belongs to them and what they reference, and deletes the others.
--
-- Tables have a part each: `named`; `owned`, which reference a named or owned one; `used`, which those
-- reference; and `others`, which reference any of these. What is kept of each is gathered in a table of its
-- own, as places of rows (the server is ours alone, so they stay), until nothing is added any more; then the
-- rest is deleted at once, with neither triggers nor checks of foreign keys: what stays references only what
-- stays. A partition's rows count as its root's.
DO $slipstream$
DECLARE
  it record;
  number bigint;
  added bigint;
BEGIN
  CREATE TEMP TABLE slip_table (rel oid PRIMARY KEY, part text) ON COMMIT DROP;
  FOR it IN SELECT n.name, r.rel, c.relkind FROM pg_temp.slip_named n,
                   LATERAL (SELECT to_regclass(n.name)::oid) r(rel)
                   LEFT JOIN pg_class c ON c.oid = r.rel LOOP
    IF it.rel IS NULL OR it.relkind NOT IN ('r', 'p') THEN
      RAISE EXCEPTION 'the subset names "%", and there is no such table', it.name;
    END IF;
    UPDATE pg_temp.slip_named SET rel = coalesce(pg_partition_root(it.rel), it.rel)
     WHERE name = it.name;
  END LOOP;
  INSERT INTO pg_temp.slip_table SELECT DISTINCT rel, 'named' FROM pg_temp.slip_named;

  CREATE TEMP TABLE slip_key ON COMMIT DROP AS
  SELECT coalesce(pg_partition_root(f.conrelid), f.conrelid)::oid AS child,
         coalesce(pg_partition_root(f.confrelid), f.confrelid)::oid AS parent,
         string_agg(format('child.%I = parent.%I', c.attname, p.attname), ' AND ') AS fits,
         string_agg(format('child.%I IS NULL', c.attname), ' OR ') AS is_null
    FROM pg_constraint f, unnest(f.conkey, f.confkey) AS k(child, parent),
         pg_attribute c, pg_attribute p
   WHERE f.contype = 'f' AND f.conparentid = 0
     AND c.attrelid = f.conrelid AND c.attnum = k.child
     AND p.attrelid = f.confrelid AND p.attnum = k.parent
   GROUP BY f.oid;

  LOOP
    INSERT INTO pg_temp.slip_table
    SELECT DISTINCT k.child, 'owned' FROM pg_temp.slip_key k JOIN pg_temp.slip_table t
        ON t.rel = k.parent
    ON CONFLICT DO NOTHING;
    EXIT WHEN NOT FOUND;
  END LOOP;
  LOOP
    INSERT INTO pg_temp.slip_table
    SELECT DISTINCT k.parent, 'used' FROM pg_temp.slip_key k JOIN pg_temp.slip_table t
        ON t.rel = k.child
    ON CONFLICT DO NOTHING;
    EXIT WHEN NOT FOUND;
  END LOOP;
  LOOP
    INSERT INTO pg_temp.slip_table
    SELECT DISTINCT k.child, 'others' FROM pg_temp.slip_key k JOIN pg_temp.slip_table t
        ON t.rel = k.parent
    ON CONFLICT DO NOTHING;
    EXIT WHEN NOT FOUND;
  END LOOP;

  -- What adds the rows of a table that reference no row that is not kept; of an owned table they
  -- have to reference a kept one, too.
  CREATE TEMP TABLE slip_belonging ON COMMIT DROP AS
  SELECT c.rel, c.part, format(
           'INSERT INTO pg_temp.slip_keep_%s SELECT child.tableoid, child.ctid FROM %s child '
           'WHERE %s AND (%s) ON CONFLICT DO NOTHING', c.rel, c.rel::regclass,
           string_agg(format('(%s OR %s)', k.is_null, e.is_kept), ' AND '),
           CASE c.part WHEN 'owned' THEN string_agg(e.is_kept, ' OR ') ELSE 'true' END
         ) AS statement
    FROM pg_temp.slip_table c JOIN pg_temp.slip_key k ON k.child = c.rel
    JOIN pg_temp.slip_table p ON p.rel = k.parent,
         LATERAL format('EXISTS (SELECT FROM %s parent JOIN pg_temp.slip_keep_%s kept '
                        'ON kept.leaf = parent.tableoid AND kept.id = parent.ctid WHERE %s)',
                        k.parent::regclass, k.parent, k.fits) e(is_kept)
   WHERE c.part = 'others' OR (c.part = 'owned' AND p.part IN ('named', 'owned'))
   GROUP BY c.rel, c.part;

  FOR it IN SELECT rel FROM pg_temp.slip_table LOOP
    EXECUTE format('CREATE TEMP TABLE slip_keep_%s (leaf oid, id tid, PRIMARY KEY (leaf, id)) '
                   'ON COMMIT DROP', it.rel);
  END LOOP;
  FOR it IN SELECT rel, condition FROM pg_temp.slip_named LOOP
    EXECUTE format(E'INSERT INTO pg_temp.slip_keep_%s SELECT tableoid, ctid FROM %s WHERE (%s\n) '
                   'ON CONFLICT DO NOTHING', it.rel, it.rel::regclass, it.condition);
  END LOOP;
  LOOP
    added := 0;
    FOR it IN SELECT statement FROM pg_temp.slip_belonging WHERE part = 'owned' LOOP
      EXECUTE it.statement;
      GET DIAGNOSTICS number = ROW_COUNT;
      added := added + number;
    END LOOP;
    FOR it IN SELECT k.* FROM pg_temp.slip_key k JOIN pg_temp.slip_table t ON t.rel = k.child
               WHERE t.part <> 'others' LOOP
      EXECUTE format('INSERT INTO pg_temp.slip_keep_%s SELECT parent.tableoid, parent.ctid '
                     'FROM %s parent WHERE EXISTS (SELECT FROM %s child '
                     'JOIN pg_temp.slip_keep_%s kept ON kept.leaf = child.tableoid '
                     'AND kept.id = child.ctid WHERE %s) ON CONFLICT DO NOTHING',
                     it.parent, it.parent::regclass, it.child::regclass, it.child, it.fits);
      GET DIAGNOSTICS number = ROW_COUNT;
      added := added + number;
    END LOOP;
    EXIT WHEN added = 0;
  END LOOP;
  LOOP
    added := 0;
    FOR it IN SELECT statement FROM pg_temp.slip_belonging WHERE part = 'others' LOOP
      EXECUTE it.statement;
      GET DIAGNOSTICS number = ROW_COUNT;
      added := added + number;
    END LOOP;
    EXIT WHEN added = 0;
  END LOOP;

  PERFORM set_config('session_replication_role', 'replica', true);
  FOR it IN SELECT rel FROM pg_temp.slip_table ORDER BY rel::regclass::text LOOP
    EXECUTE format('DELETE FROM %s it WHERE NOT EXISTS (SELECT FROM pg_temp.slip_keep_%s kept '
                   'WHERE kept.leaf = it.tableoid AND kept.id = it.ctid)',
                   it.rel::regclass, it.rel);
    GET DIAGNOSTICS number = ROW_COUNT;
    EXECUTE format('SELECT count(*) FROM %s', it.rel::regclass) INTO added;
    RAISE NOTICE '%: % rows deleted, % kept', it.rel::regclass, number, added;
  END LOOP;
END
$slipstream$
