-- Makes the table that says which rows of which tables are wanted (subset_mysql.sql).
SET SESSION sql_mode = '', foreign_key_checks = 0, group_concat_max_len = 1073741824;
DROP DATABASE IF EXISTS slipstream_subset;
DROP PROCEDURE IF EXISTS slipstream_subset_do;
DROP PROCEDURE IF EXISTS slipstream_subset_tasks;
DROP PROCEDURE IF EXISTS slipstream_subset;
CREATE DATABASE slipstream_subset CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
CREATE TABLE slipstream_subset.named (
  name TEXT, db VARCHAR(64), tbl VARCHAR(64), cond LONGTEXT, rel VARCHAR(300));
