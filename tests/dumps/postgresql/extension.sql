CREATE TABLE t (a integer);
CREATE EXTENSION IF NOT EXISTS nowhere_to_be_found WITH SCHEMA public;
