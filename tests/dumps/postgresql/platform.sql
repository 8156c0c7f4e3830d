-- As a platform makes it that keeps its own things in schemas of its own.
SET statement_timeout = 0;
SET client_encoding = 'UTF8';
CREATE EXTENSION IF NOT EXISTS plpgsql WITH SCHEMA pg_catalog;
CREATE SCHEMA auth;
ALTER SCHEMA auth OWNER TO platform_admin;
CREATE TABLE auth.users (id integer);
ALTER TABLE auth.users OWNER TO platform_auth_admin;
CREATE FUNCTION graphql.watch() RETURNS event_trigger LANGUAGE plpgsql AS $_$
  BEGIN
  ALTER ROLE nobody_at_all SUPERUSER;
  END; $_$;
ALTER FUNCTION graphql.watch() OWNER TO platform_admin;
INSERT INTO auth.users VALUES (1);
CREATE EVENT TRIGGER issue_access ON ddl_command_end WHEN TAG IN ('CREATE EXTENSION') EXECUTE FUNCTION graphql.watch();
ALTER EVENT TRIGGER issue_access OWNER TO platform_admin;
CREATE PUBLICATION realtime WITH (publish = 'insert, update, delete, truncate');
ALTER PUBLICATION realtime OWNER TO postgres;
CREATE POLICY "Only own" ON auth.users FOR SELECT TO authenticated, "service role" USING ((id = 1));
ALTER DEFAULT PRIVILEGES FOR ROLE platform_admin IN SCHEMA auth GRANT ALL ON TABLES TO dashboard;
