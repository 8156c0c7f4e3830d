// SPDX-License-Identifier: Apache-2.0
#include <signal.h>

#include "adapters/postgresql/cluster.h"
#include "adapters/postgresql/login.h"
#include "adapters/postgresql/postgresql_world.h"
#include "adapters/postgresql/settings.h"

namespace slip {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class Postgresql : public AdapterTest {
 protected:
  test::PostgresqlWorld& world() { return static_cast<test::PostgresqlWorld&>(*world_); }
  Result<> validate(std::map<std::string, std::string> settings) {
    return world().adapter().validate(world().with(std::move(settings)));
  }
};

INSTANTIATE_TEST_SUITE_P(Local, Postgresql, testing::ValuesIn(test::world_of_each_version()));

// Operations freeze databases last, flush them while applications are frozen, and bake them.
TEST_P(Postgresql, SaysThatItIsADatabase) {
  EXPECT_TRUE(world().adapter().info().recovers);
}

TEST_P(Postgresql, NamesTheKnownSettingsWhenOneIsUnknown) {
  const auto refused = validate({{"durabilty", "full"}});
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("durabilty"));
  EXPECT_THAT(refused.error().hint, AllOf(HasSubstr("durability"), HasSubstr("dump")));
}

TEST_P(Postgresql, RefusesAVersionThatIsNotInstalledAndSaysWhichAre) {
  const auto refused = validate({{"version", "99"}});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::unsupported);
  EXPECT_THAT(refused.error().message, HasSubstr("PostgreSQL 99 is not installed; installed: 1"));
}

TEST_P(Postgresql, NeverRepeatsAUrlThatItCannotRead) {
  const auto refused = validate({{"url", "postgresql://me:hush@host:port:4/%zz?x=hush"}});
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().describe() + refused.error().hint + refused.error().detail,
              Not(HasSubstr("hush")));
}

TEST_P(Postgresql, LetsTheContainersLoginInOverTcpAndNobodyElse) {
  const auto one = world().instance("ins_one", world().good());
  ASSERT_TRUE(ok(ingest(one)));
  ASSERT_TRUE(ok(bring_up(one)));

  EXPECT_TRUE(ok(world().log_in(one, one.login)));
  const auto wrong = world().log_in(one, {.user = "slip", .password = "another's"});
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().code, ErrorCode::permission_denied);
  EXPECT_FALSE(world().log_in(one, {.user = "slipstream", .password = ""}));
}

TEST_P(Postgresql, HasTlsByTheNameThatItIsReachedBy) {
  const auto one = world().instance("ins_one", world().good());
  ASSERT_TRUE(ok(ingest(one)));
  ASSERT_TRUE(ok(bring_up(one)));

  const auto connect = [&](std::map<std::string, std::string> parameters) {
    parameters.merge(std::map<std::string, std::string>{{"host", "localhost"},
                                                        {"hostaddr", "127.0.0.1"},
                                                        {"port", std::to_string(one.port)},
                                                        {"user", one.login.user},
                                                        {"password", one.login.password},
                                                        {"dbname", "postgres"}});
    return postgresql::Session::open(parameters, std::chrono::seconds(5));
  };
  const std::string authority = test::authority_file(world().files());
  auto checked = connect({{"sslmode", "verify-full"}, {"sslrootcert", authority}});
  ASSERT_TRUE(ok(checked));
  const auto encrypted =
      checked->query("SELECT ssl, version FROM pg_stat_ssl WHERE pid = pg_backend_pid()", {});
  ASSERT_TRUE(ok(encrypted));
  EXPECT_EQ(encrypted->front().front(), "t");
  const auto elsewhere =
      connect({{"sslmode", "verify-full"}, {"sslrootcert", authority}, {"host", "db.example"}});
  EXPECT_FALSE(elsewhere) << "its certificate is for another name";
  EXPECT_TRUE(ok(connect({{"sslmode", "disable"}}))) << "within this machine, as the client likes";
}

TEST_P(Postgresql, HasTlsOfItsOwnWhateverItsOriginHadSetUp) {
  const auto one =
      world().instance("ins_one", world().with({{"conf.ssl_ca_file", "/nowhere/ca.pem"},
                                                {"conf.ssl_cert_file", "/nowhere/cert.pem"},
                                                {"conf.ssl_crl_file", "/nowhere/list.pem"}}));
  ASSERT_TRUE(ok(ingest(one)));
  ASSERT_TRUE(ok(bring_up(one)));
  world().sql(one, "ALTER SYSTEM SET ssl = off");
  world().sql(one, "ALTER SYSTEM SET ssl_key_file = '/nowhere/key.pem'");
  ASSERT_TRUE(ok(stop(one)));
  ASSERT_TRUE(ok(bring_up(one)));
  EXPECT_EQ(world().sql(one, "SHOW ssl").front().front(), "on");
}

TEST_P(Postgresql, InsistsOnTlsInWhatPeoplePasteOnOtherMachinesOnly) {
  auto one = world().instance("ins_one", world().good());
  one.login = {.user = "me", .password = "it's"};
  const auto far = world().adapter().connection(one, "db.example", 4711);
  ASSERT_TRUE(far);
  EXPECT_EQ(far->url, "postgresql://me:it%27s@db.example:4711/postgres?sslmode=require");
  EXPECT_THAT(far->formats.at("jdbc"), testing::EndsWith("&sslmode=require"));
  EXPECT_THAT(far->formats.at("env"), HasSubstr("PGSSLMODE=require"));
  const auto near = world().adapter().connection(one, "127.0.0.1", 4711);
  ASSERT_TRUE(near);
  EXPECT_EQ(near->url, "postgresql://me:it%27s@127.0.0.1:4711/postgres");
}

TEST_P(Postgresql, GivesACopyOfACopyThePasswordOfItsOwnContainer) {
  const auto one = world().instance("ins_one", world().good());
  const auto two = world().instance("ins_two", world().good());
  ASSERT_TRUE(ok(ingest(one)));
  ASSERT_TRUE(ok(bring_up(one)));
  ASSERT_TRUE(ok(stop(one)));
  copy(one, two);
  ASSERT_TRUE(ok(bring_up(two)));

  EXPECT_TRUE(ok(world().log_in(two, two.login)));
  EXPECT_FALSE(world().log_in(two, one.login));
}

TEST_P(Postgresql, WritesNothingWhenItIsAskedAgainWhetherItIsReady) {
  const auto one = world().instance("ins_one", world().good());
  ASSERT_TRUE(ok(ingest(one)));
  ASSERT_TRUE(ok(bring_up(one)));
  const auto before = world().sql(one, "SELECT xmin FROM pg_authid WHERE rolname = 'slip'");

  ASSERT_TRUE(ok(world().adapter().ready(one)));

  EXPECT_EQ(before, world().sql(one, "SELECT xmin FROM pg_authid WHERE rolname = 'slip'"));
}

TEST_P(Postgresql, FlushMakesARelaxedCommitDurable) {
  const auto config = world().with({{"durability", "relaxed"}, {"conf.wal_writer_delay", "10s"}});
  const auto one = world().instance("ins_one", config);
  ASSERT_TRUE(ok(ingest(one)));
  ASSERT_TRUE(ok(bring_up(one)));
  EXPECT_EQ(world().sql(one, "SHOW synchronous_commit").front().front(), "off");
  world().put(one, "a row");
  const auto written = world().sql(one, "SELECT pg_current_wal_insert_lsn()").front().front();

  ASSERT_TRUE(ok(world().adapter().flush(one)));

  EXPECT_EQ(world()
                .sql(one, "SELECT pg_current_wal_flush_lsn() >= $1::pg_lsn", {*written})
                .front()
                .front(),
            "t");
}

TEST_P(Postgresql, RecoversFromAKillWithoutACheckpointAtTheEnd) {
  const auto one = world().instance("ins_one", world().good());
  ASSERT_TRUE(ok(ingest(one)));
  ASSERT_TRUE(ok(bring_up(one)));
  world().put(one, "a row");
  ASSERT_TRUE(ok(world().runtime().stop(one.id, Duration(0))));

  ASSERT_TRUE(ok(bring_up(one)));

  EXPECT_TRUE(world().has(one, "a row"));
  EXPECT_FALSE(std::filesystem::exists(one.directory / "data/standby.signal"));
  EXPECT_THAT(*world().runtime().log(one.id, 1 << 20),
              AllOf(HasSubstr("archive recovery complete"), Not(HasSubstr("end-of-recovery"))));
}

// As the server's own program shows them.
TEST_P(Postgresql, ReadsTheControlFileAsTheServerDoes) {
  const std::string program = world().server().program("pg_controldata");
  if (!std::filesystem::exists(program)) {
    GTEST_SKIP() << "PostgreSQL " << world().server().full << " came without pg_controldata";
  }
  using postgresql::WalLevel;
  for (const auto& [level, known] : {std::pair("minimal", WalLevel::minimal),
                                     {"replica", WalLevel::replica},
                                     {"logical", WalLevel::logical}}) {
    const auto config = world().with({{"conf.wal_level", level}, {"conf.max_wal_senders", "0"}});
    const auto one = world().instance(std::string("ins_") + level, config);
    ASSERT_TRUE(ok(ingest(one)));
    ASSERT_TRUE(ok(bring_up(one)));
    ASSERT_TRUE(ok(stop(one)));

    const auto read =
        postgresql::read_control_data(Directory::open(one.directory / "data").value());

    ASSERT_TRUE(ok(read));
    EXPECT_EQ(read->wal_level, known) << level;
    EXPECT_EQ(read->state, postgresql::ClusterState::shut_down);
    const auto said = run_ok(Command{.argv = {program, "-D", one.directory / "data"}});
    ASSERT_TRUE(ok(said));
    EXPECT_THAT(*said, testing::ContainsRegex(std::string("wal_level setting: +") + level));
    // From 19 on its lower half is written with eight digits.
    std::string position = read->position.position;
    position.insert(position.find('/') + 1, "0*");
    EXPECT_THAT(*said, testing::ContainsRegex("checkpoint location: +" + position));
  }
}

TEST_P(Postgresql, StartsPlainlyWhereTheLogHoldsTooLittleForAStandby) {
  const auto config = world().with({{"conf.wal_level", "minimal"}, {"conf.max_wal_senders", "0"}});
  const auto one = world().instance("ins_one", config);
  ASSERT_TRUE(ok(ingest(one)));
  ASSERT_TRUE(ok(bring_up(one)));
  world().put(one, "a row");
  ASSERT_TRUE(ok(world().runtime().stop(one.id, Duration(0))));

  ASSERT_TRUE(ok(bring_up(one)));

  EXPECT_TRUE(world().has(one, "a row"));
  EXPECT_THAT(*world().runtime().log(one.id, 1 << 20), Not(HasSubstr("entering standby mode")));
}

TEST_P(Postgresql, StartsAPathThatIsLongerThanASocketsAddress) {
  auto one = world().instance("ins_one", world().good());
  one.directory = test::folder_for_run_user(world().files(), std::string(150, 'x'));
  ASSERT_TRUE(ok(ingest(one)));
  EXPECT_TRUE(ok(bring_up(one)));
}

TEST_P(Postgresql, DoesNotHangOnAFrozenServer) {
  const auto one = world().instance("ins_one", world().good());
  ASSERT_TRUE(ok(ingest(one)));
  ASSERT_TRUE(ok(bring_up(one)));
  ASSERT_TRUE(ok(world().runtime().freeze(one.id)));

  const auto begin = std::chrono::steady_clock::now();
  EXPECT_FALSE(world().adapter().flush(one));
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(8));
}

TEST(PostgresqlLogin, KnowsThePasswordOfAVerifierAndNoOther) {
  // The example of RFC 7677: user "user", password "pencil".
  const std::string verifier =
      "SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:"
      "wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=";
  EXPECT_TRUE(postgresql::password_matches(verifier, "pencil"));
  EXPECT_FALSE(postgresql::password_matches(verifier, "Pencil"));
  EXPECT_FALSE(postgresql::password_matches("md5abc", "pencil"));
  EXPECT_FALSE(postgresql::password_matches("SCRAM-SHA-256$", "pencil"));
}

}  // namespace slip
