// SPDX-License-Identifier: Apache-2.0
// Servers that encrypt, really: MariaDB by file_key_management (which only a whole installation of
// one brings, see scripts/install-mariadb-plugins.sh), MySQL by component_keyring_file.
#include <sys/stat.h>

#include <fstream>

#include "adapters/mariadb/mariadb_origin.h"

namespace slip {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;

class MariadbEncrypted : public MariadbOrigin {
 protected:
  void SetUp() override {
    if (plugins().empty()) GTEST_SKIP() << "no plugin that has keys is installed here";
    origin_ = of({}, "ins_origin");
    ASSERT_TRUE(ok(world().fill(origin_)));
    ASSERT_TRUE(ok(bring_up(origin_)));  // which makes the login
    ASSERT_TRUE(ok(stop(origin_)));
    keys_ = world().files() / "keys";
    fs::create_directory(keys_);
    world().is_mysql() ? prepare_mysql() : prepare_mariadb();
    ASSERT_TRUE(run_ok(Command{.argv = {"chown", "-R", test::run_user(), keys_}}));
  }
  fs::path data() { return origin_.directory / "data"; }

  fs::path server() { return fs::canonical(world().program(world().dialect().server)); }
  fs::path prefix() { return server().parent_path().parent_path(); }
  // Nothing: it is not here.
  fs::path plugins() {
    const fs::path own = prefix() / "lib/mysql/plugin";
    const std::string name =
        world().is_mysql() ? "component_keyring_file.so" : "file_key_management.so";
    for (const fs::path& folder : {own, fs::path("/opt/mariadb-plugins")}) {
      if (fs::exists(folder / name)) return folder;
    }
    return {};
  }
  void prepare_mariadb() {
    std::ofstream(keys_ / "keys") << "1;" << std::string(64, 'a') << "\n";
    program_ = server();
    arguments_ = {"--plugin-dir=" + plugins().string(), "--plugin-load-add=file_key_management",
                  "--file-key-management-filename=" + (keys_ / "keys").string()};
  }
  // What components it loads, MySQL reads beside its program.
  void prepare_mysql() {
    program_ = keys_ / "mysqld";
    fs::copy_file(server(), program_);
    fs::copy_file(plugins() / "component_keyring_file.so", keys_ / "component_keyring_file.so");
    std::ofstream(keys_ / "mysqld.my") << R"({"components": "file://component_keyring_file"})";
    std::ofstream(keys_ / "component_keyring_file.cnf")
        << R"({"path": ")" << (keys_ / "keyring").string() << R"(", "read_only": false})";
    arguments_ = {"--plugin-dir=" + keys_.string(), "--secure-file-priv=", "--mysqlx=OFF",
                  "--lc-messages-dir=" + (prefix() / "share/mysql").string()};
  }

  // Runs production with these options, and what `act` does while it runs.
  template <class Act>
  void run_production(const std::vector<std::string>& options, const Act& act) {
    const auto socket = keys_ / "sock";
    Command server{
        .argv = {program_, "--no-defaults", "--datadir=" + data().string(),
                 "--socket=" + socket.string(), "--bind-address=127.0.0.1",
                 "--port=" + std::to_string(origin_.port), "--pid-file=" + (keys_ / "pid").string(),
                 "--log-bin=" + (keys_ / "binlog").string(), "--server-id=1"},
        .run_as = test::run_user(),
        .deadline = std::chrono::minutes(3)};
    server.argv.insert(server.argv.end(), arguments_.begin(), arguments_.end());
    server.argv.insert(server.argv.end(), options.begin(), options.end());
    Result<CommandOutput> ended = Error{};
    std::jthread runs([&] { ended = run(server); });
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    auto session = world().log_in(origin_, origin_.login);
    while (!session && std::chrono::steady_clock::now() < deadline) {
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
      session = world().log_in(origin_, origin_.login);
    }
    if (session) {
      act(*session);
      EXPECT_TRUE(ok(session->query("SHUTDOWN")));
    }
    runs.join();
    ASSERT_TRUE(session && ended) << (ended ? ended->err : ended.error().describe());
    EXPECT_EQ(ended->exit_status, 0) << ended->err;
  }
  void run_production(const std::vector<std::string>& options,
                      const std::vector<std::string>& statements) {
    run_production(options, [&](mariadb::Session& session) {
      for (const auto& statement : statements) {
        const auto done = session.query(statement, std::chrono::seconds(60));
        EXPECT_TRUE(ok(done)) << statement;
      }
    });
  }
  void expect_refused(const ::testing::Matcher<const std::string&>& what, const std::string& cure) {
    const Error refused = refusal({{"directory", data()}, {"database", "slip"}});
    EXPECT_EQ(refused.code, ErrorCode::unsupported);
    EXPECT_THAT(refused.message, AllOf(what, HasSubstr("is encrypted")));
    EXPECT_THAT(refused.hint, AllOf(HasSubstr("by a dump"), HasSubstr(cure)));
  }
  void expect_linked(const std::string& id) {
    const auto copy = of({{"directory", data()}, {"database", "slip"}}, id);
    ASSERT_TRUE(ok(ingest(copy)));
    ASSERT_TRUE(ok(bring_up(copy)));
    EXPECT_TRUE(world().has(copy, "of production"));
    EXPECT_TRUE(ok(stop(copy)));
  }

  fs::path keys_;
  fs::path program_;
  std::vector<std::string> arguments_;
};

INSTANTIATE_TEST_SUITE_P(Local, MariadbEncrypted, testing::ValuesIn(test::worlds()));

TEST_P(MariadbEncrypted, IsRefusedForATableUntilItIsDecrypted) {
  const std::string on = world().is_mysql() ? "ENCRYPTION = 'Y'" : "ENCRYPTED = YES";
  const std::string off = world().is_mysql() ? "ENCRYPTION = 'N'" : "ENCRYPTED = NO";
  run_production({}, [&](mariadb::Session& session) {
    EXPECT_TRUE(ok(session.query("CREATE TABLE notes (t VARCHAR(200)) " + on)));
    EXPECT_TRUE(ok(session.query("INSERT INTO notes VALUES ('of production')")));
    const auto copy = of({{"url", "mysql://slip:secret%20of%20ins_origin@127.0.0.1:" +
                                      std::to_string(origin_.port) + "/slip"}},
                         "ins_by_url");
    const auto filled = ingest(copy);
    // A dump says that the table is encrypted.
    ASSERT_FALSE(filled);
    EXPECT_EQ(filled.error().code, ErrorCode::unsupported);
    EXPECT_THAT(filled.error().message, HasSubstr("a copy has no keys"));
    EXPECT_THAT(filled.error().hint, HasSubstr("ENCRYPT"));
  });
  expect_refused(HasSubstr("slip/notes.ibd"),
                 world().is_mysql() ? "ENCRYPTION = 'N'" : "ENCRYPTED = NO");
  run_production({}, {"ALTER TABLE notes " + off});
  expect_linked("ins_decrypted");
}

TEST_P(MariadbEncrypted, IsRefusedForItsRedoLogUntilItIsInTheClear) {
  run_production(
      {world().is_mysql() ? "--innodb-redo-log-encrypt=ON" : "--innodb-encrypt-log=ON"},
      {"CREATE TABLE notes (t VARCHAR(200))", "INSERT INTO notes VALUES ('of production')"});
  expect_refused(HasSubstr("the redo log"), "Link it by its url");
  if (world().is_mysql()) return;  // it has the key in its log for long
  run_production({"--innodb-encrypt-log=OFF"}, std::vector<std::string>{});
  expect_linked("ins_in_the_clear");
}

TEST_P(MariadbEncrypted, IsLinkedWhereOnlyItsBinaryLogIs) {
  run_production(
      {world().is_mysql() ? "--binlog-encryption=ON" : "--encrypt-binlog=ON"},
      {"CREATE TABLE notes (t VARCHAR(200))", "INSERT INTO notes VALUES ('of production')"});
  expect_linked("ins_copy");
}

TEST_P(MariadbEncrypted, IsRefusedForWhatElseIs) {
  if (world().is_mysql()) {
    run_production({}, {"ALTER TABLESPACE mysql ENCRYPTION = 'Y'"});
    expect_refused(HasSubstr("mysql.ibd"), "ALTER TABLESPACE mysql");
    return;
  }
  run_production({"--aria-encrypt-tables=ON"}, {"CREATE TABLE notes (t VARCHAR(200)) ENGINE=Aria",
                                                "INSERT INTO notes VALUES ('of production')"});
  expect_refused(HasSubstr("slip/notes.MAI"), "aria_encrypt_tables = OFF");
  run_production({}, {"ALTER TABLE notes ENGINE = Aria"});
  expect_linked("ins_decrypted");
}

// As hints say: by the server's own threads, everything at once.
TEST_P(MariadbEncrypted, IsLinkedOnceThreadsHaveDecryptedAll) {
  if (world().is_mysql()) GTEST_SKIP() << "it has no such threads";
  const auto wait_until_all = [](mariadb::Session& session, const std::string& are) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    for (std::string left; std::chrono::steady_clock::now() < deadline;) {
      const auto rows = session.query(
          "SELECT COUNT(*) FROM information_schema.INNODB_TABLESPACES_ENCRYPTION WHERE NOT (" +
          are + ")");
      if (rows && rows->front().front() == "0") return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    return false;
  };
  run_production({"--innodb-encrypt-tables=ON", "--innodb-encryption-threads=2"},
                 [&](mariadb::Session& session) {
                   EXPECT_TRUE(ok(session.query("CREATE TABLE notes (t VARCHAR(200))")));
                   EXPECT_TRUE(ok(session.query("INSERT INTO notes VALUES ('of production')")));
                   EXPECT_TRUE(wait_until_all(session, "MIN_KEY_VERSION > 0"));
                 });
  // Whichever its threads came to first; the files of an undo log are there from release 11 on.
  expect_refused(AnyOf(HasSubstr("undo00"), HasSubstr("ibdata1")), "innodb_encrypt_tables = OFF");
  run_production({"--innodb-encrypt-tables=ON", "--innodb-encryption-threads=2"},
                 [&](mariadb::Session& session) {
                   EXPECT_TRUE(ok(session.query("SET GLOBAL innodb_encrypt_tables = OFF")));
                   EXPECT_TRUE(wait_until_all(session, "ENCRYPTION_SCHEME = 0"));
                 });
  expect_linked("ins_decrypted");
}

}  // namespace slip
