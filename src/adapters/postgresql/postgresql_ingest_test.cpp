// SPDX-License-Identifier: Apache-2.0
#include <fstream>

#include "adapters/postgresql/postgresql_world.h"

namespace slip {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

// A server of the test's own as the origin of what is linked.
class PostgresqlIngest : public AdapterTest {
 protected:
  test::PostgresqlWorld& world() { return static_cast<test::PostgresqlWorld&>(*world_); }

  void start_origin() {
    origin_ = world().instance("ins_origin", world().good());
    ASSERT_TRUE(ok(ingest(origin_)));
    ASSERT_TRUE(ok(bring_up(origin_)));
    std::ofstream(origin_.trusted / "pg_hba.conf", std::ios::app)
        << "host replication all 127.0.0.1/32 scram-sha-256\n";
    world().sql(origin_, "SELECT pg_reload_conf()");
    world().sql(origin_, "CREATE ROLE \"the owner\"");
    world().sql(origin_, "CREATE TABLE employees (name text)");
    world().sql(origin_, "ALTER TABLE employees OWNER TO \"the owner\"");
    world().sql(origin_,
                "INSERT INTO employees SELECT 'employee ' || n FROM generate_series(1, 1000) n");
  }
  std::string url(const std::string& user = "slip", const std::string& password = "") {
    const std::string secret = password.empty() ? "secret%20of%20ins_origin" : password;
    return "postgresql://" + user + ":" + secret + "@127.0.0.1:" + std::to_string(origin_.port) +
           "/postgres";
  }
  std::filesystem::path dump(const std::string& format) {
    const auto path = world().files() / ("dump-" + format);
    const auto newest = postgresql::find_server_versions(test::program_folders()).front();
    const auto made = run_ok(Command{.argv = {newest.program("pg_dump"), "--format", format,
                                              "--file", path.string(), "--dbname", url()}});
    EXPECT_TRUE(made) << (made ? "" : made.error().detail);
    return path;
  }
  InstanceContext of(std::map<std::string, std::string> settings) {
    return world().instance("ins_copy", world().with(std::move(settings)));
  }
  void expect_employees(const InstanceContext& copy, const std::string& database = "postgres") {
    ASSERT_TRUE(ok(bring_up(copy)));
    EXPECT_EQ(world().sql(copy, "SELECT count(*) FROM employees", {}, database).front().front(),
              "1000");
  }

  InstanceContext origin_;
};

INSTANTIATE_TEST_SUITE_P(Local, PostgresqlIngest,
                         testing::Values([] { return std::make_unique<test::PostgresqlWorld>(); }));

TEST_P(PostgresqlIngest, LinksARunningServerByItsUrl) {
  start_origin();
  const auto copy = of({{"url", url()}});

  const auto filled = ingest(copy);

  ASSERT_TRUE(ok(filled));
  EXPECT_THAT(filled->position, HasSubstr("/"));
  expect_employees(copy);
}

TEST_P(PostgresqlIngest, LoadsEveryFormatOfPgDumpKeepingOwners) {
  start_origin();
  for (const char* format : {"plain", "custom", "directory", "tar"}) {
    SCOPED_TRACE(format);
    const auto copy =
        world().instance(std::string("ins_") + format,
                         world().with({{"dump", dump(format)}, {"database", "staff"}}));
    ASSERT_TRUE(ok(ingest(copy)));
    expect_employees(copy, "staff");
    EXPECT_EQ(world()
                  .sql(copy, "SELECT tableowner FROM pg_tables WHERE tablename = 'employees'", {},
                       "staff")
                  .front()
                  .front(),
              "the owner");
    ASSERT_TRUE(ok(stop(copy)));
  }
}

TEST_P(PostgresqlIngest, LoadsACompressedDump) {
  start_origin();
  const auto plain = dump("plain");
  ASSERT_TRUE(run_ok(Command{.argv = {"gzip", plain.string()}}));
  const auto copy = of({{"dump", plain.string() + ".gz"}});
  ASSERT_TRUE(ok(ingest(copy)));
  EXPECT_FALSE(std::filesystem::exists(copy.directory / "dump"));
  expect_employees(copy);
}

TEST_P(PostgresqlIngest, RefusesADumpThatEndsInTheMiddleAndNamesIt) {
  start_origin();
  for (const char* format : {"plain", "custom", "tar"}) {
    SCOPED_TRACE(format);
    const auto path = dump(format);
    std::filesystem::resize_file(path, std::filesystem::file_size(path) / 3);
    const auto copy =
        world().instance(std::string("ins_") + format, world().with({{"dump", path}}));

    const auto refused = ingest(copy);

    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::invalid_argument);
    EXPECT_THAT(refused.error().message, HasSubstr(path.string()));
    EXPECT_EQ(world().processes_in(copy.directory), 0);
  }
}

TEST_P(PostgresqlIngest, ShowsTheServersWordsAboutAWrongStatementInADump) {
  const auto path = world().files() / "wrong.sql";
  std::ofstream(path) << "CREATE TABLE a (n int);\nINSERT INTO b VALUES (1);\n";
  const auto refused = ingest(of({{"dump", path}}));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::invalid_argument);
  EXPECT_THAT(refused.error().detail, HasSubstr("relation \"b\" does not exist"));
}

TEST_P(PostgresqlIngest, SaysWhatADumpNeedsThatIsNotHere) {
  for (const auto& [statement, what] : std::map<std::string, std::string>{
           {"CREATE EXTENSION IF NOT EXISTS nowhere_to_be_found;", "extension nowhere_to_be_found"},
           {"CREATE TABLE t (a int) TABLESPACE elsewhere;", "tablespace elsewhere"}}) {
    const auto path = world().files() / "needs.sql";
    std::ofstream(path) << statement << "\n";
    const auto copy = world().instance("ins_needs" + std::to_string(what.size()),
                                       world().with({{"dump", path.string()}}));

    const auto refused = ingest(copy);

    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::unsupported);
    EXPECT_THAT(refused.error().message, HasSubstr(what));
  }
}

TEST_P(PostgresqlIngest, SaysThatTheServerRefusesAWrongPasswordAndDoesNotRepeatIt) {
  start_origin();
  const auto refused = ingest(of({{"url", url("slip", "hush")}}));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::permission_denied);
  EXPECT_THAT(refused.error().hint, AllOf(HasSubstr("REPLICATION"), HasSubstr("pg_hba.conf")));
  EXPECT_THAT(refused.error().describe() + refused.error().detail, Not(HasSubstr("hush")));
}

TEST_P(PostgresqlIngest, SaysThatNoServerAnswers) {
  origin_.port = test::free_port();
  const auto refused = ingest(of({{"url", url()}}));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::unavailable);
  EXPECT_THAT(refused.error().message, HasSubstr(std::to_string(origin_.port)));
}

TEST_P(PostgresqlIngest, CopiesADataDirectoryButNotOneThatAServerRunsOn) {
  start_origin();
  const auto data = origin_.directory / "data";
  const auto refused = ingest(of({{"directory", data}}));
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("runs on"));
  ASSERT_TRUE(ok(stop(origin_)));
  const auto copy = world().instance("ins_second", world().with({{"directory", data}}));

  ASSERT_TRUE(ok(ingest(copy)));

  expect_employees(copy);
}

}  // namespace slip
