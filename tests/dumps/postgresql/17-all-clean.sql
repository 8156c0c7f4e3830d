--
-- PostgreSQL database cluster dump
--

\restrict hFyGD1F495MKaupGghzIwtjlriIGKSbF4vFOQMsE1TzyNXPfHQZPQ6dgmL5a8Ga

SET default_transaction_read_only = off;

SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;

--
-- Drop databases (except postgres and template1)
--

DROP DATABASE shop;




--
-- Drop roles
--

DROP ROLE anna;
DROP ROLE app;
DROP ROLE platform;
DROP ROLE postgres;
DROP ROLE staff;


--
-- Roles
--

CREATE ROLE anna;
ALTER ROLE anna WITH NOSUPERUSER INHERIT NOCREATEROLE NOCREATEDB NOLOGIN NOREPLICATION NOBYPASSRLS;
CREATE ROLE app;
ALTER ROLE app WITH NOSUPERUSER INHERIT NOCREATEROLE NOCREATEDB LOGIN NOREPLICATION NOBYPASSRLS;
CREATE ROLE platform;
ALTER ROLE platform WITH SUPERUSER INHERIT NOCREATEROLE NOCREATEDB NOLOGIN NOREPLICATION NOBYPASSRLS;
CREATE ROLE postgres;
ALTER ROLE postgres WITH SUPERUSER INHERIT CREATEROLE CREATEDB LOGIN REPLICATION BYPASSRLS;
CREATE ROLE staff;
ALTER ROLE staff WITH NOSUPERUSER INHERIT NOCREATEROLE NOCREATEDB NOLOGIN NOREPLICATION NOBYPASSRLS;

--
-- User Configurations
--


--
-- Role memberships
--

GRANT staff TO anna WITH INHERIT TRUE GRANTED BY postgres;
GRANT staff TO app WITH ADMIN OPTION, INHERIT TRUE GRANTED BY postgres;






\unrestrict hFyGD1F495MKaupGghzIwtjlriIGKSbF4vFOQMsE1TzyNXPfHQZPQ6dgmL5a8Ga

--
-- Databases
--

--
-- Database "template1" dump
--

--
-- PostgreSQL database dump
--

\restrict yh6ACgIqaYUUcBlvy2AigwJxA4j8ah8QDXeaih30siA0dwUCuA7au8kVlFqgpBT

-- Dumped from database version 17.12 (Debian 17.12-0+deb13u1)
-- Dumped by pg_dump version 17.12 (Debian 17.12-0+deb13u1)

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET transaction_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

UPDATE pg_catalog.pg_database SET datistemplate = false WHERE datname = 'template1';
DROP DATABASE template1;
--
-- Name: template1; Type: DATABASE; Schema: -; Owner: postgres
--

CREATE DATABASE template1 WITH TEMPLATE = template0 ENCODING = 'UTF8' LOCALE_PROVIDER = libc LOCALE = 'C.UTF-8';


ALTER DATABASE template1 OWNER TO postgres;

\unrestrict yh6ACgIqaYUUcBlvy2AigwJxA4j8ah8QDXeaih30siA0dwUCuA7au8kVlFqgpBT
\connect template1
\restrict yh6ACgIqaYUUcBlvy2AigwJxA4j8ah8QDXeaih30siA0dwUCuA7au8kVlFqgpBT

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET transaction_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

--
-- Name: DATABASE template1; Type: COMMENT; Schema: -; Owner: postgres
--

COMMENT ON DATABASE template1 IS 'default template for new databases';


--
-- Name: template1; Type: DATABASE PROPERTIES; Schema: -; Owner: postgres
--

ALTER DATABASE template1 IS_TEMPLATE = true;


\unrestrict yh6ACgIqaYUUcBlvy2AigwJxA4j8ah8QDXeaih30siA0dwUCuA7au8kVlFqgpBT
\connect template1
\restrict yh6ACgIqaYUUcBlvy2AigwJxA4j8ah8QDXeaih30siA0dwUCuA7au8kVlFqgpBT

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET transaction_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

--
-- Name: DATABASE template1; Type: ACL; Schema: -; Owner: postgres
--

REVOKE CONNECT,TEMPORARY ON DATABASE template1 FROM PUBLIC;
GRANT CONNECT ON DATABASE template1 TO PUBLIC;


--
-- PostgreSQL database dump complete
--

\unrestrict yh6ACgIqaYUUcBlvy2AigwJxA4j8ah8QDXeaih30siA0dwUCuA7au8kVlFqgpBT

--
-- Database "postgres" dump
--

--
-- PostgreSQL database dump
--

\restrict ZMLf3lg8UY1oL1Ub5VlPkx06KPZ5TFdM6rctBdcUohpNqJfgGrPQV5AxaRy3nhX

-- Dumped from database version 17.12 (Debian 17.12-0+deb13u1)
-- Dumped by pg_dump version 17.12 (Debian 17.12-0+deb13u1)

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET transaction_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

DROP DATABASE postgres;
--
-- Name: postgres; Type: DATABASE; Schema: -; Owner: postgres
--

CREATE DATABASE postgres WITH TEMPLATE = template0 ENCODING = 'UTF8' LOCALE_PROVIDER = libc LOCALE = 'C.UTF-8';


ALTER DATABASE postgres OWNER TO postgres;

\unrestrict ZMLf3lg8UY1oL1Ub5VlPkx06KPZ5TFdM6rctBdcUohpNqJfgGrPQV5AxaRy3nhX
\connect postgres
\restrict ZMLf3lg8UY1oL1Ub5VlPkx06KPZ5TFdM6rctBdcUohpNqJfgGrPQV5AxaRy3nhX

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET transaction_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

--
-- Name: DATABASE postgres; Type: COMMENT; Schema: -; Owner: postgres
--

COMMENT ON DATABASE postgres IS 'default administrative connection database';


--
-- PostgreSQL database dump complete
--

\unrestrict ZMLf3lg8UY1oL1Ub5VlPkx06KPZ5TFdM6rctBdcUohpNqJfgGrPQV5AxaRy3nhX

--
-- Database "shop" dump
--

--
-- PostgreSQL database dump
--

\restrict FWd4hEKhtAho3rU5MBblQO43jbGaNubjKqCpD7x1MqcNcu1CCV0MRacOYs3QrON

-- Dumped from database version 17.12 (Debian 17.12-0+deb13u1)
-- Dumped by pg_dump version 17.12 (Debian 17.12-0+deb13u1)

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET transaction_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

--
-- Name: shop; Type: DATABASE; Schema: -; Owner: app
--

CREATE DATABASE shop WITH TEMPLATE = template0 ENCODING = 'UTF8' LOCALE_PROVIDER = libc LOCALE = 'C.UTF-8';


ALTER DATABASE shop OWNER TO app;

\unrestrict FWd4hEKhtAho3rU5MBblQO43jbGaNubjKqCpD7x1MqcNcu1CCV0MRacOYs3QrON
\connect shop
\restrict FWd4hEKhtAho3rU5MBblQO43jbGaNubjKqCpD7x1MqcNcu1CCV0MRacOYs3QrON

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET transaction_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

--
-- Name: shop; Type: DATABASE PROPERTIES; Schema: -; Owner: app
--

ALTER ROLE app IN DATABASE shop SET work_mem TO '8MB';


\unrestrict FWd4hEKhtAho3rU5MBblQO43jbGaNubjKqCpD7x1MqcNcu1CCV0MRacOYs3QrON
\connect shop
\restrict FWd4hEKhtAho3rU5MBblQO43jbGaNubjKqCpD7x1MqcNcu1CCV0MRacOYs3QrON

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET transaction_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

--
-- Name: app; Type: SCHEMA; Schema: -; Owner: app
--

CREATE SCHEMA app;


ALTER SCHEMA app OWNER TO app;

--
-- Name: atomic(); Type: FUNCTION; Schema: app; Owner: postgres
--

CREATE FUNCTION app.atomic() RETURNS integer
    LANGUAGE sql
    BEGIN ATOMIC
 SELECT
         CASE
             WHEN true THEN 1
             ELSE 2
         END AS "case";
END;


ALTER FUNCTION app.atomic() OWNER TO postgres;

--
-- Name: on_ddl(); Type: FUNCTION; Schema: app; Owner: postgres
--

CREATE FUNCTION app.on_ddl() RETURNS event_trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
DROP TABLE IF EXISTS app.none;
END;
$$;


ALTER FUNCTION app.on_ddl() OWNER TO postgres;

--
-- Name: w; Type: FOREIGN DATA WRAPPER; Schema: -; Owner: platform
--

CREATE FOREIGN DATA WRAPPER w;


ALTER FOREIGN DATA WRAPPER w OWNER TO platform;

SET default_tablespace = '';

SET default_table_access_method = heap;

--
-- Name: t; Type: TABLE; Schema: app; Owner: app
--

CREATE TABLE app.t (
    id integer NOT NULL,
    v text
);


ALTER TABLE app.t OWNER TO app;

--
-- Name: TABLE t; Type: COMMENT; Schema: app; Owner: app
--

COMMENT ON TABLE app.t IS 'grün';


--
-- Name: m; Type: MATERIALIZED VIEW; Schema: app; Owner: postgres
--

CREATE MATERIALIZED VIEW app.m AS
 SELECT count(*) AS count
   FROM app.t
  WITH NO DATA;


ALTER MATERIALIZED VIEW app.m OWNER TO postgres;

--
-- Name: part; Type: TABLE; Schema: app; Owner: postgres
--

CREATE TABLE app.part (
    a integer
)
PARTITION BY RANGE (a);


ALTER TABLE app.part OWNER TO postgres;

--
-- Name: part1; Type: TABLE; Schema: app; Owner: postgres
--

CREATE TABLE app.part1 (
    a integer
);


ALTER TABLE app.part1 OWNER TO postgres;

--
-- Name: t_id_seq; Type: SEQUENCE; Schema: app; Owner: app
--

CREATE SEQUENCE app.t_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


ALTER SEQUENCE app.t_id_seq OWNER TO app;

--
-- Name: t_id_seq; Type: SEQUENCE OWNED BY; Schema: app; Owner: app
--

ALTER SEQUENCE app.t_id_seq OWNED BY app.t.id;


--
-- Name: v; Type: VIEW; Schema: app; Owner: postgres
--

CREATE VIEW app.v AS
 SELECT id,
    v
   FROM app.t;


ALTER VIEW app.v OWNER TO postgres;

--
-- Name: part1; Type: TABLE ATTACH; Schema: app; Owner: postgres
--

ALTER TABLE ONLY app.part ATTACH PARTITION app.part1 FOR VALUES FROM (1) TO (10);


--
-- Name: t id; Type: DEFAULT; Schema: app; Owner: app
--

ALTER TABLE ONLY app.t ALTER COLUMN id SET DEFAULT nextval('app.t_id_seq'::regclass);


--
-- Data for Name: part1; Type: TABLE DATA; Schema: app; Owner: postgres
--

COPY app.part1 (a) FROM stdin;
5
\.


--
-- Data for Name: t; Type: TABLE DATA; Schema: app; Owner: app
--

COPY app.t (id, v) FROM stdin;
1	row; 1 it's $1
2	row; 2 it's $1
3	row; 3 it's $1
4	row; 4 it's $1
5	row; 5 it's $1
6	row; 6 it's $1
7	row; 7 it's $1
8	row; 8 it's $1
9	row; 9 it's $1
10	row; 10 it's $1
\.


--
-- Name: t_id_seq; Type: SEQUENCE SET; Schema: app; Owner: app
--

SELECT pg_catalog.setval('app.t_id_seq', 77, true);


--
-- Name: 4711; Type: BLOB METADATA; Schema: -; Owner: postgres
--

SELECT pg_catalog.lo_create('4711');

ALTER LARGE OBJECT 4711 OWNER TO postgres;

--
-- Data for Name: 4711; Type: BLOBS; Schema: -; Owner: postgres
--

BEGIN;

SELECT pg_catalog.lo_open('4711', 131072);
SELECT pg_catalog.lowrite(0, '\x00ff');
SELECT pg_catalog.lo_close(0);

COMMIT;

--
-- Name: t t_pkey; Type: CONSTRAINT; Schema: app; Owner: app
--

ALTER TABLE ONLY app.t
    ADD CONSTRAINT t_pkey PRIMARY KEY (id);


--
-- Name: i; Type: INDEX; Schema: app; Owner: app
--

CREATE INDEX i ON app.t USING btree (lower(v));


--
-- Name: t r; Type: RULE; Schema: app; Owner: app
--

CREATE RULE r AS
    ON UPDATE TO app.t
   WHERE (new.id < 0) DO INSTEAD ( SELECT 1 AS "?column?";
 SELECT 2 AS "?column?";
);


--
-- Name: t p; Type: POLICY; Schema: app; Owner: app
--

CREATE POLICY p ON app.t TO staff, anna USING (true);


--
-- Name: t; Type: ROW SECURITY; Schema: app; Owner: app
--

ALTER TABLE app.t ENABLE ROW LEVEL SECURITY;

--
-- Name: of_all; Type: PUBLICATION; Schema: -; Owner: platform
--

CREATE PUBLICATION of_all FOR ALL TABLES WITH (publish = 'insert, update, delete, truncate');


ALTER PUBLICATION of_all OWNER TO platform;

--
-- Name: DEFAULT PRIVILEGES FOR TABLES; Type: DEFAULT ACL; Schema: app; Owner: app
--

ALTER DEFAULT PRIVILEGES FOR ROLE app IN SCHEMA app GRANT SELECT ON TABLES TO staff;


--
-- Name: e; Type: EVENT TRIGGER; Schema: -; Owner: platform
--

CREATE EVENT TRIGGER e ON sql_drop
         WHEN TAG IN ('DROP POLICY')
   EXECUTE FUNCTION app.on_ddl();


ALTER EVENT TRIGGER e OWNER TO platform;

--
-- Name: m; Type: MATERIALIZED VIEW DATA; Schema: app; Owner: postgres
--

REFRESH MATERIALIZED VIEW app.m;


--
-- PostgreSQL database dump complete
--

\unrestrict FWd4hEKhtAho3rU5MBblQO43jbGaNubjKqCpD7x1MqcNcu1CCV0MRacOYs3QrON

--
-- PostgreSQL database cluster dump complete
--

