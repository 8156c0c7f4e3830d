-- Keeps the rows of a subset, with what belongs to them and what they reference, and deletes the others.
--
-- Tables have a part each: `named`; `owned`, which reference a named or owned one; `used`, which those
-- reference; and `others`, which reference any of these. Rows that are kept are marked in a column made for
-- that, until none is added any more; then the others are deleted at once, with neither triggers (which are
-- put aside for as long) nor checks of foreign keys: what stays references only what stays. Columns that note
-- changes keep their values.
UPDATE mysql.slip_named SET db = COALESCE(db, DATABASE());
UPDATE mysql.slip_named SET db = LOWER(db), tbl = LOWER(tbl) WHERE @@lower_case_table_names > 0;
UPDATE mysql.slip_named
   SET rel = CONCAT('`', REPLACE(db, '`', '``'), '`.`', REPLACE(tbl, '`', '``'), '`');
CREATE TEMPORARY TABLE mysql.slip_table (
  rel VARCHAR(300) CHARACTER SET utf8mb3 COLLATE utf8mb3_bin PRIMARY KEY, part VARCHAR(10),
  marked INT DEFAULT 0, calm LONGTEXT, calm_child LONGTEXT, calm_parent LONGTEXT,
  deleted BIGINT, kept BIGINT) ENGINE=Aria;
CREATE TEMPORARY TABLE mysql.slip_key (
  child VARCHAR(300) CHARACTER SET utf8mb3 COLLATE utf8mb3_bin,
  parent VARCHAR(300) CHARACTER SET utf8mb3 COLLATE utf8mb3_bin,
  fits LONGTEXT, is_null LONGTEXT, is_kept LONGTEXT) ENGINE=Aria;
CREATE TEMPORARY TABLE mysql.slip_trigger (
  name VARCHAR(300) CHARACTER SET utf8mb3 COLLATE utf8mb3_bin, sql_mode LONGTEXT, place INT,
  text LONGTEXT) ENGINE=Aria;

DELIMITER //
BEGIN NOT ATOMIC
  DECLARE failed INT DEFAULT 0;
  DECLARE words, statement, mode LONGTEXT;
  DECLARE done VARCHAR(300) CHARACTER SET utf8mb3 COLLATE utf8mb3_bin;
  DECLARE added BIGINT;

  BEGIN
    DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN
      GET DIAGNOSTICS CONDITION 1 words = MESSAGE_TEXT;
      SET failed = 1;
      ROLLBACK;
    END;

    FOR it IN (SELECT name FROM mysql.slip_named n LEFT JOIN information_schema.TABLES t
                   ON t.TABLE_SCHEMA = n.db AND t.TABLE_NAME = n.tbl
                  AND t.TABLE_TYPE IN ('BASE TABLE', 'SYSTEM VERSIONED')
                WHERE t.TABLE_NAME IS NULL) DO
      SET words = CONCAT('the subset names "', it.name, '", and there is no such table');
      SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = words;
    END FOR;
    INSERT INTO mysql.slip_table (rel, part) SELECT DISTINCT rel, 'named' FROM mysql.slip_named;

    INSERT INTO mysql.slip_key (child, parent, fits, is_null)
    SELECT CONCAT('`', REPLACE(TABLE_SCHEMA, '`', '``'), '`.`',
                  REPLACE(TABLE_NAME, '`', '``'), '`'),
           CONCAT('`', REPLACE(REFERENCED_TABLE_SCHEMA, '`', '``'), '`.`',
                  REPLACE(REFERENCED_TABLE_NAME, '`', '``'), '`'),
           GROUP_CONCAT(CONCAT('child.`', REPLACE(COLUMN_NAME, '`', '``'), '` = parent.`',
                               REPLACE(REFERENCED_COLUMN_NAME, '`', '``'), '`')
                        SEPARATOR ' AND '),
           GROUP_CONCAT(CONCAT('child.`', REPLACE(COLUMN_NAME, '`', '``'), '` IS NULL')
                        SEPARATOR ' OR ')
      FROM information_schema.KEY_COLUMN_USAGE
     WHERE REFERENCED_TABLE_NAME IS NOT NULL
     GROUP BY CONSTRAINT_SCHEMA, CONSTRAINT_NAME, TABLE_SCHEMA, TABLE_NAME,
              REFERENCED_TABLE_SCHEMA, REFERENCED_TABLE_NAME;
    UPDATE mysql.slip_key
       SET is_kept = CONCAT('EXISTS (SELECT 1 FROM ', parent,
                            ' parent WHERE parent.slipstream_keep = 1 AND ', fits, ')');

    REPEAT
      INSERT IGNORE INTO mysql.slip_table (rel, part)
      SELECT DISTINCT k.child, 'owned' FROM mysql.slip_key k JOIN mysql.slip_table t
          ON t.rel = k.parent;
    UNTIL ROW_COUNT() = 0 END REPEAT;
    REPEAT
      INSERT IGNORE INTO mysql.slip_table (rel, part)
      SELECT DISTINCT k.parent, 'used' FROM mysql.slip_key k JOIN mysql.slip_table t
          ON t.rel = k.child;
    UNTIL ROW_COUNT() = 0 END REPEAT;
    REPEAT
      INSERT IGNORE INTO mysql.slip_table (rel, part)
      SELECT DISTINCT k.child, 'others' FROM mysql.slip_key k JOIN mysql.slip_table t
          ON t.rel = k.parent;
    UNTIL ROW_COUNT() = 0 END REPEAT;
    UPDATE mysql.slip_table SET calm = '', calm_child = '', calm_parent = '';
    FOR it IN (SELECT CONCAT('`', REPLACE(TABLE_SCHEMA, '`', '``'), '`.`',
                             REPLACE(TABLE_NAME, '`', '``'), '`') AS rel,
                      CONCAT('`', REPLACE(COLUMN_NAME, '`', '``'), '`') AS col
                 FROM information_schema.COLUMNS WHERE EXTRA LIKE '%on update%') DO
      UPDATE mysql.slip_table
         SET calm = CONCAT(calm, ', ', it.col, ' = ', it.col),
             calm_child = CONCAT(calm_child, ', child.', it.col, ' = child.', it.col),
             calm_parent = CONCAT(calm_parent, ', parent.', it.col, ' = parent.', it.col)
       WHERE rel = it.rel;
    END FOR;

    INSERT INTO mysql.slip_trigger
    SELECT CONCAT('`', REPLACE(g.TRIGGER_SCHEMA, '`', '``'), '`.`',
                  REPLACE(g.TRIGGER_NAME, '`', '``'), '`'),
           g.SQL_MODE, g.ACTION_ORDER,
           CONCAT('CREATE DEFINER = ''',
                  REPLACE(LEFT(g.DEFINER, CHAR_LENGTH(g.DEFINER) - 1 -
                                          CHAR_LENGTH(SUBSTRING_INDEX(g.DEFINER, '@', -1))),
                          '''', ''''''),
                  '''@''', REPLACE(SUBSTRING_INDEX(g.DEFINER, '@', -1), '''', ''''''),
                  ''' TRIGGER `', REPLACE(g.TRIGGER_SCHEMA, '`', '``'), '`.`',
                  REPLACE(g.TRIGGER_NAME, '`', '``'), '` ', g.ACTION_TIMING, ' ',
                  g.EVENT_MANIPULATION, ' ON ', t.rel, ' FOR EACH ROW ', g.ACTION_STATEMENT)
      FROM information_schema.TRIGGERS g JOIN mysql.slip_table t
        ON t.rel = CONCAT('`', REPLACE(g.EVENT_OBJECT_SCHEMA, '`', '``'), '`.`',
                          REPLACE(g.EVENT_OBJECT_TABLE, '`', '``'), '`')
     WHERE g.EVENT_MANIPULATION <> 'INSERT';
    FOR it IN (SELECT name FROM mysql.slip_trigger) DO
      EXECUTE IMMEDIATE CONCAT('DROP TRIGGER ', it.name);
    END FOR;
    FOR it IN (SELECT rel FROM mysql.slip_table) DO
      EXECUTE IMMEDIATE CONCAT('ALTER TABLE ', it.rel, ' ADD COLUMN slipstream_keep TINYINT '
                               'INVISIBLE NOT NULL DEFAULT 0');
      UPDATE mysql.slip_table SET marked = 1 WHERE rel = it.rel;
    END FOR;

    FOR it IN (SELECT n.rel, n.cond, t.calm
                 FROM mysql.slip_named n JOIN mysql.slip_table t ON t.rel = n.rel) DO
      EXECUTE IMMEDIATE CONCAT('UPDATE ', it.rel, ' SET slipstream_keep = 1', it.calm,
                               ' WHERE (', it.cond, '\n)');
    END FOR;
    REPEAT
      SET added = 0;
      FOR it IN (SELECT c.rel, c.calm_child,
                        GROUP_CONCAT(CONCAT('(', k.is_null, ' OR ', k.is_kept, ')')
                                     SEPARATOR ' AND ') AS all_kept,
                        GROUP_CONCAT(k.is_kept SEPARATOR ' OR ') AS one_kept
                   FROM mysql.slip_table c JOIN mysql.slip_key k ON k.child = c.rel
                   JOIN mysql.slip_table p ON p.rel = k.parent
                  WHERE c.part = 'owned' AND p.part IN ('named', 'owned')
                  GROUP BY c.rel) DO
        EXECUTE IMMEDIATE CONCAT('UPDATE ', it.rel, ' child SET child.slipstream_keep = 1',
                                 it.calm_child, ' WHERE child.slipstream_keep = 0 AND ',
                                 it.all_kept, ' AND (', it.one_kept, ')');
        SET added = added + ROW_COUNT();
      END FOR;
      FOR it IN (SELECT k.child, k.parent, k.fits, p.calm_parent
                   FROM mysql.slip_key k JOIN mysql.slip_table c ON c.rel = k.child
                   JOIN mysql.slip_table p ON p.rel = k.parent
                  WHERE c.part <> 'others') DO
        EXECUTE IMMEDIATE CONCAT('UPDATE ', it.parent, ' parent SET parent.slipstream_keep = 1',
                                 it.calm_parent, ' WHERE parent.slipstream_keep = 0 AND EXISTS '
                                 '(SELECT 1 FROM ', it.child, ' child WHERE '
                                 'child.slipstream_keep = 1 AND ', it.fits, ')');
        SET added = added + ROW_COUNT();
      END FOR;
    UNTIL added = 0 END REPEAT;
    REPEAT
      SET added = 0;
      FOR it IN (SELECT c.rel, c.calm_child,
                        GROUP_CONCAT(CONCAT('(', k.is_null, ' OR ', k.is_kept, ')')
                                     SEPARATOR ' AND ') AS all_kept
                   FROM mysql.slip_table c JOIN mysql.slip_key k ON k.child = c.rel
                   JOIN mysql.slip_table p ON p.rel = k.parent
                  WHERE c.part = 'others' GROUP BY c.rel) DO
        EXECUTE IMMEDIATE CONCAT('UPDATE ', it.rel, ' child SET child.slipstream_keep = 1',
                                 it.calm_child, ' WHERE child.slipstream_keep = 0 AND ',
                                 it.all_kept);
        SET added = added + ROW_COUNT();
      END FOR;
    UNTIL added = 0 END REPEAT;

    FOR it IN (SELECT rel FROM mysql.slip_table) DO
      EXECUTE IMMEDIATE CONCAT('DELETE FROM ', it.rel, ' WHERE slipstream_keep = 0');
      UPDATE mysql.slip_table SET deleted = ROW_COUNT() WHERE rel = it.rel;
      EXECUTE IMMEDIATE CONCAT('SELECT COUNT(*) INTO @slipstream_kept FROM ', it.rel);
      UPDATE mysql.slip_table SET kept = @slipstream_kept WHERE rel = it.rel;
    END FOR;
    COMMIT;
  END;

  -- Without cursors: after an error those above are still open.
  WHILE EXISTS (SELECT 1 FROM mysql.slip_table WHERE marked = 1) DO
    SELECT rel INTO done FROM mysql.slip_table WHERE marked = 1 LIMIT 1;
    EXECUTE IMMEDIATE CONCAT('ALTER TABLE ', done, ' DROP COLUMN slipstream_keep');
    UPDATE mysql.slip_table SET marked = 0 WHERE rel = done;
  END WHILE;
  WHILE EXISTS (SELECT 1 FROM mysql.slip_trigger) DO
    SELECT name, text, sql_mode INTO done, statement, mode FROM mysql.slip_trigger
     ORDER BY place LIMIT 1;
    SET SESSION sql_mode = mode;
    EXECUTE IMMEDIATE statement;
    DELETE FROM mysql.slip_trigger WHERE name = done;
  END WHILE;
  IF failed THEN
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = words;
  END IF;
END//
DELIMITER ;
SELECT CONCAT(REPLACE(REPLACE(rel, CONCAT('`', DATABASE(), '`.'), ''), '`', ''), ': ', deleted,
              ' rows deleted, ', kept, ' kept') FROM mysql.slip_table ORDER BY rel;
DROP TEMPORARY TABLE mysql.slip_named, mysql.slip_table, mysql.slip_key, mysql.slip_trigger;
