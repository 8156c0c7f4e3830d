CREATE TABLE t (a integer);
INSERT INTO t VALUES ('x');
