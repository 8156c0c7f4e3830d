// SPDX-License-Identifier: Apache-2.0
#include <fstream>

#include "adapters/mariadb/mariadb_origin.h"
// Last, as it names slip::test.
#include "tests/support/loop_mount.h"

namespace slip {

using testing::AllOf;
using testing::HasSubstr;
using testing::MatchesRegex;
using testing::Not;

class MariadbIngest : public MariadbOrigin {
 protected:
  std::string url(const std::string& user = "slip", const std::string& password = "",
                  const std::string& database = "staff") {
    const std::string secret = password.empty() ? "secret%20of%20ins_origin" : password;
    return "mysql://" + user + ":" + secret + "@127.0.0.1:" + std::to_string(origin_.port) + "/" +
           database;
  }
  // Over TCP as the login; its password goes into the environment.
  std::vector<std::string> as_login() {
    return {"--protocol=tcp", "--host=127.0.0.1", "--port=" + std::to_string(origin_.port),
            "--user=slip"};
  }
  std::filesystem::path dump(std::vector<std::string> arguments = {"--databases", "staff"}) {
    const auto path = world().files() / "dump.sql";
    std::vector<std::string> argv = {world().program(world().dialect().dump), "--no-defaults"};
    for (const auto& argument : as_login()) argv.push_back(argument);
    argv.insert(argv.end(), {"--single-transaction", "--skip-lock-tables", "--routines",
                             "--result-file=" + path.string()});
    argv.insert(argv.end(), arguments.begin(), arguments.end());
    const auto made = run_ok(Command{.argv = argv, .env = {{"MYSQL_PWD", origin_.login.password}}});
    EXPECT_TRUE(made) << (made ? "" : made.error().detail);
    return path;
  }
  // Rows, bytes as they were, and objects whose definer was nowhere.
  void expect_staff(const InstanceContext& copy) {
    ASSERT_TRUE(ok(bring_up(copy)));
    EXPECT_EQ(world().one(copy, "SELECT COUNT(*) FROM employees WHERE raw = x'00FF0A'", "staff"),
              "1000");
    EXPECT_EQ(world().one(copy, "SELECT COUNT(*) FROM names", "staff"), "1000");
    EXPECT_EQ(world().one(copy, "SELECT answer()", "staff"), "1000");
  }
};

INSTANTIATE_TEST_SUITE_P(Local, MariadbIngest, testing::ValuesIn(test::worlds()));

TEST_P(MariadbIngest, LinksARunningServerByItsUrlAndKnowsItsPosition) {
  start_origin();
  const auto copy = of({{"url", url()}});

  const auto filled = ingest(copy);

  ASSERT_TRUE(ok(filled));
  EXPECT_FALSE(std::filesystem::exists(copy.directory / "dump"));
  expect_staff(copy);
  // To know it exactly, MySQL would have to stop all writing there.
  if (world().is_mysql()) return;
  EXPECT_THAT(filled->position, MatchesRegex("0-[0-9]+-[0-9]+ binlog\\.[0-9]+:[0-9]+"));
  EXPECT_THAT(filled->position,
              HasSubstr(world().one(copy, "SELECT @@gtid_slave_pos", "staff") + " "));
}

TEST_P(MariadbIngest, LinksAllDatabasesOfAServer) {
  start_origin();
  world().sql(origin_, "CREATE DATABASE `an other`");
  world().sql(origin_, "CREATE DATABASE `-- no option`");
  const auto copy = of({{"url", url("slip", "", "")}, {"database", "staff"}});
  ASSERT_TRUE(ok(ingest(copy)));
  expect_staff(copy);
  EXPECT_TRUE(ok(world().log_in(copy, copy.login, "an other")));
  EXPECT_TRUE(ok(world().log_in(copy, copy.login, "-- no option")));
}

TEST_P(MariadbIngest, SaysWhichRightsAreMissing) {
  start_origin();
  world().sql(origin_, "CREATE USER reader@127.0.0.1 IDENTIFIED BY 'r'");
  world().sql(origin_, "GRANT SELECT, EVENT ON staff.* TO reader@127.0.0.1");
  const Error refused = refusal({{"url", url("reader", "r")}});
  EXPECT_EQ(refused.code, ErrorCode::permission_denied);
  EXPECT_THAT(refused.message, AllOf(HasSubstr("reader"), HasSubstr("SHOW VIEW, TRIGGER")));
  EXPECT_THAT(refused.hint, HasSubstr("GRANT SHOW VIEW, TRIGGER ON `staff`.*"));
}

TEST_P(MariadbIngest, CopiesWithoutRoutinesThatItMayNotReadAndSaysSo) {
  start_origin();
  world().sql(origin_, "CREATE USER reader@127.0.0.1 IDENTIFIED BY 'r'");
  world().sql(origin_, "GRANT SELECT, SHOW VIEW, TRIGGER, EVENT ON staff.* TO reader@127.0.0.1");
  std::string said;
  const auto copy = of({{"url", url("reader", "r")}});

  ASSERT_TRUE(ok(ingest(copy, [&](std::string_view what, auto) {
    said += std::string(what) + "\n";
    return true;
  })));

  EXPECT_THAT(said, HasSubstr(std::string(world().dialect().routines_right()) + " is missing"));
  ASSERT_TRUE(ok(bring_up(copy)));
  EXPECT_EQ(world().one(copy, "SELECT COUNT(*) FROM names", "staff"), "1000");
}

TEST_P(MariadbIngest, SaysThatTheServerRefusesAWrongPasswordAndDoesNotRepeatIt) {
  start_origin();
  const Error refused = refusal({{"url", url("slip", "hush")}});
  EXPECT_EQ(refused.code, ErrorCode::permission_denied);
  EXPECT_THAT(refused.message, HasSubstr("refuses the login of slip"));
  EXPECT_THAT(refused.describe() + refused.detail, Not(HasSubstr("hush")));
}

TEST_P(MariadbIngest, SaysThatNoServerAnswers) {
  origin_.port = test::free_port();
  const Error refused = refusal({{"url", url()}});
  EXPECT_EQ(refused.code, ErrorCode::unavailable);
  EXPECT_THAT(refused.message, HasSubstr(std::to_string(origin_.port)));
}

TEST_P(MariadbIngest, SaysThatTheServerHasNoSuchDatabase) {
  start_origin();
  EXPECT_THAT(refusal({{"url", url("slip", "", "nothing")}}).message,
              HasSubstr("no database of that name"));
}

TEST_P(MariadbIngest, LoadsADumpPlainAndCompressedMakingItsDefiners) {
  start_origin();
  const auto plain = dump();
  ASSERT_TRUE(run_ok(Command{.argv = {"gzip", "--keep", plain.string()}}));
  ASSERT_TRUE(run_ok(Command{.argv = {"zstd", "--quiet", plain.string()}}));
  ASSERT_TRUE(run_ok(Command{.argv = {"xz", "--keep", plain.string()}}));
  ASSERT_TRUE(run_ok(Command{.argv = {"bzip2", "--keep", plain.string()}}));
  const auto text = dump({"--databases", "staff", "--hex-blob"});  // which has no bytes but text's
  ASSERT_TRUE(run_ok(
      Command{.argv = {"sh", "-c", "{ printf '\\377\\376'; iconv -t UTF-16LE \"$0\"; } >\"$0.w\"",
                       text.string()}}));
  for (const std::string ending : {"", ".gz", ".zst", ".xz", ".bz2", ".w"}) {
    SCOPED_TRACE(ending);
    const auto copy = of({{"dump", plain.string() + ending}, {"database", "staff"}},
                         "ins_of" + (ending.empty() ? "" : "_" + ending.substr(1)));
    ASSERT_TRUE(ok(ingest(copy)));
    EXPECT_FALSE(std::filesystem::exists(copy.directory / "dump"));
    expect_staff(copy);
    ASSERT_TRUE(ok(stop(copy)));
  }
}

TEST_P(MariadbIngest, LoadsAViewOnAViewWhoseDefinerIsNotHere) {
  start_origin();
  for (const char* statement :
       {"CREATE USER ghost@nowhere", "GRANT ALL ON *.* TO ghost@nowhere",
        "CREATE USER other@nowhere", "GRANT ALL ON *.* TO other@nowhere",
        "CREATE DEFINER=other@nowhere VIEW staff.again AS SELECT * FROM staff.names"}) {
    world().sql(origin_, statement);
  }
  for (const auto& settings : {std::map<std::string, std::string>{{"dump", dump()}},
                               std::map<std::string, std::string>{{"url", url()}}}) {
    SCOPED_TRACE(settings.begin()->first);
    auto all = settings;
    all["database"] = "staff";
    const auto copy = of(all, "ins_of_" + settings.begin()->first);
    ASSERT_TRUE(ok(ingest(copy)));
    ASSERT_TRUE(ok(bring_up(copy)));
    EXPECT_EQ(world().one(copy, "SELECT COUNT(*) FROM again", "staff"), "1000");
    ASSERT_TRUE(ok(stop(copy)));
  }
}

TEST_P(MariadbIngest, SaysAtOnceThatADumpIsOfTheOtherProduct) {
  const auto path = world().files() / "other.sql";
  std::ofstream(path) << (world().is_mysql()
                              ? "-- MariaDB dump 10.19  Distrib 11.4.2-MariaDB, for Linux\n"
                              : "-- MySQL dump 10.13  Distrib 8.0.36, for Linux (x86_64)\n")
                      << "CREATE TABLE t (a INT);\n-- Dump completed\n";
  const Error refused = refusal({{"dump", path}});
  EXPECT_EQ(refused.code, ErrorCode::invalid_argument);
  EXPECT_THAT(refused.message, HasSubstr(world().is_mysql() ? "MariaDB 11.4.2" : "MySQL 8.0.36"));
  EXPECT_THAT(refused.hint,
              HasSubstr(world().is_mysql() ? "kind = \"mariadb\"" : "kind = \"mysql\""));
}

TEST_P(MariadbIngest, LoadsADumpOfTheSystemTablesToo) {
  start_origin();
  const auto copy = of({{"dump", dump({"--all-databases"})}, {"database", "staff"}});
  ASSERT_TRUE(ok(ingest(copy)));
  expect_staff(copy);
}

TEST_P(MariadbIngest, LoadsADumpWithoutADatabaseIntoTheOneOfTheSettings) {
  start_origin();
  const auto copy = of({{"dump", dump({"staff", "employees"})}, {"database", "elsewhere"}});
  ASSERT_TRUE(ok(ingest(copy)));
  ASSERT_TRUE(ok(bring_up(copy)));
  EXPECT_EQ(world().one(copy, "SELECT COUNT(*) FROM employees", "elsewhere"), "1000");
}

// Such a dump does not say what its database had.
TEST_P(MariadbIngest, MakesADatabaseWithTheCharacterSetAndCollationOfTheSettings) {
  const auto path = world().files() / "plain.sql";
  std::ofstream(path) << "CREATE TABLE words (word VARCHAR(10)); INSERT INTO words VALUES ('a');\n";
  const auto copy = of({{"dump", path}, {"character_set", "latin1"}, {"collation", "latin1_bin"}});
  ASSERT_TRUE(ok(ingest(copy)));
  ASSERT_TRUE(ok(bring_up(copy)));
  EXPECT_EQ(world().one(copy,
                        "SELECT TABLE_COLLATION FROM information_schema.TABLES WHERE "
                        "TABLE_NAME = 'words'"),
            "latin1_bin");
  EXPECT_EQ(world().one(copy, "SELECT COUNT(*) FROM words WHERE word = 'A'"), "0");
}

TEST_P(MariadbIngest, AsksWhichDatabaseToLeadToWhereADumpMakesItsOwn) {
  start_origin();
  const Error refused = refusal({{"dump", dump()}});
  EXPECT_EQ(refused.code, ErrorCode::invalid_argument);
  EXPECT_THAT(refused.message, HasSubstr("staff"));
}

TEST_P(MariadbIngest, TellsOfADumpWhatItNeedsBeforeAnythingIsMade) {
  start_origin();
  world().sql(origin_, "CREATE TABLE documents (doc JSON, number FLOAT)", "staff");
  const auto path = dump();
  const auto checked = [&](const std::filesystem::path& of_it) {
    const auto report = world().adapter().dump_check()->check_dump(
        world().with({{"dump", of_it}, {"database", "staff"}}), unasked);
    EXPECT_TRUE(ok(report));
    return report.value_or(DumpReport{});
  };

  const DumpReport good = checked(path);

  EXPECT_THAT(good.refusals, testing::IsEmpty()) << good.refusals.front().message;
  EXPECT_THAT(good.databases, testing::ElementsAre("staff"));
  EXPECT_THAT(good.made_by, HasSubstr(std::string(world().dialect().product)));
  EXPECT_EQ(good.bytes, static_cast<std::int64_t>(std::filesystem::file_size(path)));
  std::string needs;
  for (const auto& need : good.needs) needs += need.what + " " + need.name + "\n";
  EXPECT_THAT(needs, AllOf(HasSubstr("definer ghost@nowhere\n"), HasSubstr("engine InnoDB\n")));
  EXPECT_THAT(needs, HasSubstr("FLOAT column staff.documents.number\n"));
  // MariaDB's are text.
  EXPECT_EQ(needs.find("JSON column staff.documents.doc\n") != std::string::npos,
            world().is_mysql());

  const auto packed = path.string() + ".gz";
  ASSERT_TRUE(run_ok(Command{.argv = {"gzip", "--keep", path.string()}}));
  const DumpReport unpacked = checked(packed);
  EXPECT_THAT(unpacked.refusals, testing::IsEmpty()) << unpacked.refusals.front().message;
  EXPECT_EQ(unpacked.format, "SQL, compressed");
  EXPECT_EQ(unpacked.bytes_unpacked, good.bytes);
  EXPECT_EQ(unpacked.databases, good.databases);
  const auto twice = path.string() + ".zst";
  ASSERT_TRUE(run_ok(Command{.argv = {"zstd", "--quiet", packed, "-o", twice}}));
  EXPECT_THAT(checked(twice).refusals.at(0).message, HasSubstr("is neither SQL nor"));
  std::filesystem::resize_file(packed, std::filesystem::file_size(packed) / 2);
  EXPECT_THAT(checked(packed).refusals.at(0).message, HasSubstr("is broken"));

  std::ofstream(path, std::ios::app) << "CREATE TABLE `a` (\n  `n` text COLLATE klingon_ci\n"
                                        ") ENGINE=Warp;\n";
  const DumpReport refused = checked(path);
  ASSERT_EQ(refused.refusals.size(), 2U);
  EXPECT_THAT(refused.refusals[0].message, HasSubstr("collation klingon_ci is not known to"));
  EXPECT_EQ(*refused.refusals[1].line, *refused.refusals[0].line + 1);

  std::filesystem::resize_file(path, 2000);
  EXPECT_THAT(checked(path).refusals.at(0).message, HasSubstr("ends in the middle"));
}

TEST_P(MariadbIngest, TellsTheLineOfEveryStatementThatWouldBeRefusedAndWhatToDo) {
  const auto path = world().files() / "wishes.sql";
  std::ofstream(path)
      << "CREATE TABLE fine (n INT);\n"
         "INSERT INTO fine VALUES (1),\n(2);\n"
         "CREATE TABLE away (n INT) ENGINE=InnoDB DATA DIRECTORY='/nowhere/else/';\n"
         "INSERT INTO away VALUES (1);\n"
         "SET sql_mode = 'NO_SUCH_MODE';\n"
         "INSTALL PLUGIN missing SONAME 'no_such_library.so';\n"
         "CREATE VIEW v AS SELECT no_such_function(n) AS m FROM fine;\n"
         "SET GLOBAL no_such_variable = 1;\n"
         "CREATE USER u@localhost IDENTIFIED WITH no_such_plugin;\n"
         "CREATE TABLE after_all (n INT) COLLATE=klingon_ci;\n"
         "CREATE INDEX i ON after_all (n);\n"
         "CREATE NONSENSE;\n";
  const auto report =
      world().adapter().dump_check()->check_dump(world().with({{"dump", path}}), unasked);
  ASSERT_TRUE(ok(report));
  const std::vector<std::pair<std::int64_t, std::string>> expected = {
      {4, "Take DATA DIRECTORY"},
      {6, "Take the word out"},
      {7, "Install the package"},
      {8, "--routines"},
      {9, "Take the line out"},
      {10, "Install the package"},
      {11, "Link it with a newer server"},
      {13, "of another product or version"}};
  std::string told;
  for (const auto& refusal : report->refusals) {
    told += std::to_string(refusal.line.value_or(0)) + ": " + refusal.message + " / " +
            refusal.hint + "\n";
  }
  ASSERT_EQ(report->refusals.size(), expected.size()) << told;
  for (std::size_t at = 0; at < expected.size(); ++at) {
    EXPECT_EQ(report->refusals[at].line, expected[at].first) << told;
    EXPECT_THAT(report->refusals[at].hint, HasSubstr(expected[at].second)) << told;
  }
}

TEST_P(MariadbIngest, RefusesADumpThatEndsInTheMiddleAndNamesIt) {
  start_origin();
  const auto plain = dump();
  const auto packed = plain.string() + ".gz";
  ASSERT_TRUE(run_ok(Command{.argv = {"gzip", "--keep", plain.string()}}));
  for (const std::string& path : {plain.string(), packed}) {
    SCOPED_TRACE(path);
    std::filesystem::resize_file(path, std::filesystem::file_size(path) / 2);
    const Error refused = refusal({{"dump", path}, {"database", "staff"}});
    EXPECT_EQ(refused.code, ErrorCode::invalid_argument);
    EXPECT_THAT(refused.message, HasSubstr(path));
    EXPECT_THAT(refused.message, Not(HasSubstr("ins_refused")));
  }
}

TEST_P(MariadbIngest, ShowsTheServersWordsAboutAWrongStatementInADump) {
  const auto path = world().files() / "wrong.sql";
  std::ofstream(path) << "CREATE TABLE a (n int);\nINSERT INTO b VALUES (1);\n";
  const Error refused = refusal({{"dump", path}});
  EXPECT_EQ(refused.code, ErrorCode::invalid_argument);
  EXPECT_THAT(refused.detail, HasSubstr("Table 'slip.b' doesn't exist"));
  EXPECT_THAT(refused.message, HasSubstr("wrong.sql, line 2, cannot be loaded"));
}

TEST_P(MariadbIngest, SaysWhatADumpNeedsThatIsNotHere) {
  for (const auto& [statement, what] : std::map<std::string, std::string>{
           {"CREATE TABLE t (a TEXT COLLATE utf8mb4_9999_ai_ci);", "collation utf8mb4_9999_ai_ci"},
           {"SET sql_mode = 'NO_ENGINE_SUBSTITUTION';"
            "CREATE TABLE t (a INT) ENGINE=NDBCLUSTER2;",
            "storage engine NDBCLUSTER2"}}) {
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

TEST_P(MariadbIngest, CopiesADataDirectoryButNotOneThatAServerRunsOn) {
  start_origin();
  const auto data = origin_.directory / "data";
  EXPECT_THAT(refusal({{"directory", data}}).message, HasSubstr("running on it"));
  ASSERT_TRUE(ok(stop(origin_)));
  const auto copy = of({{"directory", data}, {"database", "staff"}});

  ASSERT_TRUE(ok(ingest(copy)));

  ASSERT_TRUE(ok(bring_up(copy)));
  EXPECT_EQ(world().one(copy, "SELECT COUNT(*) FROM employees", "staff"), "1000");
}

TEST_P(MariadbIngest, LeavesWhatADataDirectoryHasOfItsOwnServerBehind) {
  start_origin();
  if (world().is_mysql()) {
    world().sql(origin_, "SET PERSIST max_connections = 77", "staff");
    world().sql(origin_, "SET PERSIST event_scheduler = ON", "staff");
  }
  world().sql(origin_,
              world().is_mysql()
                  ? "CHANGE REPLICATION SOURCE TO SOURCE_HOST = '127.0.0.1', SOURCE_PORT = 1, "
                    "SOURCE_USER = 'u', SOURCE_PASSWORD = 'of its source'"
                  : "CHANGE MASTER TO MASTER_HOST = '127.0.0.1', MASTER_PORT = 1, MASTER_USER = "
                    "'u', MASTER_PASSWORD = 'of its source'",
              "staff");
  const std::string status(world().dialect().replication_status);
  EXPECT_FALSE(world().sql(origin_, status, "staff").empty());
  ASSERT_TRUE(ok(stop(origin_)));
  const auto copy = of({{"directory", origin_.directory / "data"}, {"database", "staff"}});
  ASSERT_TRUE(ok(ingest(copy)));
  ASSERT_TRUE(ok(bring_up(copy)));
  EXPECT_NE(world().one(copy, "SELECT @@max_connections", "staff"), "77");
  EXPECT_EQ(world().one(copy, "SELECT @@event_scheduler", "staff"), "OFF");
  EXPECT_TRUE(world().sql(copy, status, "staff").empty());
}

TEST_P(MariadbIngest, MakesAnEmptyServerThatDoesNotTellNamesOfTablesByTheirCase) {
  const auto made = of({{"conf.lower_case_table_names", "1"}});
  ASSERT_TRUE(ok(ingest(made)));
  ASSERT_TRUE(ok(bring_up(made)));
  world().sql(made, "CREATE TABLE Mixed (n INT)");
  EXPECT_EQ(world().one(made, "SELECT COUNT(*) FROM mIXED"), "0");
}

// mariadb-install-db by itself makes a redo log of three times the size, which then goes again.
// From release 11 on a server has three more files, of its undo log, with 10 MiB each.
TEST_P(MariadbIngest, MakesAnEmptyServerWhereThereIsLittleMoreRoomThanItTakes) {
  if (world().is_mysql()) return;
  const bool has_undo_files = std::filesystem::exists(origin_.directory / "data" / "undo001");
  const test::LoopMount small = test::LoopMount::ext4((has_undo_files ? 142 : 110) << 20);
  ::chmod(small.path().parent_path().c_str(), 0755);
  auto copy = world().instance("ins_copy", world().good());
  copy.directory = test::folder_for_run_user(small.path(), "ins_copy");

  ASSERT_TRUE(ok(ingest(copy)));
}

TEST_P(MariadbIngest, SaysThatThereIsNoRoomForAnEmptyServer) {
  const test::LoopMount small = test::LoopMount::ext4(40 << 20);
  ::chmod(small.path().parent_path().c_str(), 0755);
  auto copy = world().instance("ins_copy", world().good());
  copy.directory = test::folder_for_run_user(small.path(), "ins_copy");

  const auto refused = ingest(copy);

  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::no_space) << refused.error().describe() << "\n"
                                                       << refused.error().detail;
}

TEST_P(MariadbIngest, CopiesADataDirectoryThatWasNotShutDownInGoodOrder) {
  start_origin();
  ASSERT_TRUE(ok(world().runtime().stop(origin_.id, Duration(0))));
  const auto copy = of({{"directory", origin_.directory / "data"}, {"database", "staff"}});
  ASSERT_TRUE(ok(ingest(copy)));
  ASSERT_TRUE(ok(bring_up(copy)));
  EXPECT_EQ(world().one(copy, "SELECT COUNT(*) FROM employees", "staff"), "1000");
}

TEST_P(MariadbIngest, SaysWhatADirectoryIsThatItCannotTake) {
  const auto folder = world().files() / "folder";
  std::filesystem::create_directory(folder);
  EXPECT_THAT(refusal({{"directory", folder}}).message, HasSubstr("not a data directory"));
  std::ofstream(folder / "mysql.ibd") << "x";
  EXPECT_THAT(refusal({{"directory", folder}}).message, HasSubstr("of MySQL"));
  EXPECT_THAT(refusal({{"directory", "/nowhere"}}).message, HasSubstr("/nowhere"));
}

}  // namespace slip
