// SPDX-License-Identifier: Apache-2.0
// Servers that come from other machines: what those have and this one has not.
#include <fstream>

#include "adapters/postgresql/postgresql_production.h"
#include "adapters/postgresql/write_ahead_log.h"
#include "base/file.h"

namespace slip {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

namespace fs = std::filesystem;

class PostgresqlPhysical : public PostgresqlFollow {
 protected:
  fs::path data() { return production_.directory / "data"; }
  // Production, stopped, to be linked by its directory.
  void stop_production() { ASSERT_TRUE(ok(stop(production_))); }
  void configure(const std::string& lines, const char* file = "postgresql.conf") {
    std::ofstream(data() / file, std::ios::app) << lines;
  }
  InstanceContext of(std::map<std::string, std::string> settings) {
    return world().instance("ins_copy", world().with(std::move(settings)));
  }
  InstanceContext of_directory() { return of({{"directory", data().string()}}); }
  void expect_runs(const InstanceContext& copy) {
    ASSERT_TRUE(ok(ingest(copy)));
    ASSERT_TRUE(ok(bring_up(copy)));
    EXPECT_TRUE(world().has(copy, "before"));
  }
  std::string show(const InstanceContext& copy, const std::string& name) {
    const auto rows = world().sql(copy, "SELECT current_setting('" + name + "')");
    return rows.empty() ? "(nothing)" : rows.front().front().value_or("");
  }
  void as_its_user(std::vector<std::string> argv) {
    Command command{.argv = std::move(argv)};
    if (::geteuid() == 0) command.run_as = test::run_user();
    ASSERT_TRUE(ok(run_ok(command)));
  }
};

INSTANTIATE_TEST_SUITE_P(Local, PostgresqlPhysical,
                         testing::ValuesIn(test::world_of_each_version()));

TEST_P(PostgresqlPhysical, ALocaleThatIsNotHereIsNamedWithItsPackageAndLine) {
  world().sql(production_,
              "UPDATE pg_database SET datcollate = 'xx_YY.UTF-8', datctype = 'xx_YY.UTF-8'");
  stop_production();

  const auto refused = ingest(of_directory());

  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::unsupported);
  EXPECT_THAT(refused.error().describe(), HasSubstr("the locale xx_YY.UTF-8 is not installed"));
  EXPECT_THAT(refused.error().hint,
              AllOf(HasSubstr("locales-all"), HasSubstr("\"xx_YY.UTF-8 UTF-8\""),
                    Not(HasSubstr("locale ="))));
}

TEST_P(PostgresqlPhysical, LogFilesOfAnotherSizeAreKept) {
  stop_production();
  as_its_user({world().server().program("pg_resetwal"), "--wal-segsize=64", "-D", data()});

  const auto copy = of_directory();
  expect_runs(copy);

  EXPECT_EQ(show(copy, "wal_segment_size"), "64MB");
  EXPECT_EQ(show(copy, "min_wal_size"), "128MB");
}

TEST_P(PostgresqlPhysical, LibrariesThatAreNotHereAreLeftOutHoweverTheyAreNamed) {
  world().sql(production_, "CREATE ROLE worker LOGIN PASSWORD 'w'");
  world().sql(production_,
              "ALTER ROLE worker SET session_preload_libraries = 'not_here', 'auto_explain'");
  world().sql(production_, "ALTER DATABASE postgres SET local_preload_libraries = 'not_here_too'");
  stop_production();
  configure(
      "shared_preload_libraries = '$libdir/auto_explain, not_here'\n"
      "session_preload_libraries = '/usr/lib/nowhere/not_here.so'\n"
      "local_preload_libraries = '$libdir/plugins/not_here'\n");
  configure("Shared_Preload_Libraries = 'auto_explain,$libdir/not_here'\n", "postgresql.auto.conf");

  const auto copy = of_directory();
  expect_runs(copy);

  EXPECT_EQ(show(copy, "shared_preload_libraries"), "auto_explain");
  EXPECT_EQ(show(copy, "session_preload_libraries"), "");
  EXPECT_EQ(show(copy, "local_preload_libraries"), "");
  const auto worker = world().log_in(copy, {"worker", "w"});
  ASSERT_TRUE(ok(worker));
}

TEST_P(PostgresqlPhysical, WhatItsConfigurationNamesAndIsNotHereKeepsNoCopyFromRunning) {
  stop_production();
  fs::create_directory(data() / "conf.d");
  configure(
      "include_dir 'conf.d'\n"
      "include '/etc/postgresql/nowhere/extra.conf'\n"
      "unix_socket_group = 'nobody_here'\n"
      "unix_socket_directories = '/var/run/nowhere'\n"
      "hba_file = '/etc/postgresql/nowhere/pg_hba.conf'\n"
      "ident_file = '/etc/postgresql/nowhere/pg_ident.conf'\n"
      "external_pid_file = '/var/run/nowhere/main.pid'\n"
      "data_directory = '/var/lib/nowhere'\n"
      "ssl = on\n"
      "ssl_cert_file = '/etc/nowhere/server.crt'\n"
      "ssl_key_file = '/etc/nowhere/server.key'\n"
      "ssl_ca_file = '/etc/nowhere/ca.crt'\n"
      "lc_time = 'xx_YY.UTF-8'\n"
      "log_directory = '/var/log/nowhere'\n"
      "logging_collector = on\n"
      "a_setting_of_a_fork = on\n"
      "maintenance_work_mem = '77MB'\n");
  configure("LC_Monetary = 'xx_YY.UTF-8'\nwork_mem = '7MB'\n", "conf.d/own.conf");
  configure("lc_numeric = 'xx_YY.UTF-8'\n", "postgresql.auto.conf");
  std::ofstream(data() / "pg_hba.conf", std::ios::app) << "local all all ldap ldapserver=nowhere\n"
                                                       << "include_if_exists nowhere.conf\n";

  const auto copy = of_directory();
  expect_runs(copy);

  EXPECT_EQ(show(copy, "maintenance_work_mem"), "77MB") << "what can be kept is kept";
  EXPECT_EQ(show(copy, "work_mem"), "7MB");
}

TEST_P(PostgresqlPhysical, ThePasswordMayLieInAFile) {
  const auto file = world().files() / "pgpass";
  const std::string port = std::to_string(production_.port);
  std::ofstream(file) << "# of production\n127.0.0.1:1:*:*:wrong\n"
                      << "127.0.0.1:" << port << ":*:slip:secret of ins\\_production\n";
  fs::permissions(file, fs::perms::owner_read);
  const std::string address =
      "postgresql://slip@127.0.0.1:" + port + "/postgres?passfile=" + file.string();

  expect_runs(of({{"url", address}}));
  const auto standby = started({{"url", address}, {"follow", "replication"}});
  EXPECT_EQ(state_once(standby, FollowHealth::following).health, FollowHealth::following)
      << said(standby);
}

TEST_P(PostgresqlPhysical, AServiceIsRefusedWithWhatToWriteInstead) {
  const auto refused = adapter().validate(world().with({{"url", "postgresql:///?service=prod"}}));
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().hint, HasSubstr("passfile"));
}

TEST_P(PostgresqlPhysical, ACertificateForAnotherNameIsNamedWithWhatToDo) {
  const auto authority = world().files() / "trusted.pem";
  fs::copy_file(test::authority_file(world().files()), authority);
  const std::string rest =
      "&hostaddr=127.0.0.1&sslmode=verify-full&sslrootcert=" + authority.string();
  const std::string address = "postgresql://slip:secret%20of%20ins_production@/postgres?port=" +
                              std::to_string(production_.port);

  const auto refused = ingest(of({{"url", address + "&host=db.example" + rest}}));

  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::invalid_argument);
  EXPECT_THAT(refused.error().message, HasSubstr("not for db.example"));
  EXPECT_THAT(refused.error().hint, AllOf(HasSubstr("hostaddr"), HasSubstr("verify-ca")));

  std::ofstream(authority).close();
  const auto unverified = ingest(of({{"url", address + "&host=db.example" + rest}}));
  ASSERT_FALSE(unverified);
  EXPECT_THAT(unverified.error().describe(), HasSubstr("not verified"));
}

}  // namespace slip
