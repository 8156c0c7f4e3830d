// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include "adapters/mariadb/data_directory.h"
#include "adapters/mariadb/mariadb_world.h"

namespace slip {

using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::MatchesRegex;
using testing::Not;

class Mariadb : public AdapterTest {
 protected:
  test::MariadbWorld& world() { return static_cast<test::MariadbWorld&>(*world_); }
  InstanceContext running(const std::string& id, std::map<std::string, std::string> settings = {}) {
    const auto instance = world().instance(id, world().with(std::move(settings)));
    EXPECT_TRUE(ok(world().fill(instance)));
    EXPECT_TRUE(ok(bring_up(instance)));
    return instance;
  }
};

INSTANTIATE_TEST_SUITE_P(Local, Mariadb, testing::ValuesIn(test::worlds()));

// Operations freeze databases last, flush them while applications are frozen, and bake them.
TEST_P(Mariadb, SaysThatItIsADatabase) {
  EXPECT_TRUE(world().adapter().info().recovers);
}

TEST_P(Mariadb, RefusesAVersionThatIsNotInstalledAndSaysWhichAre) {
  const auto refused = world().adapter().validate(world().with({{"version", "99.1"}}));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::unsupported);
  EXPECT_THAT(refused.error().message,
              MatchesRegex(std::string(world().dialect().product) +
                           " 99\\.1 is not installed; installed: [0-9]+\\.[0-9]+.*"));
}

TEST_P(Mariadb, LetsTheContainersLoginInOverTcpAndNobodyElse) {
  const auto one = running("ins_one");

  EXPECT_TRUE(ok(world().log_in(one, one.login)));
  for (const Login& wrong :
       {Login{"slip", "another's"}, Login{"slipstream", ""}, Login{"root", ""}, Login{"", ""}}) {
    const auto refused = world().log_in(one, wrong);
    ASSERT_FALSE(refused) << wrong.user;
    EXPECT_EQ(refused.error().code, ErrorCode::permission_denied);
  }
}

TEST_P(Mariadb, GivesACopyOfACopyThePasswordOfItsOwnContainer) {
  const auto one = running("ins_one");
  const auto two = world().instance("ins_two", world().good());
  auto three = world().instance("ins_three", world().good());
  three.login.user = "another";
  ASSERT_TRUE(ok(stop(one)));
  copy(one, two);
  copy(one, three);
  ASSERT_TRUE(ok(bring_up(two)));
  ASSERT_TRUE(ok(bring_up(three)));

  EXPECT_TRUE(ok(world().log_in(two, two.login)));
  EXPECT_FALSE(world().log_in(two, one.login));
  EXPECT_TRUE(ok(world().log_in(three, three.login)));
  EXPECT_FALSE(world().log_in(three, one.login));
}

TEST_P(Mariadb, GivesTheLoginAllRights) {
  const auto one = running("ins_one");
  world().sql(one, "CREATE DATABASE more");
  world().sql(one, "CREATE USER friend IDENTIFIED BY 'f'");
  world().sql(one, "GRANT SELECT ON more.* TO friend");
  EXPECT_THAT(world().one(one, "SELECT CURRENT_USER()"), MatchesRegex("slip@.*"));
}

TEST_P(Mariadb, WritesNothingWhenItIsAskedAgainWhetherItIsReady) {
  const auto one = running("ins_one");
  // Of a password that is set anew, MySQL keeps something else each time; and a log tells.
  const auto trace = [&] {
    return world().one(one, world().is_mysql()
                                ? "SELECT HEX(GROUP_CONCAT(authentication_string)) FROM mysql.user"
                                : "SELECT GROUP_CONCAT(Priv) FROM mysql.global_priv");
  };
  const auto written = [&] {
    return world().one(one,
                       "SELECT VARIABLE_VALUE FROM " +
                           std::string(world().is_mysql() ? "performance_schema.global_status"
                                                          : "information_schema.GLOBAL_STATUS") +
                           " WHERE VARIABLE_NAME = 'Handler_update'");
  };
  const auto before = trace();
  const auto updates = written();
  const auto position = world().adapter().position(one);

  ASSERT_TRUE(ok(world().adapter().ready(one)));

  EXPECT_EQ(before, trace());
  EXPECT_EQ(updates, written());
  EXPECT_EQ(position->position, world().adapter().position(one)->position);
}

TEST_P(Mariadb, TellsGtidPlaceInTheBinaryLogAndTimeOfTheNewestChange) {
  const auto one = running("ins_one");
  world().put(one, "a row");
  const auto before = world().adapter().position(one);
  world().put(one, "another");
  const auto after = world().adapter().position(one);

  ASSERT_TRUE(ok(after));
  const std::string gtid = world().is_mysql() ? "[0-9a-f-]+:1-[0-9]+" : "0-[0-9]+-3";
  EXPECT_THAT(after->position, MatchesRegex(gtid + " binlog\\.[0-9]+:[0-9]+"));
  EXPECT_NE(before->position, after->position);
}

TEST_P(Mariadb, RecoversFromAKillWithEverythingThatWasCommitted) {
  for (const char* durability : {"full", "relaxed"}) {
    SCOPED_TRACE(durability);
    const auto one = running(std::string("ins_") + durability, {{"durability", durability}});
    world().put(one, "a row");
    ASSERT_TRUE(ok(world().runtime().stop(one.id, Duration(0))));

    ASSERT_TRUE(ok(bring_up(one)));

    EXPECT_TRUE(world().has(one, "a row"));
    EXPECT_THAT(*world().runtime().log(one.id, 1 << 20), HasSubstr("crash recovery"));
  }
}

// What a snapshot of a server under load is: all its files at one instant, and writes under way.
TEST_P(Mariadb, OpensACopyTakenWhileItWasWrittenToWithAllCommittedRows) {
  const auto one = running("ins_one");
  const auto two = world().instance("ins_two", world().good());
  world().sql(one, "CREATE TABLE numbers (n INT PRIMARY KEY)");
  std::atomic<int> committed = 0;
  std::atomic<bool> enough = false;
  std::thread writer([&] {
    auto session = world().log_in(one, one.login);
    for (int n = 1; session && !enough; ++n) {
      const auto done = session->query("INSERT INTO numbers VALUES (" + std::to_string(n) + ")",
                                       std::chrono::seconds(60));
      if (!done) break;
      committed = n;
    }
  });
  while (committed < 200) std::this_thread::yield();
  const auto frozen = world().runtime().freeze(one.id);
  const int before = committed;
  if (frozen) {
    const auto copied =
        run_ok(Command{.argv = {"cp", "-a", "--reflink=auto", one.directory.string() + "/.",
                                two.directory.string()}});
    EXPECT_TRUE(copied);
  }
  const auto thawed = world().runtime().thaw(one.id);
  enough = true;
  writer.join();
  ASSERT_TRUE(ok(frozen));
  ASSERT_TRUE(ok(thawed));

  ASSERT_TRUE(ok(bring_up(two)));

  const int found = std::stoi(world().one(two, "SELECT COUNT(*) FROM numbers"));
  EXPECT_GE(found, before);
  EXPECT_EQ(world().one(two, "SELECT MAX(n) FROM numbers"), std::to_string(found));
}

TEST_P(Mariadb, FlushesWithRelaxedDurabilityAndLeavesNoTrace) {
  const auto one = running("ins_one", {{"durability", "relaxed"}});
  EXPECT_EQ(world().one(one, "SELECT @@innodb_flush_log_at_trx_commit + @@sync_binlog"), "2");
  world().put(one, "a row");
  const auto before = world().adapter().position(one);

  ASSERT_TRUE(ok(world().adapter().flush(one)));

  EXPECT_EQ(before->position, world().adapter().position(one)->position);
}

TEST_P(Mariadb, SaysWhatEveryRestartLoses) {
  const auto one = running("ins_one");
  world().sql(one, "CREATE TABLE m (n INT) ENGINE=MEMORY");
  world().sql(one, "CREATE TABLE no_rows (n INT) ENGINE=MEMORY");
  world().sql(one, "INSERT INTO m VALUES (1)");
  if (!world().is_mysql()) {
    world().sql(one, "CREATE SEQUENCE s");
    world().sql(one, "CREATE SEQUENCE never_asked");
  }

  const auto before = world().adapter().lacks(one);
  ASSERT_TRUE(ok(before));
  EXPECT_THAT(before->once_stopped, ElementsAre(EndsWith("the MEMORY table slip.m")));
  EXPECT_EQ(before->as_it_runs, before->once_stopped);

  if (world().is_mysql()) return;
  world().sql(one, "SELECT NEXTVAL(s)");
  const auto after = world().adapter().lacks(one);
  ASSERT_TRUE(ok(after));
  EXPECT_THAT(after->once_stopped,
              ElementsAre(HasSubstr("MEMORY"), HasSubstr("slip.s, which is up to 1000 further")));
}

TEST_P(Mariadb, FlushWritesOutWhatIsStillInMemory) {
  const auto one = running("ins_one");
  world().sql(one, "CREATE TABLE notes (t VARCHAR(200))");
  world().sql(one, "SET GLOBAL innodb_flush_log_at_timeout = 2000");
  world().sql(one, "SET GLOBAL innodb_flush_log_at_trx_commit = 0");
  world().put(one, "a row");
  const auto last_write = [&] {
    auto last = std::filesystem::file_time_type::min();
    const auto data = Directory::open(one.directory / "data").value();
    const auto logs = world().dialect().redo_logs(data).value();
    for (const auto& log : logs) {
      last = std::max(last, std::filesystem::last_write_time(data.path() / log));
    }
    return last;
  };
  const auto before = last_write();

  ASSERT_TRUE(ok(world().adapter().flush(one)));

  EXPECT_GT(last_write(), before);
  EXPECT_EQ(world().one(one, "SELECT @@GLOBAL.innodb_flush_log_at_trx_commit"), "0");
  ASSERT_TRUE(ok(world().runtime().stop(one.id, Duration(0))));
  ASSERT_TRUE(ok(bring_up(one)));
  EXPECT_TRUE(world().has(one, "a row"));
}

// The server's own timer would write it out within a second.
TEST_P(Mariadb, FlushWritesOutTheRowOfANewSequence) {
  if (world().is_mysql()) GTEST_SKIP() << "MySQL has no sequences";
  const auto one = running("ins_one", {{"durability", "relaxed"}});
  world().sql(one, "SET GLOBAL innodb_flush_log_at_timeout = 2000");
  for (int n = 0; n < 5; ++n) world().sql(one, "CREATE SEQUENCE s" + std::to_string(n));

  ASSERT_TRUE(ok(world().adapter().flush(one)));

  ASSERT_TRUE(ok(world().runtime().stop(one.id, Duration(0))));
  ASSERT_TRUE(ok(bring_up(one)));
  for (int n = 0; n < 5; ++n) {
    EXPECT_EQ(world().one(one, "SELECT NEXTVAL(s" + std::to_string(n) + ")"), "1");
  }
}

TEST_P(Mariadb, TakesAValueAsLargeAsItsRedoLog) {
  const auto one = running("ins_one");
  world().sql(one, "CREATE TABLE large (b LONGBLOB)");
  world().sql(one, "INSERT INTO large VALUES (REPEAT('x', 40 << 20))");
  EXPECT_EQ(world().one(one, "SELECT LENGTH(b) FROM large"), std::to_string(40 << 20));
}

TEST_P(Mariadb, TakesOptionsOfTheTemplateButNotThoseThatMustHold) {
  const auto one = running(
      "ins_one",
      {{"conf.max_connections", "23"}, {"conf.port", "1"}, {"conf.log_bin", "/tmp/elsewhere"}});
  EXPECT_EQ(world().one(one, "SELECT @@max_connections"), "23");
  EXPECT_EQ(world().one(one, "SELECT @@log_bin_basename"), "../log/binlog");
}

TEST_P(Mariadb, ShowsTheServersWordsAboutAnOptionThatItDoesNotKnow) {
  const auto refused =
      ingest(world().instance("ins_one", world().with({{"conf.no_such_option", "1"}})));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::failed);
  EXPECT_THAT(refused.error().detail, HasSubstr("no_such_option"));
}

TEST_P(Mariadb, StartsAPathThatIsLongerThanASocketsAddress) {
  auto one = world().instance("ins_one", world().good());
  one.directory = test::folder_for_run_user(world().files(), std::string(150, 'x'));
  ASSERT_TRUE(ok(ingest(one)));
  EXPECT_TRUE(ok(bring_up(one)));
}

TEST_P(Mariadb, DoesNotHangOnAFrozenServer) {
  const auto one = running("ins_one");
  ASSERT_TRUE(ok(world().runtime().freeze(one.id)));

  const auto begin = std::chrono::steady_clock::now();
  EXPECT_FALSE(world().adapter().flush(one));
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(8));
}

TEST_P(Mariadb, HasTlsByTheNameThatItIsReachedBy) {
  const auto one = running("ins_one");
  const std::string authority = test::authority_file(world().files());
  // What it takes with each product's client to be sure whom one talks to.
  const auto ask = [&](const std::string& host) {
    Command client{.argv = {world().program(world().dialect().client), "--no-defaults",
                            "--protocol=tcp", "--host=" + host,
                            "--port=" + std::to_string(one.port), "--user=" + one.login.user,
                            "--ssl-ca=" + authority}};
    client.argv.emplace_back(world().is_mysql() ? "--ssl-mode=VERIFY_IDENTITY"
                                                : "--ssl-verify-server-cert");
    client.argv.insert(client.argv.end(),
                       {"--batch", "--skip-column-names", "-e", "SHOW STATUS LIKE 'Ssl_cipher'"});
    client.env["MYSQL_PWD"] = one.login.password;
    return run_ok(client);
  };
  const auto encrypted = ask("localhost");
  ASSERT_TRUE(ok(encrypted));
  EXPECT_THAT(*encrypted, testing::ContainsRegex("Ssl_cipher\t[A-Z]"));
  EXPECT_FALSE(ask("127.0.0.2")) << "its certificate is for another name";
}

TEST_P(Mariadb, GivesConnectionsInTheFormatsThatPeoplePaste) {
  auto one = world().instance("ins_one", world().with({{"database", "shop"}}));
  one.login = {.user = "me", .password = "it's"};
  const auto near = world().adapter().connection(one, "127.0.0.1", 4711);
  ASSERT_TRUE(near);
  EXPECT_EQ(near->url, "mysql://me:it%27s@127.0.0.1:4711/shop");
  const std::string kind(world().dialect().kind);
  EXPECT_EQ(near->formats.at(kind),
            (world().is_mysql() ? kind : "mariadb --skip-ssl") +
                " --protocol=tcp --host='127.0.0.1' --port=4711 --user='me' "
                "--password='it'\\''s' 'shop'");
  EXPECT_EQ(near->formats.at("jdbc"),
            "jdbc:" + kind + "://127.0.0.1:4711/shop?user=me&password=it%27s");

  const auto far = world().adapter().connection(one, "db.example", 4711);
  ASSERT_TRUE(far);
  EXPECT_EQ(far->url, "mysql://me:it%27s@db.example:4711/shop");
  EXPECT_THAT(far->formats.at(kind), testing::HasSubstr(" --loose-ssl "));
  EXPECT_THAT(far->formats.at("jdbc"),
              testing::HasSubstr(world().is_mysql() ? "&sslMode=REQUIRED" : "&sslMode=trust"));
}

}  // namespace slip
