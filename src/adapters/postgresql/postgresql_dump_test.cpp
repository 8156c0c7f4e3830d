// SPDX-License-Identifier: Apache-2.0
// Dumps as people have them: of managed services, of other tools' versions, of odd databases.

#include <fstream>

#include "adapters/postgresql/postgresql_world.h"

namespace slip {

using testing::AllOf;
using testing::HasSubstr;

class PostgresqlDump : public AdapterTest {
 protected:
  test::PostgresqlWorld& world() { return static_cast<test::PostgresqlWorld&>(*world_); }

  std::filesystem::path script(const std::string& text) {
    const auto path = world().files() / ("script-" + std::to_string(++scripts_) + ".sql");
    std::ofstream(path, std::ios::binary) << text;
    return path;
  }
  InstanceContext copy_of(const std::filesystem::path& dump,
                          std::map<std::string, std::string> settings = {}) {
    settings["dump"] = dump;
    auto config = world().adapter().completed(world().with(std::move(settings)));
    return world().instance("ins_copy" + std::to_string(++copies_), config);
  }
  // Loaded, and running.
  InstanceContext loaded(const std::filesystem::path& dump,
                         std::map<std::string, std::string> settings = {}) {
    const auto copy = copy_of(dump, std::move(settings));
    EXPECT_TRUE(ok(ingest(copy)));
    EXPECT_TRUE(ok(bring_up(copy)));
    return copy;
  }
  Error refusal(const std::filesystem::path& dump,
                std::map<std::string, std::string> settings = {}) {
    const auto refused = ingest(copy_of(dump, std::move(settings)));
    EXPECT_FALSE(refused);
    return refused ? Error{} : refused.error();
  }
  std::string one(const InstanceContext& copy, const std::string& query,
                  const std::string& database = "postgres") {
    return world().sql(copy, query, {}, database).front().front().value_or("(null)");
  }
  void run(const InstanceContext& on, const std::vector<std::string>& statements,
           const std::string& database = "postgres") {
    for (const auto& statement : statements) world().sql(on, statement, {}, database);
  }
  // A server with databases of its own, to make dumps of.
  InstanceContext origin() {
    const auto made = world().instance("ins_origin", world().good());
    EXPECT_TRUE(ok(ingest(made)));
    EXPECT_TRUE(ok(bring_up(made)));
    return made;
  }
  std::filesystem::path dumped(const InstanceContext& from, std::vector<std::string> arguments) {
    const auto path = world().files() / ("dump-" + std::to_string(++scripts_));
    arguments.push_back("--file=" + path.string());
    arguments.insert(
        arguments.begin() + 1,
        {"--host=127.0.0.1", "--port=" + std::to_string(from.port), "--username=slip"});
    const auto made =
        run_ok(Command{.argv = std::move(arguments), .env = {{"PGPASSWORD", from.login.password}}});
    EXPECT_TRUE(ok(made));
    return path;
  }

  int scripts_ = 0;
  int copies_ = 0;
};

INSTANTIATE_TEST_SUITE_P(Local, PostgresqlDump,
                         testing::Values([] { return std::make_unique<test::PostgresqlWorld>(); }));

TEST_P(PostgresqlDump, LeadsConnectionsToTheDatabaseThatItMakes) {
  const auto from = origin();
  world().sql(from, "CREATE DATABASE \"The Shop\"");
  world().sql(from, "CREATE TABLE t AS SELECT 7 AS a", {}, "The Shop");
  const auto copy = loaded(dumped(from, {"pg_dump", "--create", "--clean", "--dbname=The Shop"}));

  EXPECT_THAT(world().adapter().connection(copy, "h", 1)->url, HasSubstr("The%20Shop"));
  EXPECT_EQ(one(copy, "SELECT a FROM t", "The Shop"), "7");
}

TEST_P(PostgresqlDump, AsksWhichOfSeveralDatabasesIsMeant) {
  const auto dump = script(
      "CREATE DATABASE a;\nCREATE DATABASE b;\n\\connect a\nCREATE TABLE t (a int);\n"
      "\\connect b\nCREATE TABLE t (a int);\n");
  const auto refused = refusal(dump);
  EXPECT_EQ(refused.code, ErrorCode::invalid_argument);
  EXPECT_THAT(refused.message, HasSubstr("makes the databases a, b"));
  EXPECT_THAT(refused.hint, HasSubstr("database = \"a\""));

  const auto copy = loaded(dump, {{"database", "b"}});
  EXPECT_EQ(one(copy, "SELECT count(*) FROM t", "b"), "0");
}

TEST_P(PostgresqlDump, KeepsTheEncodingOfTheDatabaseAndEveryByte) {
  const auto from = origin();
  for (const char* encoding : {"LATIN1", "SQL_ASCII"}) {
    SCOPED_TRACE(encoding);
    const std::string name = std::string("of_") + encoding;
    world().sql(from, "CREATE DATABASE \"" + name + "\" TEMPLATE template0 ENCODING '" + encoding +
                          "' LOCALE 'C'");
    run(from,
        {"CREATE TABLE t (a text)", "INSERT INTO t VALUES (convert_from('\\x6772fc6e', 'LATIN1'))"},
        name);
    const auto bytes = one(from, "SELECT a::bytea FROM t", name);
    const auto dump = dumped(from, {"pg_dump", "--dbname=" + name});
    const auto copy = loaded(dump, {{"database", "copied"}});
    EXPECT_EQ(one(copy, "SHOW server_encoding", "copied"), encoding);
    EXPECT_EQ(one(copy, "SELECT a::bytea FROM t", "copied"), bytes);
    EXPECT_TRUE(ok(stop(copy)));
  }
  const auto ascii = dumped(from, {"pg_dump", "--dbname=of_SQL_ASCII"});
  const auto refused = refusal(ascii, {{"encoding", "UTF8"}});
  EXPECT_THAT(refused.message, HasSubstr("SQL_ASCII"));
  const auto latin = loaded(dumped(from, {"pg_dump", "--dbname=of_LATIN1"}),
                            {{"encoding", "UTF8"}, {"database", "recoded"}});
  EXPECT_EQ(one(latin, "SELECT a FROM t", "recoded"), "grün");
}

TEST_P(PostgresqlDump, OfANewerToolLoadsIntoAnOlderServer) {
  const auto copy = loaded(script(
      "-- PostgreSQL database dump\n\\restrict gibberish\n-- Dumped from database version 15.3\n"
      "-- Dumped by pg_dump version 17.6\nSET statement_timeout = 0;\nSET transaction_timeout = "
      "0;\n"
      "CREATE TABLE t AS SELECT 1 AS a;\n-- PostgreSQL database dump complete\n"
      "\\unrestrict gibberish\n"));
  EXPECT_EQ(one(copy, "SELECT a FROM t"), "1");
}

TEST_P(PostgresqlDump, MayGiveRolesWhatOnlySuperusersOwn) {
  const auto copy = loaded(
      script("CREATE FUNCTION f() RETURNS event_trigger LANGUAGE plpgsql AS $$BEGIN END$$;\n"
             "CREATE EVENT TRIGGER e ON ddl_command_end EXECUTE FUNCTION f();\n"
             "ALTER EVENT TRIGGER e OWNER TO platform;\n"
             "CREATE PUBLICATION p FOR ALL TABLES;\nALTER PUBLICATION p OWNER TO slip;\n"
             "CREATE FOREIGN DATA WRAPPER w;\nALTER FOREIGN DATA WRAPPER w OWNER TO platform;\n"));
  EXPECT_EQ(one(copy, "SELECT evtowner::regrole FROM pg_event_trigger"), "platform");
  EXPECT_EQ(one(copy, "SELECT rolsuper FROM pg_roles WHERE rolname = 'platform'"), "f");
}

TEST_P(PostgresqlDump, OfAWholeServerBringsItsRoles) {
  const auto from = origin();
  for (const char* statement :
       {"CREATE ROLE app LOGIN PASSWORD 'x'", "CREATE ROLE postgres SUPERUSER", "CREATE ROLE staff",
        "CREATE DATABASE shop OWNER app"}) {
    world().sql(from, statement);
  }
  run(from, {"CREATE TABLE t AS SELECT 7 AS a", "ALTER TABLE t OWNER TO app"}, "shop");
  auto dump = dumped(from, {"pg_dumpall", "--clean"});
  // As a newer server says it.
  std::ofstream(dump, std::ios::app)
      << "GRANT staff TO app WITH ADMIN OPTION GRANTED BY postgres;\n";
  const auto copy = loaded(dump, {{"login", "app"}, {"database", "shop"}});
  EXPECT_EQ(one(copy, "SELECT a FROM t", "shop"), "7");
  EXPECT_EQ(one(copy, "SELECT pg_has_role('app', 'staff', 'member')"), "t");
}

TEST_P(PostgresqlDump, FindsEveryRoleOfAPolicyAndWhatAPlatformHasMade) {
  const auto copy =
      loaded(script("CREATE TABLE t (a int);\nALTER TABLE t ENABLE ROW LEVEL SECURITY;\n"
                    "CREATE POLICY p ON t TO one_role, \"Another\" USING (true);\n"
                    "CREATE EXTENSION IF NOT EXISTS plpgsql WITH SCHEMA pg_catalog;\n"
                    "CREATE TABLE app.users AS SELECT 3 AS id;\n"));
  EXPECT_EQ(one(copy, "SELECT id FROM app.users"), "3");
  EXPECT_EQ(one(copy, "SELECT count(*) FROM pg_roles WHERE rolname IN ('one_role', 'Another')"),
            "2");
}

TEST_P(PostgresqlDump, ThatFirstDropsWhatIsThereLoadsIntoANewDatabase) {
  const auto from = origin();
  run(from, {"CREATE SCHEMA app", "CREATE TABLE app.t (id serial PRIMARY KEY)",
             "CREATE TABLE app.u (t int REFERENCES app.t)", "CREATE TYPE app.kind AS ENUM ('a')",
             "INSERT INTO app.t DEFAULT VALUES"});
  const auto copy = loaded(dumped(from, {"pg_dump", "--clean", "--dbname=postgres"}));
  EXPECT_EQ(one(copy, "SELECT id FROM app.t"), "1");
}

TEST_P(PostgresqlDump, IsReadHoweverItIsPacked) {
  const std::string text = "CREATE TABLE t AS SELECT 'gr\xc3\xbcn'::text AS a;\n";
  const std::map<std::string, std::string> packers{
      {"xz", "xz -c"},
      {"bzip2", "bzip2 -c"},
      {"zstd", "zstd -q -c"},
      {"utf16", "{ printf '\\377\\376'; iconv -f UTF-8 -t UTF-16LE; }"}};
  for (const auto& [name, packer] : packers) {
    SCOPED_TRACE(name);
    const auto dump = script(text);
    const auto packed = dump.string() + "." + name;
    ASSERT_TRUE(
        ok(run_ok(Command{.argv = {"sh", "-c", packer + " <\"$0\" >\"$1\"", dump, packed}})));
    const auto copy = loaded(packed);
    EXPECT_EQ(one(copy, "SELECT a FROM t"), "grün");
    EXPECT_FALSE(std::filesystem::exists(copy.directory / "dump"));
    EXPECT_TRUE(ok(stop(copy)));
  }
}

TEST_P(PostgresqlDump, SaysWhatToDoAboutALocaleThatIsNotHere) {
  const auto dump = script(
      "CREATE DATABASE shop WITH TEMPLATE = template0 ENCODING = 'UTF8' LOCALE = 'xx_YY.UTF-8';\n"
      "\\connect shop\nCREATE TABLE t AS SELECT 1 AS a;\n");
  const auto refused = refusal(dump);
  EXPECT_EQ(refused.code, ErrorCode::unsupported);
  EXPECT_THAT(refused.message, HasSubstr("locale xx_YY.UTF-8 is not installed"));
  EXPECT_THAT(refused.hint, AllOf(HasSubstr("locales-all"), HasSubstr("locale = \"C.UTF-8\"")));
  EXPECT_THAT(refusal(dump, {{"locale", "zz_ZZ"}}).message, HasSubstr("locale zz_ZZ"));
  if (postgresql::find_server_versions(test::program_folders()).front().major >= 15) {
    const auto unknown = refusal(dump, {{"locale", "icu:abcdefghijklmnopq"}});
    EXPECT_THAT(unknown.message, HasSubstr("ICU knows no locale \"abcdefghijklmnopq\""));
    EXPECT_THAT(unknown.hint, HasSubstr("icu:de-DE"));
  }

  const auto copy = loaded(dump, {{"locale", "C.UTF-8"}});
  EXPECT_EQ(one(copy, "SELECT a FROM t", "shop"), "1");
}

TEST_P(PostgresqlDump, ThatIsWrittenToWhileItIsLoadedIsNotTaken) {
  const auto dump = script("CREATE TABLE t AS SELECT 1 AS a;\n");
  const auto copy = copy_of(dump);
  const auto refused = ingest(copy, [&](std::string_view what, std::optional<double>) {
    if (what == "loading the dump") std::ofstream(dump, std::ios::app) << "SELECT 1;\n";
    return true;
  });
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::invalid_argument);
  EXPECT_THAT(refused.error().message, HasSubstr("was written to while it was read"));
}

TEST_P(PostgresqlDump, SortsAsTheLocaleSays) {
  const auto copy =
      loaded(script("CREATE TABLE t AS SELECT unnest(ARRAY['b', 'A', 'a', 'B']) AS a;\n"),
             {{"locale", "icu:en-US"}});
  EXPECT_EQ(one(copy, "SELECT string_agg(a, '' ORDER BY a) FROM t"), "aAbB");
}

TEST_P(PostgresqlDump, NamesTheLineAndTheStatementThatTheServerRefuses) {
  const auto dump = script("CREATE TABLE a (n int);\n\nINSERT INTO a\n  VALUES ('x');\n");
  const auto refused = refusal(dump);
  EXPECT_EQ(refused.code, ErrorCode::invalid_argument);
  EXPECT_THAT(refused.message, AllOf(HasSubstr(dump.string()), HasSubstr("line 4"),
                                     HasSubstr("invalid input syntax for type integer")));
  EXPECT_THAT(refused.detail, HasSubstr("INSERT INTO a"));
}

TEST_P(PostgresqlDump, OfToolsThatAreNewerThanAnyHereSaysSo) {
  const auto from = origin();
  const auto dump = dumped(from, {"pg_dump", "--format=custom", "--dbname=postgres"});
  {
    std::fstream archive(dump, std::ios::in | std::ios::out | std::ios::binary);
    archive.seekp(6);
    archive.put(99);
  }
  const auto refused = refusal(dump);
  EXPECT_EQ(refused.code, ErrorCode::unsupported);
  EXPECT_THAT(refused.message, AllOf(HasSubstr("made by pg_dump"), HasSubstr("or newer")));
  EXPECT_THAT(refused.hint, HasSubstr("Install PostgreSQL"));
}

}  // namespace slip
