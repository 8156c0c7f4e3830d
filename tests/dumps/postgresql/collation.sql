CREATE TABLE t (a text COLLATE pg_catalog."xx_YY.utf8");
