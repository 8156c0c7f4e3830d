--
-- PostgreSQL database dump
--

\restrict mKvYPSiggQkZNQXnL23E4Q0f82FLiz27fBdgIiwr2KLn85IkHZBcGWE5xXqEofo

-- Dumped from database version 15.18 (Debian 15.18-0+deb12u1)
-- Dumped by pg_dump version 15.18 (Debian 15.18-0+deb12u1)

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

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
-- Name: t_id_seq; Type: SEQUENCE; Schema: app; Owner: app
--

CREATE SEQUENCE app.t_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


ALTER TABLE app.t_id_seq OWNER TO app;

--
-- Name: t_id_seq; Type: SEQUENCE OWNED BY; Schema: app; Owner: app
--

ALTER SEQUENCE app.t_id_seq OWNED BY app.t.id;


--
-- Name: t id; Type: DEFAULT; Schema: app; Owner: app
--

ALTER TABLE ONLY app.t ALTER COLUMN id SET DEFAULT nextval('app.t_id_seq'::regclass);


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
-- PostgreSQL database dump complete
--

\unrestrict mKvYPSiggQkZNQXnL23E4Q0f82FLiz27fBdgIiwr2KLn85IkHZBcGWE5xXqEofo

