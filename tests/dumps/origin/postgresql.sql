-- What the dumps of tests/dumps are made of: one of each kind that has made a load fail somewhere.
CREATE ROLE app LOGIN;
CREATE ROLE staff;
CREATE ROLE anna;
CREATE ROLE platform SUPERUSER;
GRANT staff TO app WITH ADMIN OPTION;
GRANT staff TO anna;
CREATE DATABASE shop OWNER app;
\connect shop
CREATE SCHEMA app AUTHORIZATION app;
CREATE TABLE app.t (id serial PRIMARY KEY, v text);
INSERT INTO app.t (v) SELECT 'row; ' || g || ' it''s $1' FROM generate_series(1, 10) g;
ALTER TABLE app.t OWNER TO app;
COMMENT ON TABLE app.t IS 'grün';
ALTER TABLE app.t ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON app.t TO staff, anna USING (true);
CREATE FUNCTION app.on_ddl() RETURNS event_trigger LANGUAGE plpgsql AS $body$
BEGIN
DROP TABLE IF EXISTS app.none;
END;
$body$;
CREATE EVENT TRIGGER e ON sql_drop WHEN TAG IN ('DROP POLICY') EXECUTE FUNCTION app.on_ddl();
ALTER EVENT TRIGGER e OWNER TO platform;
CREATE PUBLICATION of_all FOR ALL TABLES;
ALTER PUBLICATION of_all OWNER TO platform;
CREATE FOREIGN DATA WRAPPER w;
ALTER FOREIGN DATA WRAPPER w OWNER TO platform;
SELECT current_setting('server_version_num')::integer >= 140000 AS has_atomic \gset
\if :has_atomic
CREATE FUNCTION app.atomic() RETURNS integer BEGIN ATOMIC
  SELECT CASE WHEN true THEN 1 ELSE 2 END;
END;
\else
CREATE FUNCTION app.atomic() RETURNS integer LANGUAGE sql AS 'SELECT 1';
\endif
CREATE RULE r AS ON UPDATE TO app.t WHERE new.id < 0 DO INSTEAD (SELECT 1; SELECT 2);
ALTER ROLE app IN DATABASE shop SET work_mem TO '8MB';
ALTER DEFAULT PRIVILEGES FOR ROLE app IN SCHEMA app GRANT SELECT ON TABLES TO staff;
CREATE VIEW app.v AS SELECT * FROM app.t;
CREATE MATERIALIZED VIEW app.m AS SELECT count(*) FROM app.t;
CREATE TABLE app.part (a integer) PARTITION BY RANGE (a);
CREATE TABLE app.part1 PARTITION OF app.part FOR VALUES FROM (1) TO (10);
INSERT INTO app.part VALUES (5);
CREATE INDEX i ON app.t (lower(v));
SELECT lo_from_bytea(4711, '\x00ff');
SELECT setval('app.t_id_seq', 77);
