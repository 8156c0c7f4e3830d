CREATE DATABASE a;
\connect a
CREATE TABLE t (n integer);
