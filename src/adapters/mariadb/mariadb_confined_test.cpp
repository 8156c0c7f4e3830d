// SPDX-License-Identifier: Apache-2.0
// What a dump, a log or a data directory says is carried out by our own servers and clients: in a
// sandbox, where it reaches nothing outside of the source's directory.

#include <sys/stat.h>

#include <fstream>

#include "adapters/mariadb/ingest.h"
#include "adapters/mariadb/mariadb_world.h"

namespace slip {
namespace {

namespace fs = std::filesystem;
constexpr const char* kSecret = "of this machine";

class MariadbConfined : public AdapterTest {
 protected:
  void SetUp() override {
    if (world_->runtime().info().isolation == Isolation::none) {
      GTEST_SKIP() << "no sandbox here: " << world_->runtime().info().isolation_reason;
    }
    // For everybody's use: nothing but the sandbox is in the way.
    ::chmod(outside_.path().c_str(), 0777);
    std::ofstream(secret()) << kSecret << "\n";
    ::chmod(secret().c_str(), 0644);
  }
  test::MariadbWorld& world() { return static_cast<test::MariadbWorld&>(*world_); }
  std::string secret() const { return outside_.path() / "secret"; }
  std::string mark() const { return outside_.path() / "mark"; }

  TemporaryDirectory outside_;
};

INSTANTIATE_TEST_SUITE_P(Local, MariadbConfined, ::testing::ValuesIn(test::worlds()));

TEST_P(MariadbConfined, ADumpRunsNoProgramAndReachesNoFile) {
  for (const std::string& line :
       {"\\! touch " + mark(), "system touch " + mark(), "tee " + mark(),
        "SELECT 'x' INTO OUTFILE '" + mark() + "';",
        "CREATE TABLE t (s TEXT);\nLOAD DATA LOCAL INFILE '" + secret() + "' INTO TABLE t;",
        "CREATE TABLE t (s TEXT);\nLOAD DATA INFILE '" + secret() + "' INTO TABLE t;",
        "source " + secret()}) {
    SCOPED_TRACE(line);
    const auto dump = world().files() / "hostile.sql";
    std::ofstream(dump) << "CREATE TABLE before_it (n INT);\n" << line << "\n";
    const auto one = world().instance("ins_one", world().with({{"dump", dump.string()}}));

    EXPECT_FALSE(ingest(one));

    EXPECT_FALSE(fs::exists(mark()));
    fs::remove_all(one.directory);
  }
}

// The owner of a copy may write any statement into its log. One that would read anew what it can
// now is not carried out.
TEST_P(MariadbConfined, AStatementOfTheLogThatReadsAFileIsNotCarriedOut) {
  if (world().adapter().log_replay() == nullptr) GTEST_SKIP() << "this series cannot replay";
  const auto one = world().instance("ins_one", world().good());
  const auto base = world().instance("ins_base", world().good());
  ASSERT_TRUE(ok(world().fill(one)));
  ASSERT_TRUE(ok(bring_up(one)));
  world().sql(one, "CREATE TABLE found (s TEXT)");
  ASSERT_TRUE(ok(world().adapter().flush(one)));
  ASSERT_TRUE(ok(world().runtime().freeze(one.id)));
  copy(one, base);
  ASSERT_TRUE(ok(world().runtime().thaw(one.id)));
  const auto written = world().adapter().sql_scripts()->run_sql(
      one, {.text = "SET SESSION binlog_format = 'STATEMENT';\nINSERT INTO found VALUES "
                    "(COALESCE(LOAD_FILE('" +
                    secret() + "'), 'nothing'))"});
  if (!written) GTEST_SKIP() << "this series logs no statements: " << written.error().describe();
  ASSERT_TRUE(ok(stop(one)));
  const Timestamp until{(machine_time().ms / 1000 + 1) * 1000};

  const auto replayed = world().adapter().log_replay()->replay(base, one.directory, until, unasked);

  ASSERT_FALSE(replayed);
  EXPECT_EQ(replayed.error().code, ErrorCode::out_of_range);
}

// A data directory brings options (SET PERSIST), plugins and functions in shared libraries.
TEST_P(MariadbConfined, ADataDirectorysOwnOptionsReachNothing) {
  const auto one = world().instance("ins_one", world().good());
  ASSERT_TRUE(ok(world().fill(one)));
  const auto data = one.directory / "data";
  std::ofstream(data / "my.cnf") << "[server]\ngeneral_log=1\ngeneral_log_file=" << mark() << "\n";
  std::ofstream(data / "mysqld-auto.cnf")
      << R"({"Version": 2, "mysql_dynamic_variables": {"general_log": {"Value": "ON", "Metadata": )"
      << R"({"Host": "", "User": "", "Timestamp": 1}}, "general_log_file": {"Value": ")" << mark()
      << R"(", "Metadata": {"Host": "", "User": "", "Timestamp": 1}}}})";
  if (::geteuid() == 0) {
    ASSERT_TRUE(ok(change_owner(data, find_user(test::run_user()).value())));
  }

  const auto detached =
      world().adapter().following()->detach({one.config, one.directory, one.trusted, unasked});

  if (!detached) {
    EXPECT_EQ(detached.error().code, ErrorCode::failed) << detached.error().describe();
  }
  EXPECT_FALSE(fs::exists(mark()));
}

}  // namespace
}  // namespace slip
