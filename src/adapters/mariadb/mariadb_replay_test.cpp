// SPDX-License-Identifier: Apache-2.0
#include <fstream>

#include "adapters/mariadb/log_looks.h"
#include "adapters/mariadb/mariadb_world.h"
#include "adapters/mariadb/replay.h"

namespace slip {

using testing::HasSubstr;

// What is exact about going back to a second, and what is refused; the contract has the rest.
class MariadbReplay : public AdapterTest {
 protected:
  test::MariadbWorld& world() { return static_cast<test::MariadbWorld&>(*world_); }
  const Adapter& adapter() { return world().adapter(); }

  void SetUp() override {
    ASSERT_NE(adapter().log_replay(), nullptr);
    db_ = world().instance("ins_db", world().good());
    ASSERT_TRUE(ok(world().fill(db_)));
    ASSERT_TRUE(ok(bring_up(db_)));
    looks_ = std::make_unique<test::LogLooks>(adapter(), db_);
    world().sql(db_, "CREATE TABLE numbers (n INT, at DATETIME(6) DEFAULT NOW(6))");
  }
  // As operations take one: flushed, frozen, copied.
  InstanceContext snapshot(const std::string& id) {
    const auto to = world().instance(id, db_.config);
    EXPECT_TRUE(ok(adapter().flush(db_)));
    EXPECT_TRUE(ok(world().runtime().freeze(db_.id)));
    copy(db_, to);
    EXPECT_TRUE(ok(world().runtime().thaw(db_.id)));
    return to;
  }
  Timestamp server_time() { return adapter().position(db_)->at; }
  // The next whole second; waits until it is over.
  Timestamp next_second() {
    const Timestamp second{server_time().ms / 1000 * 1000 + 1000};
    while (server_time() <= second || (looks_ && !looks_->have_been_at(second))) {
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return second;
  }
  std::filesystem::path newest_log(const InstanceContext& of) {
    std::filesystem::path newest;
    for (const auto& entry : std::filesystem::directory_iterator(of.directory / "log")) {
      const auto& path = entry.path();
      if (path.stem() == "binlog" && path.extension() != ".index" && path > newest) newest = path;
    }
    return newest;
  }
  Result<> replay(const InstanceContext& base, const InstanceContext& later, Timestamp until) {
    return adapter().log_replay()->replay(base, later.directory, until, unasked);
  }
  // By a script instead of the log's reader, which that has as $reader.
  Result<> replay_by(const std::string& script, const InstanceContext& base,
                     const InstanceContext& later, Timestamp until) {
    const auto files = world().files() / "stand-in/bin";
    std::filesystem::create_directories(files);
    const mariadb::Dialect& dialect = world().dialect();
    for (const auto& program : {dialect.server, dialect.client}) {
      std::filesystem::create_symlink(world().program(program), files / program.name);
    }
    std::ofstream(files / dialect.log_reader.name)
        << "#!/bin/sh\nreader=" << world().program(dialect.log_reader) << '\n'
        << script;
    std::filesystem::permissions(files / dialect.log_reader.name, std::filesystem::perms(0755));
    TRY(adapter().prepare(base));
    auto version = test::installed(dialect).versions.front();
    for (const auto& one : test::installed(dialect).versions) {
      if (one.program(dialect.server.name) == world().program(dialect.server)) version = one;
    }
    version.programs = files;
    const mariadb::ServerPlace place{.version = version,
                                     .layout = TRY(mariadb::open_layout(base.directory)),
                                     .settings = TRY(mariadb::read_settings(dialect, base.config)),
                                     .user = TRY(find_run_user(test::run_user(), base.user)),
                                     .confinement = test::confinement()};
    return mariadb::replay_log({.clone = place,
                                .later = TRY(mariadb::open_layout(later.directory)),
                                .until = until,
                                .progress = unasked});
  }

  // In one session, one after the other.
  void in_one_session(const std::vector<std::string>& statements) {
    auto session = world().log_in(db_, db_.login);
    ASSERT_TRUE(ok(session));
    for (const auto& statement : statements) ASSERT_TRUE(ok(session->query(statement)));
  }
  std::string numbers(const InstanceContext& of) {
    return world().one(of, "SELECT COALESCE(GROUP_CONCAT(n ORDER BY n), '') FROM numbers");
  }
  void expect_refused(const Result<>& replayed, const std::string& why) {
    ASSERT_FALSE(replayed);
    EXPECT_EQ(replayed.error().code, ErrorCode::out_of_range);
    EXPECT_THAT(replayed.error().message, HasSubstr(why));
  }

  InstanceContext db_;
  std::unique_ptr<test::LogLooks> looks_;
};

INSTANTIATE_TEST_SUITE_P(Local, MariadbReplay, testing::ValuesIn(test::worlds()));

TEST_P(MariadbReplay, HasWhatWasCommittedBeforeTheSecondUnderLoadAndNothingElse) {
  std::atomic<bool> go_on = true;
  std::vector<std::thread> writers;
  for (int writer = 0; writer < 2; ++writer) {
    writers.emplace_back([&] {
      auto session = world().log_in(db_, db_.login);
      for (int n = 1; go_on; ++n) {
        (void)session->query("INSERT INTO numbers (n) VALUES (" + std::to_string(n) + ")");
      }
    });
  }
  next_second();
  const auto base = snapshot("ins_base");
  next_second();
  const Timestamp until = next_second();
  next_second();
  const auto later = snapshot("ins_later");
  go_on = false;
  for (auto& writer : writers) writer.join();
  const std::string until_s = std::to_string(until.ms / 1000);
  // A statement of each writer may have begun before the second and committed after it.
  const int begun = std::stoi(
      world().one(db_, "SELECT COUNT(*) FROM numbers WHERE at < FROM_UNIXTIME(" + until_s + ")"));

  ASSERT_TRUE(ok(replay(base, later, until)));
  ASSERT_TRUE(ok(bring_up(base)));

  const int restored = std::stoi(world().one(base, "SELECT COUNT(*) FROM numbers"));
  EXPECT_LE(restored, begun);
  EXPECT_GE(restored, begun - 2);
  EXPECT_GT(restored, 10);
  EXPECT_EQ(
      world().one(base, "SELECT COUNT(*) FROM numbers WHERE at >= FROM_UNIXTIME(" + until_s + ")"),
      "0")
      << "nothing later";
}

// Quiet copies are the usual ones.
TEST_P(MariadbReplay, OfWhatNobodyHasWrittenToSinceIsThePointsData) {
  world().sql(db_, "INSERT INTO numbers (n) VALUES (1)");
  const auto base = snapshot("ins_base");
  const Timestamp until = next_second();
  const auto later = snapshot("ins_later");

  ASSERT_TRUE(ok(replay(base, later, until)));
  ASSERT_TRUE(ok(bring_up(base)));

  EXPECT_EQ(numbers(base), "1");
}

// What a session takes for the time is its own affair (SET timestamp, binary logs piped in).
TEST_P(MariadbReplay, GoesByWhenItWasCommittedWhateverTheClockOfASession) {
  const auto base = snapshot("ins_base");
  const auto again = world().instance("ins_again", db_.config);
  copy(base, again);
  in_one_session({"INSERT INTO numbers (n) VALUES (1)", "SET timestamp = UNIX_TIMESTAMP() + 5000",
                  "INSERT INTO numbers (n) VALUES (2)"});
  world().sql(db_, "INSERT INTO numbers (n) VALUES (3)");
  const Timestamp first = next_second();
  in_one_session({"SET timestamp = UNIX_TIMESTAMP() - 5000", "INSERT INTO numbers (n) VALUES (4)"});
  world().sql(db_, "INSERT INTO numbers (n) VALUES (5)");
  const Timestamp second = next_second();
  in_one_session({"SET timestamp = UNIX_TIMESTAMP() - 5000", "INSERT INTO numbers (n) VALUES (6)"});
  const auto later = snapshot("ins_later");

  ASSERT_TRUE(ok(replay(base, later, first)));
  ASSERT_TRUE(ok(bring_up(base)));
  EXPECT_EQ(numbers(base), "1,2,3");
  ASSERT_TRUE(ok(replay(again, later, second)));
  ASSERT_TRUE(ok(bring_up(again)));
  EXPECT_EQ(numbers(again), "1,2,3,4,5");
}

// Of whoever is made to wait while he looks at the log: he may have seen it before the second, or
// after it.
TEST_P(MariadbReplay, TakesNothingFromALookThatLastedIntoTheSecond) {
  if (world().dialect().log_has_times) GTEST_SKIP() << "its log has the server's own times";
  const auto base = snapshot("ins_base");
  world().sql(db_, "INSERT INTO numbers (n) VALUES (1)");
  const Timestamp until = next_second();
  world().sql(db_, "INSERT INTO numbers (n) VALUES (2)");
  const auto later = snapshot("ins_later");
  std::ostringstream noted;
  std::ifstream times(later.directory / "log/times");
  std::int64_t from = 0;
  std::int64_t to = 0;
  std::string place;
  for (; times >> from >> to && std::getline(times, place);) {
    noted << std::min(from, until.ms - 1) << ' ' << to << place << '\n';
  }
  times.close();
  std::ofstream(later.directory / "log/times") << noted.str();

  ASSERT_TRUE(ok(replay(base, later, until)));
  ASSERT_TRUE(ok(bring_up(base)));

  EXPECT_EQ(numbers(base), "1");
}

// While the daemon did not run, there is only what sessions say.
TEST_P(MariadbReplay, RefusesASecondThatOnlySessionsTellOfWhoDisagree) {
  if (world().dialect().log_has_times) GTEST_SKIP() << "its log has the server's own times";
  next_second();
  const auto base = snapshot("ins_base");
  looks_.reset();
  in_one_session({"SET timestamp = UNIX_TIMESTAMP() + 5", "INSERT INTO numbers (n) VALUES (1)"});
  world().sql(db_, "INSERT INTO numbers (n) VALUES (2)");
  for (int n = 0; n < 6; ++n) next_second();
  const Timestamp until{server_time().ms / 1000 * 1000 - 2000};
  world().sql(db_, "INSERT INTO numbers (n) VALUES (3)");
  next_second();
  const auto later = snapshot("ins_later");

  expect_refused(replay(base, later, until), "nobody has looked on");
}

TEST_P(MariadbReplay, RefusesALogThatItsOwnerHasEmptied) {
  const auto base = snapshot("ins_base");
  const auto first = world().instance("ins_first", db_.config);
  ASSERT_TRUE(ok(world().fill(first)));  // what the log began with
  world().sql(db_, "INSERT INTO numbers (n) SELECT seq FROM seq_1_to_40");
  const bool is_new = world().is_mysql() && world().one(db_, "SELECT VERSION() >= '8.4'") == "1";
  world().sql(db_, is_new ? "RESET BINARY LOGS AND GTIDS" : "RESET MASTER");
  for (int n = 1; n <= 21; ++n) world().sql(db_, "INSERT INTO numbers (n) VALUES (100)");
  const Timestamp until = next_second();
  const auto later = snapshot("ins_later");

  expect_refused(replay(base, later, until), "was emptied");
  expect_refused(replay(first, later, until), "was emptied");
}

// What was noted of the log before that lies beside the new one.
TEST_P(MariadbReplay, GoesOnFromAPointThatWasTakenAfterTheLogWasEmptied) {
  world().sql(db_, "INSERT INTO numbers (n) SELECT seq FROM seq_1_to_40");
  snapshot("ins_before");
  const bool is_new = world().is_mysql() && world().one(db_, "SELECT VERSION() >= '8.4'") == "1";
  world().sql(db_, is_new ? "RESET BINARY LOGS AND GTIDS" : "RESET MASTER");
  const auto base = snapshot("ins_base");
  world().sql(db_, "INSERT INTO numbers (n) VALUES (100)");
  const Timestamp until = next_second();
  const auto later = snapshot("ins_later");

  ASSERT_TRUE(ok(replay(base, later, until)));
  ASSERT_TRUE(ok(bring_up(base)));
  EXPECT_EQ(world().one(base, "SELECT COUNT(*) FROM numbers WHERE n = 100"), "1");
}

TEST_P(MariadbReplay, RefusesAStatementThatWouldComeToSomethingElseAndNothingBeforeIt) {
  const auto base = snapshot("ins_base");
  const auto again = world().instance("ins_again", db_.config);
  copy(base, again);
  world().sql(db_, "INSERT INTO numbers (n) VALUES (1)");
  const Timestamp before = next_second();
  auto session = world().log_in(db_, db_.login);
  ASSERT_TRUE(ok(session));
  if (!session->query("SET SESSION binlog_format = 'STATEMENT'")) {
    GTEST_SKIP() << "this series logs no statements";
  }
  ASSERT_TRUE(ok(session->query("CREATE TABLE names (name VARCHAR(40))")));
  ASSERT_TRUE(ok(session->query("INSERT INTO names VALUES (UUID())")));
  const Timestamp after = next_second();
  const auto later = snapshot("ins_later");

  expect_refused(replay(again, later, after), "INSERT INTO names");
  ASSERT_TRUE(ok(replay(base, later, before)));
  ASSERT_TRUE(ok(bring_up(base)));
  EXPECT_EQ(numbers(base), "1");
}

// Settings of the branch itself are those of the point, and none of them stands in the way.
TEST_P(MariadbReplay, HasTheSettingsOfThePointBeforeIt) {
  if (!world().is_mysql()) GTEST_SKIP() << "it keeps none with the data";
  world().sql(db_, "SET PERSIST max_connections = 33");
  world().sql(db_, "SET PERSIST super_read_only = 1");
  const auto base = snapshot("ins_base");
  world().sql(db_, "SET GLOBAL super_read_only = 0");
  world().sql(db_, "SET PERSIST max_connections = 44");
  world().sql(db_, "INSERT INTO numbers (n) VALUES (1)");
  const Timestamp until = next_second();
  const auto later = snapshot("ins_later");

  ASSERT_TRUE(ok(replay(base, later, until)));
  ASSERT_TRUE(ok(bring_up(base)));

  EXPECT_EQ(numbers(base), "1");
  EXPECT_EQ(world().one(base, "SELECT CONCAT(@@GLOBAL.max_connections, ' ', @@super_read_only)"),
            "33 1");
}

// The log does not say which engine that was.
TEST_P(MariadbReplay, RefusesATableWhoseEngineOnlyItsSessionKnew) {
  const auto base = snapshot("ins_base");
  const auto again = world().instance("ins_again", db_.config);
  const auto once_more = world().instance("ins_once_more", db_.config);
  copy(base, again);
  copy(base, once_more);
  in_one_session({"CREATE TABLE usual (n INT)", "INSERT INTO usual VALUES (1)",
                  "CREATE TABLE next_usual (n INT, m INT)"});
  const Timestamp before = next_second();
  // What is done later with earlier tables tells nothing against them.
  in_one_session({"RENAME TABLE usual TO old_usual, next_usual TO usual",
                  "ALTER TABLE old_usual ENGINE=MyISAM"});
  in_one_session({"SET default_storage_engine = MyISAM", "CREATE TABLE of_files (n INT)"});
  const Timestamp while_empty = next_second();
  world().sql(db_, "INSERT INTO of_files VALUES (1)");
  const Timestamp with_rows = next_second();
  const auto later = snapshot("ins_later");
  world().sql(db_, "DROP TABLE of_files");
  const auto last = snapshot("ins_last");

  expect_refused(replay(again, later, while_empty), "the table slip.of_files");
  expect_refused(replay(once_more, last, with_rows), "of another engine");
  ASSERT_TRUE(ok(replay(base, later, before)));
  ASSERT_TRUE(ok(bring_up(base)));
  EXPECT_EQ(world().one(base, "SELECT COUNT(*) FROM usual"), "1");
  EXPECT_EQ(world().one(base,
                        "SELECT GROUP_CONCAT(ENGINE) FROM information_schema.TABLES WHERE "
                        "TABLE_NAME IN ('usual', 'next_usual')"),
            "InnoDB,InnoDB");
}

TEST_P(MariadbReplay, RefusesATableThatIsAsOnlyItsSessionMadeIt) {
  if (world().is_mysql()) GTEST_SKIP() << "its log has all else";
  const std::vector<std::vector<std::string>> sessions = {
      {"SET enforce_storage_engine = Aria, sql_mode = ''",
       "CREATE TABLE made (n INT) ENGINE=InnoDB"},
      {"SET old_mode = ''", "CREATE TABLE made (t VARCHAR(9) CHARACTER SET utf8)"},
      {"SET innodb_compression_default = ON", "CREATE TABLE made (n INT)"}};
  for (const auto& session : sessions) {
    SCOPED_TRACE(session.front());
    const auto base = snapshot("ins_base");
    in_one_session(session);
    const Timestamp until = next_second();
    const auto later = snapshot("ins_later");

    expect_refused(replay(base, later, until), "the table slip.made");

    world().sql(db_, "DROP TABLE made");
    std::filesystem::remove_all(base.directory);
    std::filesystem::remove_all(later.directory);
  }
}

TEST_P(MariadbReplay, CarriesOutWhatOnlyItsSessionWasAllowed) {
  const auto base = snapshot("ins_base");
  in_one_session({"SET innodb_strict_mode = OFF",
                  "CREATE TABLE odd (n INT) ROW_FORMAT=COMPRESSED KEY_BLOCK_SIZE=64"});
  if (!world().is_mysql()) {
    in_one_session({"CREATE TABLE versions (n INT) WITH SYSTEM VERSIONING",
                    "SET system_versioning_alter_history = KEEP",
                    "ALTER TABLE versions ADD COLUMN m INT"});
  }
  const Timestamp until = next_second();
  const auto later = snapshot("ins_later");

  ASSERT_TRUE(ok(replay(base, later, until)));
  ASSERT_TRUE(ok(bring_up(base)));

  EXPECT_EQ(world().one(base,
                        "SELECT COUNT(*) FROM information_schema.COLUMNS WHERE "
                        "TABLE_SCHEMA = 'slip' AND TABLE_NAME IN ('odd', 'versions')"),
            world().is_mysql() ? "1" : "3");
}

TEST_P(MariadbReplay, GoesThroughRestartsAndKeepsTheNamesOfTransactions) {
  const auto base = snapshot("ins_base");
  world().sql(db_, "INSERT INTO numbers (n) VALUES (1)");
  ASSERT_TRUE(ok(stop(db_)));
  ASSERT_TRUE(ok(bring_up(db_)));
  world().sql(db_, "INSERT INTO numbers (n) VALUES (2)");
  const auto gtid = world().gtids(db_);
  const Timestamp until = next_second();
  world().sql(db_, "DELETE FROM numbers");
  const auto later = snapshot("ins_later");

  ASSERT_TRUE(ok(replay(base, later, until)));
  ASSERT_TRUE(ok(bring_up(base)));

  EXPECT_EQ(world().one(base, "SELECT GROUP_CONCAT(n ORDER BY n) FROM numbers"), "1,2");
  EXPECT_EQ(world().gtids(base), gtid);
}

// Tables that are made with their rows: one transaction of the log, and two of its replay's.
TEST_P(MariadbReplay, HasTablesThatWereMadeOfASelect) {
  const auto base = snapshot("ins_base");
  const auto again = world().instance("ins_again", db_.config);
  copy(base, again);
  in_one_session({"INSERT INTO numbers (n) VALUES (1), (2)",
                  "CREATE TABLE made (PRIMARY KEY (n)) SELECT n FROM numbers",
                  "CREATE TABLE of_none SELECT n FROM numbers WHERE n > 9",
                  "CREATE TABLE IF NOT EXISTS made SELECT 7 AS n",
                  "CREATE TABLE plain SELECT n FROM numbers", "CREATE TABLE alone (n INT)",
                  "INSERT INTO alone SELECT n FROM numbers"});
  if (!world().is_mysql()) {
    in_one_session({"CREATE TABLE files ENGINE=MyISAM SELECT n FROM numbers",
                    "CREATE OR REPLACE TABLE plain SELECT n + 10 AS n FROM numbers",
                    "CREATE OR REPLACE TABLE plain SELECT n + 20 AS n FROM numbers"});
  }
  const Timestamp first = next_second();
  world().sql(db_, "CREATE TABLE last SELECT n FROM numbers");
  const Timestamp second = next_second();
  world().sql(db_, "DELETE FROM made");
  const auto later = snapshot("ins_later");

  ASSERT_TRUE(ok(replay(base, later, first)));
  ASSERT_TRUE(ok(replay(again, later, second)));
  for (const auto& one : {base, again}) {
    ASSERT_TRUE(ok(bring_up(one)));
    EXPECT_EQ(world().one(one, "SELECT GROUP_CONCAT(n ORDER BY n) FROM made"), "1,2");
    EXPECT_EQ(world().one(one, "SELECT COUNT(*) FROM of_none"), "0");
    EXPECT_EQ(world().one(one, "SELECT GROUP_CONCAT(n ORDER BY n) FROM alone"), "1,2");
    EXPECT_EQ(world().one(one, "SELECT GROUP_CONCAT(n ORDER BY n) FROM plain"),
              world().is_mysql() ? "1,2" : "21,22");
  }
  EXPECT_EQ(world().one(again, "SELECT COUNT(*) FROM last"), "2");
}

TEST_P(MariadbReplay, RefusesALogWithAHole) {
  const auto base = snapshot("ins_base");
  for (int n = 0; n < 3; ++n) {
    world().sql(db_, "INSERT INTO numbers (n) VALUES (1)");
    world().sql(db_, "FLUSH BINARY LOGS");
  }
  const Timestamp until = next_second();
  const auto later = snapshot("ins_later");
  ASSERT_TRUE(std::filesystem::remove(later.directory / "log/binlog.000002"));

  const auto refused = replay(base, later, until);

  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::out_of_range);
  EXPECT_THAT(refused.error().message, HasSubstr("file 000002 is missing"));
}

// As a dump of a server with GTIDs does.
TEST_P(MariadbReplay, RefusesWhatWasWrittenBesideTheLogUntilThereIsAPointOfIt) {
  world().sql(db_, "INSERT INTO numbers (n) VALUES (1)");
  next_second();
  const auto before = adapter().position(db_);
  ASSERT_TRUE(ok(before));
  const auto base = snapshot("ins_base");
  const auto again = world().instance("ins_again", db_.config);
  copy(base, again);
  const Timestamp reached = next_second();
  auto after = before;
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  // A write of a moment may go along with another's; a load lasts.
  for (int n = 0; after->mark == before->mark && std::chrono::steady_clock::now() < deadline; ++n) {
    in_one_session({"SET SESSION sql_log_bin = 0",
                    "CREATE TABLE IF NOT EXISTS loaded (n INT PRIMARY KEY)",
                    "INSERT INTO loaded VALUES (" + std::to_string(n) + ")"});
    after = adapter().position(db_);
    ASSERT_TRUE(ok(after));
  }
  ASSERT_NE(after->mark, before->mark) << "an automatic point is due";
  EXPECT_GT(adapter().log_replay()->log_between(*before, *after), 1LL << 40) << "at once";
  const Timestamp until = next_second();
  const auto later = snapshot("ins_later");
  const auto loaded = world().one(db_, "SELECT COUNT(*) FROM loaded");
  world().sql(db_, "INSERT INTO numbers (n) VALUES (2)");
  const Timestamp last = next_second();
  const auto end = snapshot("ins_end");

  expect_refused(replay(again, later, until), "sql_log_bin=0");
  ASSERT_TRUE(ok(replay(base, later, reached)));
  ASSERT_TRUE(ok(bring_up(base)));
  EXPECT_EQ(numbers(base), "1");
  ASSERT_TRUE(ok(replay(later, end, last)));
  ASSERT_TRUE(ok(bring_up(later)));
  EXPECT_EQ(world().one(later, "SELECT COUNT(*) FROM loaded"), loaded);
  EXPECT_EQ(numbers(later), "1,2");
}

TEST_P(MariadbReplay, NoticesDefinitionsThatAreMadeBesideTheLog) {
  world().sql(db_, "CREATE TABLE emptied (n INT)");
  world().sql(db_, "INSERT INTO emptied VALUES (1)");
  for (const char* statement :
       {"CREATE TABLE beside (n INT)", "ALTER TABLE beside ADD m INT", "TRUNCATE TABLE emptied",
        "RENAME TABLE beside TO elsewhere", "DROP TABLE elsewhere"}) {
    // What goes along with what is logged in the same second is not noticed.
    for (int second = 0; second < 3; ++second) next_second();
    const auto before = adapter().position(db_);
    ASSERT_TRUE(ok(before));

    in_one_session({"SET SESSION sql_log_bin = 0", statement});

    auto after = adapter().position(db_);
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (after && after->mark == before->mark && std::chrono::steady_clock::now() < deadline) {
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
      after = adapter().position(db_);
    }
    ASSERT_TRUE(ok(after));
    EXPECT_NE(after->mark, before->mark) << statement;
  }
}

// Some releases' reader has said that all is well after the first of several files (MDEV-35528).
TEST_P(MariadbReplay, SeesWhatItsReaderHasLeftOut) {
  if (world().is_mysql()) GTEST_SKIP() << "its server wants its files beside it";
  const auto base = snapshot("ins_base");
  world().sql(db_, "INSERT INTO numbers (n) VALUES (1)");
  world().sql(db_, "FLUSH BINARY LOGS");
  world().sql(db_, "INSERT INTO numbers (n) VALUES (2)");
  const Timestamp until = next_second();
  const auto later = snapshot("ins_later");

  const auto replayed = replay_by(
      "touch \"$TMPDIR/SQL_LOAD_MB-1-0\" || exit 1\n"
      "for last; do :; done\ncase \"$last\" in *000001) exec \"$reader\" \"$@\";; esac\n",
      base, later, until);

  expect_refused(replayed, "has 2 transactions");
  EXPECT_THAT(replayed.error().message, HasSubstr("came to have 1,"));
  for (const auto& left :
       std::filesystem::directory_iterator(std::filesystem::temp_directory_path())) {
    EXPECT_NE(left.path().filename(), "SQL_LOAD_MB-1-0");
  }
}

TEST_P(MariadbReplay, SeesThatRowsOfATableMadeOfASelectAreMissing) {
  if (world().is_mysql()) GTEST_SKIP() << "its server wants its files beside it";
  const auto base = snapshot("ins_base");
  world().sql(db_, "CREATE TABLE made SELECT 1 AS n");
  const Timestamp until = next_second();
  const auto later = snapshot("ins_later");

  const auto replayed =
      replay_by("\"$reader\" \"$@\" | sed \"/^BINLOG '/,/^'/d\"\n", base, later, until);

  expect_refused(replayed, "has 2 transactions");
  EXPECT_THAT(replayed.error().message, HasSubstr("came to have 1,"));
}

TEST_P(MariadbReplay, TakesATornEndForTheEndAndNothingElse) {
  const auto base = snapshot("ins_base");
  auto again = world().instance("ins_again", db_.config);
  copy(base, again);
  for (int n = 0; n < 200; ++n) world().sql(db_, "INSERT INTO numbers (n) VALUES (1)");
  const Timestamp until = next_second();
  world().sql(db_, "INSERT INTO numbers (n) VALUES (2)");
  const auto later = snapshot("ins_later");
  const auto log = newest_log(later);
  std::filesystem::resize_file(log, std::filesystem::file_size(log) - 10);

  ASSERT_TRUE(ok(replay(base, later, until)));
  ASSERT_TRUE(ok(bring_up(base)));
  EXPECT_EQ(world().one(base, "SELECT COUNT(*) FROM numbers"), "200");

  const auto half = static_cast<std::streamoff>(std::filesystem::file_size(log) / 2);
  std::fstream file(log, std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(half);
  file.write("damage", 6);
  file.close();
  const auto refused = replay(again, later, until);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::out_of_range);
}

TEST_P(MariadbReplay, ShortensTheLogOfARunningServerOnly) {
  world().sql(db_, "FLUSH BINARY LOGS");
  const Timestamp later = next_second();
  ASSERT_TRUE(ok(adapter().log_replay()->trim_log(db_, later - Duration(3'600'000))));
  EXPECT_TRUE(std::filesystem::exists(db_.directory / "log/binlog.000001"));

  ASSERT_TRUE(ok(adapter().log_replay()->trim_log(db_, later)));

  EXPECT_FALSE(std::filesystem::exists(db_.directory / "log/binlog.000001"));
  ASSERT_TRUE(ok(stop(db_)));
  EXPECT_TRUE(ok(adapter().log_replay()->trim_log(db_, later)));
}

TEST_P(MariadbReplay, KnowsHowMuchLogLiesBetweenTwoPlaces) {
  const auto at = [](const char* text) { return DataPosition{Timestamp{}, text}; };
  EXPECT_EQ(adapter().log_replay()->log_between(at("0-1-2 binlog.000003:1000"),
                                                at("0-1-9 binlog.000003:1500")),
            500);
  EXPECT_EQ(adapter().log_replay()->log_between(at("0-1-2 binlog.000003:1000"),
                                                at("0-1-9 binlog.000005:70")),
            (64 << 20) + 70);
  EXPECT_EQ(adapter().log_replay()->log_between(at(""), at("0-1-9 binlog.000005:70")), 0);
  EXPECT_EQ(adapter().log_replay()->log_between(at("0-1-2 binlog.000005:1"),
                                                at("0-1-9 binlog.000003:70")),
            0);
}

// No copy has what it had at the point; what its rows became then is no matter for the others.
TEST_P(MariadbReplay, HasAMemoryTableAsAfterARestartAndAllTheRest) {
  in_one_session({"CREATE TABLE seen (n INT PRIMARY KEY, t VARCHAR(900)) ENGINE=MEMORY",
                  "INSERT INTO seen VALUES (1, 'a'), (2, REPEAT('b', 900)), (3, 'c')",
                  "INSERT INTO numbers (n) VALUES (1), (2)"});
  const auto base = snapshot("ins_base");
  in_one_session({"UPDATE seen SET t = CONCAT(t, 'd') WHERE n <> 2", "DELETE FROM seen WHERE n = 1",
                  "INSERT INTO numbers (n) VALUES (3)", "INSERT INTO seen VALUES (9, 'g')"});
  // MySQL with GTIDs refuses to change both in one.
  if (!world().is_mysql()) {
    in_one_session(
        {"UPDATE seen, numbers SET seen.t = 'e', numbers.n = 20 WHERE seen.n = 2 AND "
         "numbers.n = 2",
         "START TRANSACTION", "INSERT INTO numbers (n) VALUES (4)",
         "UPDATE seen SET t = 'f' WHERE n = 3", "INSERT INTO numbers (n) VALUES (5)", "COMMIT"});
  }
  const Timestamp until = next_second();
  in_one_session({"INSERT INTO numbers (n) VALUES (6)", "DELETE FROM seen"});
  const auto later = snapshot("ins_later");
  std::string said;

  ASSERT_TRUE(ok(adapter().log_replay()->replay(base, later.directory, until,
                                                [&](std::string_view what, auto) {
                                                  said += what;
                                                  return true;
                                                })));

  EXPECT_THAT(said, HasSubstr("MEMORY tables slip.seen"));
  ASSERT_TRUE(ok(bring_up(base)));
  EXPECT_EQ(numbers(base), world().is_mysql() ? "1,2,3" : "1,3,4,5,20");
  EXPECT_EQ(world().one(base, "SELECT COUNT(*) FROM seen"), "0");
}

TEST_P(MariadbReplay, RefusesASecondAfterAMemoryTableHasBecomeOneThatKeepsItsRows) {
  in_one_session({"CREATE TABLE seen (n INT) ENGINE=MEMORY", "INSERT INTO seen VALUES (1)",
                  "CREATE TABLE more (n INT) ENGINE=MEMORY", "INSERT INTO more VALUES (1)"});
  const auto base = snapshot("ins_base");
  const auto again = world().instance("ins_again", db_.config);
  copy(base, again);
  in_one_session({"ALTER TABLE seen ENGINE=InnoDB", "INSERT INTO seen VALUES (2)"});
  const Timestamp first = next_second();
  in_one_session({"ALTER TABLE seen ENGINE=MEMORY", "ALTER TABLE more RENAME TO other",
                  "ALTER TABLE other ENGINE=InnoDB"});
  const Timestamp second = next_second();
  const auto later = snapshot("ins_later");

  expect_refused(replay(base, later, first), "seen became one of another engine");
  expect_refused(replay(again, later, second), "more was dropped or renamed");
}

}  // namespace slip
