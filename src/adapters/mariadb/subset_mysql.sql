-- As subset_mariadb.sql, in a language with less: no loops over rows, so that they are taken from a table of
-- tasks; no statements made of text but through PREPARE; temporary tables can be named once in a statement
-- only, so that ordinary ones are used, in a database of their own. The procedure is in the database that the
-- conditions are about: it decides what names mean. It cannot put triggers aside, so it refuses where one
-- would fire.
UPDATE slipstream_subset.named SET db = COALESCE(db, DATABASE());
UPDATE slipstream_subset.named SET db = LOWER(db), tbl = LOWER(tbl)
 WHERE @@lower_case_table_names > 0;
UPDATE slipstream_subset.named
   SET rel = CONCAT('`', REPLACE(db, '`', '``'), '`.`', REPLACE(tbl, '`', '``'), '`');
CREATE TABLE slipstream_subset.tables (
  rel VARCHAR(300) PRIMARY KEY, part VARCHAR(10), marked INT DEFAULT 0, calm LONGTEXT,
  calm_child LONGTEXT, calm_parent LONGTEXT, deleted BIGINT, kept BIGINT);
CREATE TABLE slipstream_subset.references_to (
  child VARCHAR(300), parent VARCHAR(300), fits LONGTEXT, is_null LONGTEXT, is_kept LONGTEXT);
CREATE TABLE slipstream_subset.tasks (
  n BIGINT AUTO_INCREMENT PRIMARY KEY, rel VARCHAR(300), statement LONGTEXT);

DELIMITER //
CREATE PROCEDURE slipstream_subset_do(IN text LONGTEXT, OUT changed BIGINT)
BEGIN
  SET @slipstream_statement = text;
  PREPARE slipstream_statement FROM @slipstream_statement;
  EXECUTE slipstream_statement;
  SET changed = ROW_COUNT();
  DEALLOCATE PREPARE slipstream_statement;
END//

CREATE PROCEDURE slipstream_subset_tasks(OUT added BIGINT)
BEGIN
  DECLARE task, changed BIGINT;
  DECLARE todo LONGTEXT;
  SET added = 0;
  WHILE EXISTS (SELECT 1 FROM slipstream_subset.tasks) DO
    SELECT n, statement INTO task, todo FROM slipstream_subset.tasks ORDER BY n LIMIT 1;
    CALL slipstream_subset_do(todo, changed);
    SET added = added + changed;
    DELETE FROM slipstream_subset.tasks WHERE n = task;
  END WHILE;
END//

CREATE PROCEDURE slipstream_subset()
BEGIN
  DECLARE failed INT DEFAULT 0;
  DECLARE words, todo LONGTEXT;
  DECLARE it VARCHAR(300) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
  DECLARE task, changed, added BIGINT;

  BEGIN
    DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN
      GET DIAGNOSTICS CONDITION 1 words = MESSAGE_TEXT;
      SET failed = 1;
      ROLLBACK;
    END;

    SELECT MIN(n.name) INTO it FROM slipstream_subset.named n
      LEFT JOIN information_schema.TABLES t
        ON n.db = CONVERT(t.TABLE_SCHEMA USING utf8mb4) COLLATE utf8mb4_bin
       AND n.tbl = CONVERT(t.TABLE_NAME USING utf8mb4) COLLATE utf8mb4_bin
       AND t.TABLE_TYPE = 'BASE TABLE'
     WHERE t.TABLE_NAME IS NULL;
    IF it IS NOT NULL THEN
      SET words = CONCAT('the subset names "', it, '", and there is no such table');
      SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = words;
    END IF;
    INSERT INTO slipstream_subset.tables (rel, part)
    SELECT DISTINCT rel, 'named' FROM slipstream_subset.named;

    INSERT INTO slipstream_subset.references_to (child, parent, fits, is_null)
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
    -- A table that is changed may not be looked into, unless through a copy.
    UPDATE slipstream_subset.references_to
       SET is_kept = IF(child = parent,
             CONCAT('EXISTS (SELECT /*+ NO_MERGE(parent) */ 1 FROM (SELECT * FROM ', parent,
                    ' WHERE slipstream_keep = 1) parent WHERE ', fits, ')'),
             CONCAT('EXISTS (SELECT 1 FROM ', parent,
                    ' parent WHERE parent.slipstream_keep = 1 AND ', fits, ')'));

    REPEAT
      INSERT IGNORE INTO slipstream_subset.tables (rel, part)
      SELECT DISTINCT k.child, 'owned' FROM slipstream_subset.references_to k
        JOIN slipstream_subset.tables t ON t.rel = k.parent;
    UNTIL ROW_COUNT() = 0 END REPEAT;
    REPEAT
      INSERT IGNORE INTO slipstream_subset.tables (rel, part)
      SELECT DISTINCT k.parent, 'used' FROM slipstream_subset.references_to k
        JOIN slipstream_subset.tables t ON t.rel = k.child;
    UNTIL ROW_COUNT() = 0 END REPEAT;
    REPEAT
      INSERT IGNORE INTO slipstream_subset.tables (rel, part)
      SELECT DISTINCT k.child, 'others' FROM slipstream_subset.references_to k
        JOIN slipstream_subset.tables t ON t.rel = k.parent;
    UNTIL ROW_COUNT() = 0 END REPEAT;

    SELECT MIN(CONCAT(g.TRIGGER_SCHEMA, '.', g.TRIGGER_NAME)) INTO it
      FROM information_schema.TRIGGERS g JOIN slipstream_subset.tables t
        ON t.rel = CONVERT(CONCAT('`', REPLACE(g.EVENT_OBJECT_SCHEMA, '`', '``'), '`.`',
                                  REPLACE(g.EVENT_OBJECT_TABLE, '`', '``'), '`') USING utf8mb4)
                   COLLATE utf8mb4_bin
     WHERE g.EVENT_MANIPULATION <> 'INSERT';
    IF it IS NOT NULL THEN
      SET words = CONCAT('the trigger ', it, ' would fire at the subset: drop it before, and make '
                         'it again after');
      SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = words;
    END IF;

    -- Columns that note changes keep their values.
    UPDATE slipstream_subset.tables t LEFT JOIN (
        SELECT CONVERT(CONCAT('`', REPLACE(TABLE_SCHEMA, '`', '``'), '`.`',
                              REPLACE(TABLE_NAME, '`', '``'), '`') USING utf8mb4)
                 COLLATE utf8mb4_bin AS rel,
               GROUP_CONCAT(CONCAT(', @.`', REPLACE(COLUMN_NAME, '`', '``'), '` = @.`',
                                   REPLACE(COLUMN_NAME, '`', '``'), '`') SEPARATOR '') AS same
          FROM information_schema.COLUMNS WHERE EXTRA LIKE '%on update%'
         GROUP BY TABLE_SCHEMA, TABLE_NAME) c ON c.rel = t.rel
       SET t.calm = REPLACE(COALESCE(c.same, ''), '@.', ''),
           t.calm_child = REPLACE(COALESCE(c.same, ''), '@.', 'child.'),
           t.calm_parent = REPLACE(COALESCE(c.same, ''), '@.', 'parent.');

    INSERT INTO slipstream_subset.tasks (rel, statement)
    SELECT rel, CONCAT('ALTER TABLE ', rel,
                       ' ADD COLUMN slipstream_keep TINYINT NOT NULL DEFAULT 0')
      FROM slipstream_subset.tables;
    WHILE EXISTS (SELECT 1 FROM slipstream_subset.tasks) DO
      SELECT n, rel, statement INTO task, it, todo FROM slipstream_subset.tasks ORDER BY n LIMIT 1;
      CALL slipstream_subset_do(todo, changed);
      UPDATE slipstream_subset.tables SET marked = 1 WHERE rel = it;
      DELETE FROM slipstream_subset.tasks WHERE n = task;
    END WHILE;
    COMMIT;

    INSERT INTO slipstream_subset.tasks (statement)
    SELECT CONCAT('UPDATE ', n.rel, ' SET slipstream_keep = 1', t.calm, ' WHERE (', n.cond, '\n)')
      FROM slipstream_subset.named n JOIN slipstream_subset.tables t ON t.rel = n.rel;
    CALL slipstream_subset_tasks(added);

    REPEAT
      INSERT INTO slipstream_subset.tasks (statement)
      SELECT CONCAT('UPDATE ', c.rel, ' child SET child.slipstream_keep = 1', MIN(c.calm_child),
                    ' WHERE child.slipstream_keep = 0 AND ',
                    GROUP_CONCAT(CONCAT('(', k.is_null, ' OR ', k.is_kept, ')')
                                 SEPARATOR ' AND '),
                    ' AND (', GROUP_CONCAT(k.is_kept SEPARATOR ' OR '), ')')
        FROM slipstream_subset.tables c JOIN slipstream_subset.references_to k ON k.child = c.rel
        JOIN slipstream_subset.tables p ON p.rel = k.parent
       WHERE c.part = 'owned' AND p.part IN ('named', 'owned') GROUP BY c.rel;
      INSERT INTO slipstream_subset.tasks (statement)
      SELECT CONCAT('UPDATE ', k.parent, ' parent JOIN ', k.child, ' child ON ', k.fits,
                    ' SET parent.slipstream_keep = 1', p.calm_parent,
                    ' WHERE parent.slipstream_keep = 0 AND child.slipstream_keep = 1')
        FROM slipstream_subset.references_to k
        JOIN slipstream_subset.tables c ON c.rel = k.child
        JOIN slipstream_subset.tables p ON p.rel = k.parent
       WHERE c.part <> 'others';
      CALL slipstream_subset_tasks(added);
    UNTIL added = 0 END REPEAT;
    REPEAT
      INSERT INTO slipstream_subset.tasks (statement)
      SELECT CONCAT('UPDATE ', c.rel, ' child SET child.slipstream_keep = 1', MIN(c.calm_child),
                    ' WHERE child.slipstream_keep = 0 AND ',
                    GROUP_CONCAT(CONCAT('(', k.is_null, ' OR ', k.is_kept, ')')
                                 SEPARATOR ' AND '))
        FROM slipstream_subset.tables c JOIN slipstream_subset.references_to k ON k.child = c.rel
        JOIN slipstream_subset.tables p ON p.rel = k.parent
       WHERE c.part = 'others' GROUP BY c.rel;
      CALL slipstream_subset_tasks(added);
    UNTIL added = 0 END REPEAT;

    INSERT INTO slipstream_subset.tasks (rel, statement)
    SELECT rel, CONCAT('DELETE FROM ', rel, ' WHERE slipstream_keep = 0')
      FROM slipstream_subset.tables;
    WHILE EXISTS (SELECT 1 FROM slipstream_subset.tasks) DO
      SELECT n, rel, statement INTO task, it, todo FROM slipstream_subset.tasks ORDER BY n LIMIT 1;
      CALL slipstream_subset_do(todo, changed);
      UPDATE slipstream_subset.tables SET deleted = changed WHERE rel = it;
      CALL slipstream_subset_do(CONCAT('SELECT COUNT(*) INTO @slipstream_kept FROM ', it), changed);
      UPDATE slipstream_subset.tables SET kept = @slipstream_kept WHERE rel = it;
      DELETE FROM slipstream_subset.tasks WHERE n = task;
    END WHILE;
    COMMIT;
  END;

  WHILE EXISTS (SELECT 1 FROM slipstream_subset.tables WHERE marked = 1) DO
    SELECT rel INTO it FROM slipstream_subset.tables WHERE marked = 1 LIMIT 1;
    CALL slipstream_subset_do(CONCAT('ALTER TABLE ', it, ' DROP COLUMN slipstream_keep'), changed);
    UPDATE slipstream_subset.tables SET marked = 0 WHERE rel = it;
  END WHILE;
  IF failed THEN
    DROP DATABASE slipstream_subset;
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = words;
  END IF;
END//
DELIMITER ;
CALL slipstream_subset();
SELECT CONCAT(REPLACE(REPLACE(rel, CONCAT('`', DATABASE(), '`.'), ''), '`', ''), ': ', deleted,
              ' rows deleted, ', kept, ' kept') FROM slipstream_subset.tables ORDER BY rel;
DROP PROCEDURE slipstream_subset;
DROP PROCEDURE slipstream_subset_do;
DROP PROCEDURE slipstream_subset_tasks;
DROP DATABASE slipstream_subset;
