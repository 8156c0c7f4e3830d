CREATE TABLESPACE fast OWNER postgres LOCATION '/srv/fast';
ALTER TABLESPACE fast SET (random_page_cost='1');
CREATE DATABASE shop WITH TEMPLATE = template0 TABLESPACE = fast;
\connect shop
SET default_tablespace = fast;
CREATE TABLE t AS SELECT 1 AS a;
