// SPDX-License-Identifier: Apache-2.0
#include "adapters/postgresql/dump_scan.h"

#include <gmock/gmock.h>

#include <fstream>

#include "adapters/postgresql/database_settings.h"
#include "adapters/postgresql/edited_file.h"
#include "base/temporary_directory.h"
#include "tests/support/expect_result.h"

namespace slip::postgresql {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

class DumpScan : public ::testing::Test {
 protected:
  PlainDump scanned(const std::string& text) {
    std::ofstream(file_, std::ios::binary) << text;
    auto needs = scan_plain(file_);
    EXPECT_OK(needs);
    return needs ? *std::move(needs) : PlainDump{};
  }
  // What a program would read.
  std::string with(std::vector<Edit> edits) {
    const auto edited = EditedFile::open(file_, std::move(edits));
    EXPECT_OK(edited);
    std::ifstream reads((*edited)->path());
    return {std::istreambuf_iterator<char>(reads), {}};
  }

  TemporaryDirectory folder_;
  const std::filesystem::path file_ = folder_.path() / "dump.sql";
};

TEST_F(DumpScan, FindsWhatWouldCompareCitextAsText) {
  const std::string things = R"(
CREATE DOMAIN app.address AS public.citext;
CREATE TABLE public.people (id integer, email public.citext NOT NULL, name text);
CREATE TABLE public.orders (id integer, address app.address, email public.citext);
CREATE TABLE public.pairs (a public.citext, CONSTRAINT c CHECK ((a IS DISTINCT FROM 'x'::public.citext)));
CREATE VIEW public.joined AS
 SELECT people.name FROM (public.people JOIN public.orders USING (id, email));
CREATE MATERIALIZED VIEW public.cased AS
 SELECT CASE orders.address WHEN 'ann'::public.citext THEN 1 ELSE 2 END AS n FROM public.orders;
CREATE VIEW public.nulls AS SELECT NULLIF(people.email, ''::public.citext) AS e FROM public.people;
CREATE TRIGGER t BEFORE UPDATE ON public.people FOR EACH ROW WHEN ((old.email IS DISTINCT FROM new.email)) EXECUTE FUNCTION public.f();
CREATE VIEW public.by_number AS SELECT people.email FROM (public.people JOIN public.orders USING (id));
CREATE VIEW public.searched AS SELECT CASE WHEN (people.email OPERATOR(public.=) 'x'::public.citext) THEN 1 END AS n FROM public.people;
CREATE VIEW public.names AS SELECT NULLIF(people.name, ''::text) AS n FROM public.people;
CREATE POLICY p ON public.people USING (((id)::text = CURRENT_USER));
)";
  const auto needs = scanned("CREATE EXTENSION IF NOT EXISTS citext WITH SCHEMA public;" + things);
  EXPECT_THAT(needs.citext_as_text,
              UnorderedElementsAre(Pair("table public.pairs", 5), Pair("view public.joined", 6),
                                   Pair("view public.cased", 8), Pair("view public.nulls", 10),
                                   Pair("trigger t", 11)));
  EXPECT_THAT(scanned(things).citext_as_text, IsEmpty());
}

TEST(DatabaseSettings, AreGivenToADatabaseOfAnotherName) {
  const auto settings = settings_of_database(R"(
CREATE DATABASE "the shop" WITH TEMPLATE = template0 ENCODING = 'UTF8';
ALTER DATABASE "the shop" OWNER TO ann;
\connect "the shop"
ALTER DATABASE "the shop" SET search_path TO 'app', 'public';
ALTER DATABASE "the shop" SET "TimeZone" TO 'Europe/Berlin';
ALTER DATABASE "the shop" SET session_preload_libraries TO 'nowhere';
ALTER DATABASE "the shop" SET TABLESPACE fast;
ALTER ROLE ann IN DATABASE "the shop" SET work_mem TO '9MB';
ALTER ROLE ann SET work_mem TO '9MB';
CREATE FUNCTION public.f() RETURNS text LANGUAGE sql AS $$
ALTER DATABASE "the shop" SET search_path TO 'of a text';
$$;
ALTER TABLE public.t SET SCHEMA app;
)",
                                             "\"copy\"");
  EXPECT_THAT(settings, ElementsAre("ALTER DATABASE \"copy\" SET search_path TO 'app', 'public'",
                                    "ALTER DATABASE \"copy\" SET \"TimeZone\" TO 'Europe/Berlin'",
                                    "ALTER ROLE ann IN DATABASE \"copy\" SET work_mem TO '9MB'"));
}

TEST_F(DumpScan, FindsRowsThatNoTableIsMadeFor) {
  const std::string begin = "-- PostgreSQL database dump\n";
  const std::string rows = "COPY public.t (n) FROM stdin;\n1\n\\.\n";
  const std::string end = "-- PostgreSQL database dump complete\n";
  EXPECT_EQ(scanned(begin + rows + end).rows_alone, 2);
  EXPECT_EQ(scanned(begin + "CREATE TABLE public.t (n integer);\n" + rows + end).rows_alone,
            std::nullopt);
  EXPECT_EQ(
      scanned(begin + "CREATE UNLOGGED TABLE public.t (n integer);\n" + rows + end).rows_alone,
      std::nullopt);
  EXPECT_EQ(scanned(begin + "CREATE EXTENSION postgis;\n" + rows + end).rows_alone, std::nullopt);
  EXPECT_EQ(scanned(rows).rows_alone, std::nullopt) << "by whatever";
}

TEST_F(DumpScan, FindsTheRolesThatADumpNamesAndDoesNotMake) {
  const auto needs = scanned(R"(
CREATE ROLE made;
ALTER ROLE made WITH NOSUPERUSER LOGIN;
ALTER TABLE public.t OWNER TO "the owner";
ALTER FUNCTION public.f(a integer, b text) OWNER TO made;
GRANT SELECT ON TABLE public.t TO reader WITH GRANT OPTION;
GRANT staff TO anna, bert;
REVOKE ALL ON SCHEMA public FROM former;
ALTER DEFAULT PRIVILEGES FOR ROLE giver IN SCHEMA app GRANT SELECT ON TABLES TO taker;
CREATE POLICY p ON public.t FOR SELECT TO first, "Second", third USING ((a > 1));
CREATE POLICY everybody ON public.t USING (to_char(a) = 'TO nobody');
SET SESSION AUTHORIZATION 'quoted';
CREATE USER MAPPING FOR mapped SERVER s;
create schema lower authorization lower_owner;
ALTER ROLE setter IN DATABASE shop SET work_mem TO '1MB';
GRANT pg_monitor TO reader;
GRANT ALL ON SCHEMA public TO PUBLIC;
)");
  EXPECT_THAT(needs.roles,
              UnorderedElementsAre("the owner", "reader", "staff", "anna", "bert", "former",
                                   "giver", "taker", "first", "Second", "third", "quoted", "mapped",
                                   "lower_owner", "setter"));
}

TEST_F(DumpScan, TakesNothingOfBodiesTextsAndRowsForStatements) {
  const auto needs = scanned(R"(
CREATE FUNCTION f() RETURNS text LANGUAGE plpgsql AS $body$
BEGIN
DROP TABLE inside;
ALTER TABLE inside OWNER TO nobody_1;
END;
$body$;
CREATE FUNCTION g() RETURNS integer
    LANGUAGE sql
    BEGIN ATOMIC
 SELECT CASE WHEN true THEN 1 ELSE 2 END;
 SELECT 2;
END;
ALTER FUNCTION g() OWNER TO real;
INSERT INTO t VALUES ('it''s;
ALTER TABLE x OWNER TO nobody_2;
');
INSERT INTO t VALUES (E'\';
ALTER TABLE x OWNER TO nobody_3;');
/* ALTER TABLE x OWNER TO nobody_4; /* nested */ ; */
CREATE RULE r AS ON INSERT TO t DO (SELECT 1; SELECT 2);
-- ALTER TABLE x OWNER TO nobody_5;
COPY public.t (a) FROM stdin;
ALTER TABLE x OWNER TO nobody_6;
\.
ALTER TABLE public.t OWNER TO last;
)");
  EXPECT_THAT(needs.roles, UnorderedElementsAre("real", "last"));
  EXPECT_THAT(needs.drops, IsEmpty());
}

TEST_F(DumpScan, LeavesOutWhatANewServerCannotDoAndKeepsEveryLineInItsPlace) {
  const std::string dump = R"(SET transaction_timeout = 0;
DROP TABLE public.t;
ALTER TABLE ONLY public.u DROP CONSTRAINT u_pkey;
DROP SCHEMA public;
CREATE SCHEMA public;
SET default_tablespace = fast;
SET default_tablespace = '';
CREATE TABLE public.t (
    a integer
);
DROP TABLE public.later;
GRANT a TO b WITH ADMIN OPTION GRANTED BY postgres;
)";
  const auto needs = scanned(dump);
  ASSERT_THAT(needs.settings, ::testing::Contains(::testing::Key("transaction_timeout")));
  ASSERT_THAT(needs.granted_by, ElementsAre(Pair("postgres", ::testing::SizeIs(1))));

  std::vector<Edit> edits = needs.drops;
  for (const auto* more : {&needs.tablespaces, &needs.granted_by.at("postgres"),
                           &needs.settings.at("transaction_timeout")}) {
    edits.insert(edits.end(), more->begin(), more->end());
  }
  const std::string reads = with(edits);

  EXPECT_EQ(reads.size(), dump.size());
  EXPECT_EQ(std::ranges::count(reads, '\n'), std::ranges::count(dump, '\n'));
  for (const char* gone :
       {"transaction_timeout", "DROP TABLE public.t;", "DROP CONSTRAINT", "= fast", "GRANTED BY"}) {
    EXPECT_THAT(reads, Not(HasSubstr(gone)));
  }
  for (const char* kept : {"DROP SCHEMA public;", "= '';", "DROP TABLE public.later;",
                           "GRANT a TO b WITH ADMIN OPTION"}) {
    EXPECT_THAT(reads, HasSubstr(kept));
  }
}

TEST_F(DumpScan, SaysWhichDatabasesADumpMakesAndFills) {
  const auto needs = scanned(R"(
DROP DATABASE shop;
CREATE DATABASE shop WITH TEMPLATE = template0 ENCODING = 'LATIN1' LOCALE = 'C' TABLESPACE = fast;
ALTER DATABASE shop OWNER TO keeper;
\connect shop
CREATE TABLE public.t (a integer);
CREATE DATABASE "Other One";
CREATE DATABASE postgres;
\connect -reuse-previous=on "dbname='Other One'"
COPY t (a) FROM stdin;
1
\.
)");
  ASSERT_THAT(needs.databases_made, ::testing::SizeIs(2));
  EXPECT_EQ(needs.databases_made.at("shop").encoding, "LATIN1");
  EXPECT_THAT(needs.databases_made.at("shop").edits, ::testing::SizeIs(2));
  EXPECT_THAT(needs.databases_filled, UnorderedElementsAre("shop", "Other One"));
  EXPECT_THAT(needs.roles, ElementsAre("keeper"));
  EXPECT_THAT(with(needs.drops), Not(HasSubstr("CREATE DATABASE postgres")));
}

TEST_F(DumpScan, FindsSchemasThatAPlatformHasMade) {
  const auto needs = scanned(R"(
CREATE SCHEMA own;
CREATE EXTENSION IF NOT EXISTS pgcrypto WITH SCHEMA extensions;
CREATE TABLE own.t (a integer);
CREATE TABLE IF NOT EXISTS app.t (a integer);
CREATE UNLOGGED TABLE "Other".t (a integer);
CREATE OR REPLACE FUNCTION fns.f() RETURNS integer LANGUAGE sql AS 'select 1';
CREATE INDEX i ON elsewhere.t (a);
)");
  EXPECT_THAT(needs.schemas,
              ElementsAre(Pair("", UnorderedElementsAre("extensions", "app", "Other", "fns"))));
  EXPECT_THAT(needs.extensions, ElementsAre(Pair("pgcrypto", 3)));
}

TEST_F(DumpScan, FindsWhoOwnsWhatOnlySuperusersMayBeGiven) {
  const auto needs = scanned(R"(
CREATE ROLE platform;
ALTER ROLE platform WITH NOSUPERUSER INHERIT;
ALTER EVENT TRIGGER e OWNER TO platform;
CREATE PUBLICATION all_of_it FOR ALL TABLES;
ALTER PUBLICATION all_of_it OWNER TO publisher;
CREATE PUBLICATION some FOR TABLE ONLY public.t;
ALTER PUBLICATION some OWNER TO ordinary;
ALTER SUBSCRIPTION s OWNER TO subscriber;
ALTER FOREIGN DATA WRAPPER w OWNER TO wrapper;
)");
  EXPECT_THAT(needs.superusers,
              UnorderedElementsAre("platform", "publisher", "subscriber", "wrapper"));
  EXPECT_THAT(with(needs.roles_made.at("platform").as_superuser),
              HasSubstr("ALTER ROLE platform WITH SUPERUSER   INHERIT;"));
}

TEST_F(DumpScan, ReadsWhatADumpSaysOfItself) {
  const auto needs = scanned(
      "\xef\xbb\xbf-- PostgreSQL database dump\r\n\\restrict abc\r\n"
      "-- Dumped from database version 12.9\r\n-- Dumped by pg_dump version 17.6\r\n"
      "SET client_encoding = 'SQL_ASCII';\r\n-- PostgreSQL database dump complete\r\n"
      "\\unrestrict abc\r\n");
  EXPECT_EQ(needs.origin_major, 12);
  EXPECT_EQ(needs.tool_major, 17);
  EXPECT_EQ(needs.encoding, "SQL_ASCII");
  EXPECT_THAT(with(needs.restrictions), Not(HasSubstr("restrict")));
}

TEST_F(DumpScan, RefusesOneThatEndsInTheMiddle) {
  for (const char* text :
       {"-- PostgreSQL database dump\nCREATE TABLE t (a int);\n", "COPY t (a) FROM stdin;\n1\n"}) {
    std::ofstream(file_) << text;
    const auto refused = scan_plain(file_);
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().message, HasSubstr("ends in the middle"));
    EXPECT_OK(scan_head(file_, 1000));
  }
}

TEST_F(DumpScan, LooksAtStatementsThatBreakOffAnywhere) {
  for (const std::string whole :
       {"CREATE DATABASE shop WITH TEMPLATE = template0 ENCODING = 'UTF8' OWNER = o TABLESPACE = t",
        "CREATE ROLE IF NOT EXISTS r WITH SUPERUSER", "CREATE USER MAPPING FOR r SERVER s",
        "CREATE SCHEMA IF NOT EXISTS s AUTHORIZATION r",
        "CREATE EXTENSION IF NOT EXISTS e SCHEMA s", "CREATE PUBLICATION p FOR TABLES IN SCHEMA s",
        "CREATE POLICY p ON t TO a, b USING (true)",
        "CREATE COLLATION s.c (provider = libc, locale = 'de')", "ALTER PUBLICATION p OWNER TO r",
        "CREATE FUNCTION s.f() RETURNS int LANGUAGE c AS 'lib'", "ALTER ROLE r WITH NOSUPERUSER x",
        "ALTER DEFAULT PRIVILEGES FOR ROLE r GRANT SELECT ON TABLES TO a", "DROP SCHEMA public",
        "GRANT a TO b GRANTED BY c", "SET default_tablespace = ''", "SET SESSION AUTHORIZATION r",
        "CREATE TABLE t (a text COLLATE pg_catalog.\"de_DE\")"}) {
    for (std::size_t end = whole.find(' '); end <= whole.size(); ++end) {
      const auto needs = scanned(whole.substr(0, end) + ";\n");
      EXPECT_FALSE(needs.databases_made.contains("")) << whole.substr(0, end);
      EXPECT_FALSE(needs.roles_made.contains("")) << whole.substr(0, end);
    }
  }
}

TEST_F(DumpScan, FeedsALargeFileWithEditsAcrossItsPieces) {
  std::string text(3 << 20, 'x');
  std::ofstream(file_) << text;
  for (auto& c : std::span(text).subspan((256 << 10) - 10, 20)) c = ' ';
  EXPECT_TRUE(with({{.at = (256 << 10) - 10, .size = 20}}) == text);
}

TEST_F(DumpScan, StopsFeedingWhenNobodyReads) {
  std::ofstream(file_) << std::string(3 << 20, 'x');
  const auto edited = EditedFile::open(file_, {{.at = 0, .size = 1}});
  ASSERT_OK(edited);
}

}  // namespace
}  // namespace slip::postgresql
