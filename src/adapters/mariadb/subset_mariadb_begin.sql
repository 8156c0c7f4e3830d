-- Makes the table that says which rows of which tables are wanted (subset_mariadb.sql).
SET SESSION sql_mode = '', foreign_key_checks = 0, group_concat_max_len = 1073741824,
  system_versioning_alter_history = KEEP;
CREATE TEMPORARY TABLE mysql.slip_named (name TEXT,
  db VARCHAR(64) CHARACTER SET utf8mb3 COLLATE utf8mb3_bin,
  tbl VARCHAR(64) CHARACTER SET utf8mb3 COLLATE utf8mb3_bin, cond LONGTEXT,
  rel VARCHAR(300) CHARACTER SET utf8mb3 COLLATE utf8mb3_bin) ENGINE=Aria;
