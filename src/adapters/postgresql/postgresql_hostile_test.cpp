// SPDX-License-Identifier: Apache-2.0
#include <fstream>

#include "adapters/postgresql/postgresql_world.h"
#include "base/file.h"

namespace slip {

// What comes from outside may have our programs start others: those reach nothing of the host's.
class PostgresqlConfined : public AdapterTest {
 protected:
  void SetUp() override {
    if (dynamic_cast<const Sandbox*>(test::confinement().get()) == nullptr) {
      GTEST_SKIP() << "no sandbox here";
    }
    std::filesystem::create_directory(open_to_all_);
    std::filesystem::permissions(open_to_all_, std::filesystem::perms::all);
  }
  test::PostgresqlWorld& world() { return static_cast<test::PostgresqlWorld&>(*world_); }
  // A shell command that would leave a mark outside.
  std::string mark(const std::string& name) const {
    return "touch " + (open_to_all_ / name).string();
  }
  void expect_no_mark() const {
    EXPECT_TRUE(std::filesystem::is_empty(open_to_all_)) << "something was made outside";
  }

  const std::filesystem::path open_to_all_ = world().files() / "open";
};

TEST_P(PostgresqlConfined, ADumpsCommandsReachNothing) {
  const auto dump = world().files() / "dump.sql";
  std::ofstream(dump) << "\\! " << mark("by-psql") << "\n\\o |" << mark("by-pipe")
                      << "\nCREATE TABLE notes (t text);\n\\o\n"
                      << "COPY notes FROM PROGRAM '" << mark("by-server")
                      << " 2>/dev/null; echo x';\n"
                      << "INSERT INTO notes VALUES ('loaded');\n";
  const auto one = world().instance("ins_one", world().with({{"dump", dump}}));

  ASSERT_TRUE(ok(ingest(one)));

  expect_no_mark();
  ASSERT_TRUE(ok(bring_up(one)));
  EXPECT_TRUE(world().has(one, "loaded"));
  EXPECT_TRUE(ok(stop(one)));
}

TEST_P(PostgresqlConfined, ADataDirectorysOwnOptionsReachNothing) {
  const auto origin = world().instance("ins_origin", world().good());
  ASSERT_TRUE(ok(ingest(origin)));
  const auto included = world().files() / "more.conf";
  std::ofstream(included) << "work_mem = '1MB'\n";
  std::ofstream(origin.directory / "data/postgresql.conf", std::ios::app)
      << "archive_mode = on\narchive_command = '" << mark("by-archive") << "'\n"
      << "archive_cleanup_command = '" << mark("by-cleanup") << "'\n"
      << "recovery_end_command = '" << mark("by-recovery") << "'\n"
      << "restore_command = '" << mark("by-restore") << "'\n"
      << "ssl_passphrase_command = '" << mark("by-passphrase") << "'\n"
      << "log_directory = '" << open_to_all_.string() << "'\nlogging_collector = on\n"
      << "external_pid_file = '" << (open_to_all_ / "pid").string() << "'\n"
      << "include_if_exists '" << included.string() << "'\n";
  const auto copy =
      world().instance("ins_copy", world().with({{"directory", origin.directory / "data"}}));

  ASSERT_TRUE(ok(ingest(copy)));
  ASSERT_TRUE(ok(bring_up(copy)));

  world().put(copy, "a row");
  EXPECT_TRUE(world().has(copy, "a row"));
  EXPECT_TRUE(ok(stop(copy)));
  expect_no_mark();
}

// What we noted of a replay is not what somebody has written into the tree since.
TEST_P(PostgresqlConfined, ATenantsReplayTargetIsNotRead) {
  const auto one = world().instance("ins_one", world().good());
  ASSERT_TRUE(ok(ingest(one)));
  std::filesystem::create_directory(one.directory / "replay");
  std::filesystem::create_symlink("/etc/passwd", one.directory / "replay/until");

  ASSERT_TRUE(ok(bring_up(one)));

  EXPECT_THAT(world().runtime().log(one.id, 100'000).value(),
              testing::Not(testing::HasSubstr("root:")));
  EXPECT_TRUE(ok(stop(one)));
}

INSTANTIATE_TEST_SUITE_P(Postgresql, PostgresqlConfined,
                         testing::Values([] { return std::make_unique<test::PostgresqlWorld>(); }));

}  // namespace slip
