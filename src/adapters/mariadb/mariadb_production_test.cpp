// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <fstream>

#include "adapters/mariadb/mariadb_origin.h"
#include "adapters/mariadb/origin_files.h"

namespace slip {

using testing::AllOf;
using testing::HasSubstr;

// Data directories of servers that have been set up otherwise than by default: what their files
// need is told by the files.
class MariadbProduction : public MariadbOrigin {
 protected:
  // Made with these options, it has a table, and has been stopped.
  void make(std::map<std::string, std::string> options) {
    std::map<std::string, std::string> settings;
    for (auto& [name, value] : options) settings["conf." + name] = value;
    origin_ = of(std::move(settings), "ins_origin");
    ASSERT_TRUE(ok(ingest(origin_)));
    ASSERT_TRUE(ok(bring_up_as_production(origin_)));
    world().put(origin_, "of production");
  }
  std::filesystem::path data() { return origin_.directory / "data"; }
  InstanceContext linked(const std::map<std::string, std::string>& more = {}) {
    std::map<std::string, std::string> settings = {{"directory", data()}, {"database", "slip"}};
    settings.insert(more.begin(), more.end());
    return of(std::move(settings));
  }
  std::string options() {
    const auto found = mariadb::options_from_files(world().dialect(),
                                                   Directory::open(data()).value(), "production");
    EXPECT_TRUE(ok(found));
    return found.value_or("");
  }
  void move_away(const std::string& name) {
    std::filesystem::create_directory(world().files() / "elsewhere");
    std::filesystem::rename(data() / name, world().files() / "elsewhere" / name);
  }
};

INSTANTIATE_TEST_SUITE_P(Local, MariadbProduction, testing::ValuesIn(test::worlds()));

TEST_P(MariadbProduction, IsLinkedWithItsPageSizeAndAllFilesOfItsSystemTablespace) {
  make({{"innodb_page_size", "8192"},
        {"innodb_data_file_path", "ibdata1:10M;ibdata2:4M;ibdata3:12M:autoextend"}});
  ASSERT_TRUE(ok(stop(origin_)));
  EXPECT_THAT(options(),
              AllOf(HasSubstr("innodb_page_size=8192\n"),
                    HasSubstr("innodb_data_file_path=ibdata1:10M;ibdata2:4M;ibdata3:12M:auto")));
  const auto copy = linked();

  ASSERT_TRUE(ok(ingest(copy)));

  ASSERT_TRUE(ok(bring_up(copy)));
  EXPECT_TRUE(world().has(copy, "of production"));
  EXPECT_EQ(world().one(copy, "SELECT @@innodb_page_size"), "8192");
}

TEST_P(MariadbProduction, OfTheUsualOptionsNeedsNone) {
  make({});
  // MariaDB makes some by itself from release 11 on.
  const auto undo =
      world().is_mysql() ? "0" : world().one(origin_, "SELECT @@innodb_undo_tablespaces");
  ASSERT_TRUE(ok(stop(origin_)));
  EXPECT_EQ(options(), undo == "0" ? "" : "innodb_undo_tablespaces=" + undo + "\n");
}

TEST_P(MariadbProduction, HasALargerPageSizeAndOneSmallSystemFile) {
  make({{"innodb_page_size", "32768"}, {"innodb_data_file_path", "ibdata1:10M:autoextend"}});
  ASSERT_TRUE(ok(stop(origin_)));
  const auto copy = linked();
  ASSERT_TRUE(ok(ingest(copy)));
  ASSERT_TRUE(ok(bring_up(copy)));
  EXPECT_TRUE(world().has(copy, "of production"));
}

TEST_P(MariadbProduction, IsNotLinkedWithoutAPartOfItsSystemTablespace) {
  make({{"innodb_data_file_path", "ibdata1:12M;ibdata2:12M:autoextend"}});
  ASSERT_TRUE(ok(stop(origin_)));
  move_away("ibdata2");
  const Error lacks_second = refusal({{"directory", data()}});
  EXPECT_EQ(lacks_second.code, ErrorCode::unsupported);
  EXPECT_THAT(lacks_second.message, AllOf(HasSubstr("12 of 24 MiB of the system tablespace"),
                                          HasSubstr("innodb_data_file_path")));
  move_away("ibdata1");
  const Error lacks_all = refusal({{"directory", data()}});
  EXPECT_THAT(lacks_all.message, HasSubstr("innodb_data_home_dir"));
  EXPECT_THAT(lacks_all.hint, HasSubstr("copy its files from there"));
}

TEST_P(MariadbProduction, IsNotLinkedWithoutItsUndoTablespaces) {
  make(world().is_mysql() ? std::map<std::string, std::string>()
                          : std::map<std::string, std::string>{{"innodb_undo_tablespaces", "3"}});
  ASSERT_TRUE(ok(stop(origin_)));
  if (!world().is_mysql()) {
    EXPECT_THAT(options(), HasSubstr("innodb_undo_tablespaces=3\n"));
  }
  move_away(world().is_mysql() ? "undo_002" : "undo002");
  const Error refused = refusal({{"directory", data()}});
  EXPECT_EQ(refused.code, ErrorCode::unsupported);
  EXPECT_THAT(refused.message,
              AllOf(HasSubstr("undo tablespaces"), HasSubstr("innodb_undo_directory")));
}

TEST_P(MariadbProduction, KeepsNamesWithoutTheirCaseWhereItsServerDid) {
  make({{"lower_case_table_names", "1"}});
  world().sql(origin_, "CREATE TABLE Orders (n INT)");
  world().sql(origin_, "CREATE VIEW Newest AS SELECT MAX(n) FROM Orders");
  ASSERT_TRUE(ok(stop(origin_)));
  const auto copy = linked();

  ASSERT_TRUE(ok(ingest(copy)));

  ASSERT_TRUE(ok(bring_up(copy)));
  EXPECT_EQ(world().one(copy, "SELECT COUNT(*) FROM ORDERS"), "0");
  EXPECT_EQ(world().sql(copy, "SELECT * FROM newest").size(), 1U);
}

TEST_P(MariadbProduction, IsAskedWhetherItTellsNamesApartWhereItIsCopiedByItsUrl) {
  make({{"lower_case_table_names", "1"}});
  world().sql(origin_, "CREATE TABLE Orders (n INT)");
  const auto copy = of({{"url", "mysql://slip:secret%20of%20ins_origin@127.0.0.1:" +
                                    std::to_string(origin_.port) + "/slip"}});
  for (int time = 0; time < 2; ++time) {
    ASSERT_TRUE(ok(ingest(copy)));
    ASSERT_TRUE(ok(bring_up(copy)));
    EXPECT_EQ(world().one(copy, "SELECT COUNT(*) FROM ORDERS"), "0");
    ASSERT_TRUE(ok(stop(copy)));
  }
}

// MariaDB notes it nowhere, and most servers have names in lower case only.
TEST_P(MariadbProduction, IsSaidToBeLinkedWithNamesToldApartWhereItsFilesDoNotTell) {
  make({{"lower_case_table_names", "1"}});
  ASSERT_TRUE(ok(stop(origin_)));
  std::string said;
  const Progress listening = [&](std::string_view what, auto) {
    said += std::string(what) + "\n";
    return true;
  };
  const auto copy =
      linked(world().is_mysql()
                 ? std::map<std::string, std::string>()
                 : std::map<std::string, std::string>{{"conf.lower_case_table_names", "1"}});

  ASSERT_TRUE(ok(ingest(copy, listening)));

  EXPECT_EQ(said.find("conf.lower_case_table_names = 1") == std::string::npos, world().is_mysql());
  ASSERT_TRUE(ok(bring_up(copy)));
  EXPECT_EQ(world().one(copy, "SELECT COUNT(*) FROM NOTES"), "1");
}

TEST_P(MariadbProduction, TellsNamesApartWhereOneIsNotInLowerCase) {
  make({});
  world().sql(origin_, "CREATE TABLE Orders (n INT)");
  ASSERT_TRUE(ok(stop(origin_)));
  const auto found = world().dialect().name_case(Directory::open(data()).value());
  ASSERT_TRUE(ok(found));
  EXPECT_EQ(*found, mariadb::NameCase::told_apart);
}

// Where a server's rules for passwords are in force, ours are none of theirs.
TEST_P(MariadbProduction, MayJudgePasswords) {
  make({});
  if (world().is_mysql()) {
    world().sql(origin_, "INSTALL COMPONENT 'file://component_validate_password'");
    world().sql(origin_, "SET PERSIST validate_password.policy = STRONG");
    world().sql(origin_, "SET PERSIST validate_password.length = 60");
  } else {
    // As it is where the plugin was, and is not here.
    world().sql(origin_,
                "INSERT INTO mysql.plugin VALUES ('simple_password_check', "
                "'simple_password_check.so')");
  }
  ASSERT_TRUE(ok(stop(origin_)));
  auto copy = linked();
  copy.login.password = "a";
  ASSERT_TRUE(ok(ingest(copy)));
  ASSERT_TRUE(ok(bring_up(copy)));
  EXPECT_TRUE(world().has(copy, "of production"));
}

TEST_P(MariadbProduction, MayHaveFiveThousandTables) {
  if (world().is_mysql()) return;  // its tables are in a dictionary, and cannot be made by copying
  make({});
  world().sql(origin_, "CREATE TABLE one (n INT) ENGINE=MyISAM");
  ASSERT_TRUE(ok(stop(origin_)));
  for (int number = 0; number < 5000; ++number) {
    for (const char* ending : {".frm", ".MYD", ".MYI"}) {
      std::filesystem::copy_file(data() / ("slip/one" + std::string(ending)),
                                 data() / ("slip/t" + std::to_string(number) + ending));
    }
  }
  const auto copy = linked();

  ASSERT_TRUE(ok(ingest(copy)));

  ASSERT_TRUE(ok(bring_up(copy)));
  EXPECT_EQ(world().one(copy, "SELECT COUNT(*) FROM t4999"), "0");
}

TEST_P(MariadbProduction, IsNotLinkedWhereATableIsEncrypted) {
  make({});
  ASSERT_TRUE(ok(stop(origin_)));
  // As the server marks a table's file: MySQL in the flags, MariaDB behind the head.
  std::fstream file(data() / "slip/notes.ibd", std::ios::in | std::ios::out | std::ios::binary);
  if (world().is_mysql()) {
    file.seekp(56);
    file.put('\x60');
  } else {
    file.seekp(10390);
    file.write("s\x0e\x0cREt\x01\x10", 8);
  }
  file.close();
  const Error refused = refusal({{"directory", data()}});
  EXPECT_EQ(refused.code, ErrorCode::unsupported);
  EXPECT_THAT(refused.message, AllOf(HasSubstr("slip/notes.ibd"), HasSubstr("encrypted")));
  EXPECT_THAT(refused.hint, HasSubstr("by a dump"));
}

}  // namespace slip
