// SPDX-License-Identifier: Apache-2.0
#include "adapters/mariadb/mariadb_world.h"

namespace slip {

using testing::HasSubstr;

// A production of the test's own, and a source that follows it.
class MariadbFollow : public AdapterTest {
 protected:
  test::MariadbWorld& world() { return static_cast<test::MariadbWorld&>(*world_); }
  const Adapter& adapter() { return world().adapter(); }

  void SetUp() override {
    production_ = world().instance("ins_production", world().good());
    ASSERT_TRUE(ok(world().fill(production_)));
    ASSERT_TRUE(ok(bring_up_as_production(production_)));
    world().put(production_, "before");
  }
  std::string url(const std::string& database = "") {
    return "mysql://slip:secret%20of%20ins_production@127.0.0.1:" +
           std::to_string(production_.port) + "/" + database;
  }
  InstanceContext follower(std::map<std::string, std::string> settings,
                           const std::string& id = "ins_follower") {
    settings.try_emplace("follow", "replication");
    settings.try_emplace("url", url());
    auto made = world().instance(id, world().with(std::move(settings)));
    made.purpose = Purpose::follow;
    made.reach = Reach::hooks_only;
    return made;
  }
  // Seeded, and running.
  InstanceContext started(std::map<std::string, std::string> settings = {},
                          const std::string& id = "ins_follower") {
    auto made = follower(std::move(settings), id);
    EXPECT_TRUE(ok(ingest(made)));
    EXPECT_TRUE(ok(bring_up(made)));
    return made;
  }
  template <class Condition>
  FollowState state_when(const InstanceContext& one, const Condition& condition) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    for (;;) {
      const auto state = adapter().following()->follow_state(one, "");
      EXPECT_TRUE(ok(state));
      if (!state || condition(*state) || std::chrono::steady_clock::now() > deadline) {
        return state.value_or(FollowState());
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
  }
  FollowState state_once(const InstanceContext& one, FollowHealth health) {
    return state_when(one, [&](const FollowState& state) { return state.health == health; });
  }
  // Production's, but for the one it writes to. It keeps those that it still sends to somebody,
  // also to one who has just gone without a word.
  void remove_old_logs() {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    const std::string place = adapter().position(production_)->position;
    const auto newest = place.substr(place.rfind(' ') + 1, place.rfind(':') - place.rfind(' ') - 1);
    do {
      world().sql(production_, "PURGE BINARY LOGS TO '" + newest + "'");
      if (world().sql(production_, "SHOW BINARY LOGS").size() == 1) return;
      // What is written next is sent to nobody, which ends the connection.
      world().put(production_, "written to nobody");
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
    } while (std::chrono::steady_clock::now() < deadline);
    FAIL() << "production does not remove its logs";
  }
  // The follower as a driver's snapshot of it.
  InstanceContext snapshot(const InstanceContext& from, const std::string& id) {
    auto taken = world().instance(id, from.config);
    taken.purpose = Purpose::follow;
    const auto status = world().runtime().status(from.id);
    const bool runs = status && status->state == InstanceState::running;
    if (runs) {
      EXPECT_TRUE(ok(adapter().flush(from)));
      EXPECT_TRUE(ok(world().runtime().freeze(from.id)));
    }
    copy(from, taken);
    if (runs) {
      EXPECT_TRUE(ok(world().runtime().thaw(from.id)));
    }
    return taken;
  }
  // The next whole second: what is committed from here on is of it or later.
  Timestamp next_second() {
    const auto seconds = std::chrono::ceil<std::chrono::seconds>(std::chrono::system_clock::now());
    std::this_thread::sleep_until(seconds + std::chrono::milliseconds(5));
    return Timestamp{std::chrono::milliseconds(seconds.time_since_epoch()).count()};
  }
  // What a container would get of it now.
  InstanceContext detached(const InstanceContext& from, const std::string& id = "ins_detached") {
    auto copy_of_it = world().instance(id, from.config);
    EXPECT_TRUE(ok(adapter().flush(from)));
    EXPECT_TRUE(ok(world().runtime().freeze(from.id)));
    copy(from, copy_of_it);
    EXPECT_TRUE(ok(world().runtime().thaw(from.id)));
    EXPECT_TRUE(ok(adapter().following()->detach(
        {from.config, copy_of_it.directory, copy_of_it.trusted, unasked})));
    return copy_of_it;
  }
  // A server's arguments. MySQL makes its own key where it is given none.
  std::vector<std::string> demanding_tls() {
    std::vector<std::string> arguments = {"--require-secure-transport=ON"};
    if (world().is_mysql()) return arguments;
    const auto key = production_.directory / "key.pem";
    EXPECT_TRUE(ok(run_ok(
        Command{.argv = {"openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj",
                         "/CN=test", "-keyout", key.string(), "-out", key.string() + ".crt"}})));
    // The server does not run as who made it.
    EXPECT_EQ(::chmod(key.c_str(), 0644), 0);
    for (const std::string& argument : {std::string("--ssl"), "--ssl-key=" + key.string(),
                                        "--ssl-cert=" + key.string() + ".crt"}) {
      arguments.push_back(argument);
    }
    return arguments;
  }
  bool has_tls(const InstanceContext& one) {
    auto session = world().own_session(one);
    EXPECT_TRUE(ok(session));
    if (!session) return false;
    const auto status = session->named_row(std::string(world().dialect().replication_status));
    EXPECT_TRUE(ok(status));
    const char* column = world().is_mysql() ? "Source_SSL_Allowed" : "Master_SSL_Allowed";
    return status && status->contains(column) && status->at(column) == "Yes";
  }
  // In whichever database the copy leads to, and as its login.
  std::string notes(const InstanceContext& one) {
    return world().one(one, "SELECT GROUP_CONCAT(t ORDER BY t) FROM slip.notes");
  }

  InstanceContext production_;
};

INSTANTIATE_TEST_SUITE_P(Local, MariadbFollow, testing::ValuesIn(test::worlds()));

TEST_P(MariadbFollow, IsUpToDateAndItsCopiesStandAlone) {
  const auto one = started();
  world().put(production_, "while followed");

  ASSERT_TRUE(ok(adapter().following()->catch_up(one, unasked)));

  const auto state = state_when(one, [](const FollowState& now) {
    return now.health == FollowHealth::following && now.lag_ms == 0 && now.lag_bytes == 0;
  });
  EXPECT_EQ(state.health, FollowHealth::following);
  EXPECT_EQ(state.problem, "");
  EXPECT_EQ(state.lag_ms, 0);
  ASSERT_TRUE(state.clock_ahead_ms);
  EXPECT_LT(std::abs(*state.clock_ahead_ms), 1000) << "it is the same clock";

  const auto alone = detached(one);
  ASSERT_TRUE(ok(stop(production_)));
  ASSERT_TRUE(ok(bring_up(alone)));
  EXPECT_EQ(notes(alone), "before,while followed");
  world().put(alone, "its own");
  const std::string status(world().dialect().replication_status);
  EXPECT_TRUE(world().sql(alone, status).empty());
  const auto found = run(Command{
      .argv = {"grep", "-r", "-l", "-a", "secret of ins_production", alone.directory.string()}});
  ASSERT_TRUE(ok(found));
  EXPECT_EQ(found->out, "") << "production's password is nowhere";
}

TEST_P(MariadbFollow, IsBroughtBackToAnySecondByItsLog) {
  if (adapter().log_replay() == nullptr) GTEST_SKIP() << "this series cannot replay";
  const auto one = follower({});
  ASSERT_TRUE(ok(ingest(one)));
  const auto seed = snapshot(one, "ins_seed");
  ASSERT_TRUE(ok(bring_up(one)));
  world().put(production_, "first");
  ASSERT_TRUE(ok(adapter().following()->catch_up(one, unasked)));
  const auto base = snapshot(one, "ins_base");
  world().put(production_, "second");
  // The follower's log goes on in another file after a restart.
  ASSERT_TRUE(ok(stop(one)));
  ASSERT_TRUE(ok(bring_up(one)));
  world().put(production_, "third");
  const Timestamp then = next_second();
  world().put(production_, "too late");
  ASSERT_TRUE(ok(adapter().following()->catch_up(one, unasked)));
  const auto later = snapshot(one, "ins_later");
  ASSERT_TRUE(ok(stop(production_)));
  ASSERT_TRUE(ok(stop(one)));

  for (const auto& from : {seed, base}) {
    SCOPED_TRACE(from.id.str());
    auto back = snapshot(from, from.id.str() + "_back");
    ASSERT_TRUE(ok(adapter().log_replay()->replay(back, later.directory, then, unasked)));
    const auto position =
        adapter().following()->detach({back.config, back.directory, back.trusted, unasked});
    ASSERT_TRUE(ok(position));
    EXPECT_THAT(position->position, HasSubstr("-"));
    back.purpose = Purpose::work;
    back.reach = Reach::everybody;
    ASSERT_TRUE(ok(bring_up(back)));
    EXPECT_EQ(notes(back), "before,first,second,third");
    world().put(back, "its own");
    ASSERT_TRUE(ok(stop(back)));
  }
}

TEST_P(MariadbFollow, IsSeededWhileProductionIsWrittenTo) {
  world().sql(production_, "CREATE TABLE numbers (n INT PRIMARY KEY)");
  std::atomic<bool> go_on = true;
  std::thread writer([&] {
    auto session = world().log_in(production_, production_.login);
    for (int n = 1; go_on; ++n) {
      (void)session->query("INSERT INTO numbers VALUES (" + std::to_string(n) + ")").has_value();
    }
  });
  std::vector seeded = {started({}, "ins_by_dump")};
  if (!world().is_mysql()) {
    const std::string command =
        "MYSQL_PWD='" + production_.login.password +
        "' mariadb-backup --no-defaults --backup --stream=mbstream --datadir='" +
        (production_.directory / "data").string() +
        "' --protocol=tcp --host=127.0.0.1 --port=" + std::to_string(production_.port) +
        " --user=slip";
    seeded.push_back(started({{"backup_command", command}, {"database", "slip"}}));
  }
  go_on = false;
  writer.join();
  for (const auto& one : seeded) {
    SCOPED_TRACE(one.id.str());
    ASSERT_TRUE(ok(adapter().following()->catch_up(one, unasked)));
    const auto alone = detached(one, one.id.str() + "_alone");
    ASSERT_TRUE(ok(bring_up(alone)));
    for (const char* asked :
         {"SELECT COUNT(*) FROM slip.numbers", "SELECT MAX(n) FROM slip.numbers"}) {
      EXPECT_EQ(world().one(alone, asked), world().one(production_, asked));
    }
  }
}

TEST_P(MariadbFollow, TakesOneDatabaseOnlyWhereTheUrlNamesIt) {
  const auto one = started({{"url", url("slip")}});
  world().sql(production_, "CREATE DATABASE elsewhere");
  world().sql(production_, "CREATE TABLE elsewhere.t (n INT)");
  world().sql(production_, "CREATE PROCEDURE elsewhere.p() SET @x = 1");
  world().sql(production_, "CREATE USER somebody IDENTIFIED BY 'x'");
  world().sql(production_, "GRANT SELECT ON *.* TO somebody");
  world().sql(production_, "CREATE DEFINER = somebody VIEW slip.theirs AS SELECT t FROM notes");
  world().put(production_, "while followed");

  ASSERT_TRUE(ok(adapter().following()->catch_up(one, unasked)));

  const auto alone = detached(one);
  ASSERT_TRUE(ok(bring_up(alone)));
  EXPECT_EQ(notes(alone), "before,while followed");
  EXPECT_EQ(world().one(alone,
                        "SELECT COUNT(*) FROM information_schema.TABLES WHERE "
                        "TABLE_SCHEMA = 'elsewhere'"),
            "0");
  EXPECT_EQ(world().one(alone, "SELECT COUNT(*) FROM slip.theirs"), "2")
      << "its definer is there, though accounts are not followed";
}

TEST_P(MariadbFollow, DoesNotHoldProductionsWritesUpForLongWhenItIsSeeded) {
  std::thread reader([&] { world().sql(production_, "SELECT SLEEP(15) FROM notes"); });
  std::this_thread::sleep_for(std::chrono::seconds(1));
  const auto one = follower({});
  const auto seeded = ingest(one);
  reader.join();
  // Only MySQL has to stop them for it.
  if (world().is_mysql()) {
    ASSERT_FALSE(seeded);
    EXPECT_THAT(seeded.error().message, HasSubstr("could not be stopped within 10 s"));
    world().put(production_, "goes on");
    EXPECT_TRUE(ok(ingest(one)));
  } else {
    EXPECT_TRUE(ok(seeded));
  }
}

TEST_P(MariadbFollow, FollowsProductionThatIsBackAndDemandsTls) {
  const auto early = started();
  EXPECT_TRUE(has_tls(early)) << "production offers it";
  ASSERT_TRUE(ok(stop(early)));
  ASSERT_TRUE(ok(stop(production_)));
  ASSERT_TRUE(ok(bring_up(early)));
  EXPECT_FALSE(has_tls(early)) << "nobody could be asked";

  ASSERT_TRUE(ok(bring_up(production_, demanding_tls())));
  EXPECT_EQ(state_once(early, FollowHealth::following).problem, "");
  EXPECT_TRUE(has_tls(early));
  const auto late = started({}, "ins_late");
  EXPECT_TRUE(has_tls(late));
  world().put(production_, "in secret");
  for (const auto& one : {early, late})
    EXPECT_TRUE(ok(adapter().following()->catch_up(one, unasked)));
}

TEST_P(MariadbFollow, LinksWithAnAccountThatMustUseTls) {
  ASSERT_TRUE(ok(stop(production_)));
  ASSERT_TRUE(ok(bring_up(production_, demanding_tls())));
  world().sql(production_, "CREATE USER careful IDENTIFIED BY 'x' REQUIRE SSL");
  world().sql(production_, "GRANT ALL PRIVILEGES ON *.* TO careful");
  const auto one =
      started({{"url", "mysql://careful:x@127.0.0.1:" + std::to_string(production_.port) + "/"}});
  EXPECT_TRUE(has_tls(one));
  EXPECT_TRUE(ok(adapter().following()->catch_up(one, unasked)));
  const auto alone = detached(one);
  ASSERT_TRUE(ok(bring_up(alone)));
  EXPECT_EQ(notes(alone), "before");
}

TEST_P(MariadbFollow, TakesNoOtherDatabaseThatANameWithAnUnderlineWouldStandFor) {
  world().sql(production_, "CREATE DATABASE app_1");
  const auto one = started({{"url", url("app_1")}});
  world().sql(production_, "CREATE DATABASE appx1");
  world().sql(production_, "CREATE TABLE appx1.t (n INT)");
  world().sql(production_, "CREATE TABLE app_1.t (n INT)");

  ASSERT_TRUE(ok(adapter().following()->catch_up(one, unasked)));

  const auto alone = detached(one);
  ASSERT_TRUE(ok(bring_up(alone)));
  EXPECT_EQ(world().one(alone,
                        "SELECT GROUP_CONCAT(TABLE_SCHEMA) FROM information_schema.TABLES WHERE "
                        "TABLE_SCHEMA LIKE 'app%'",
                        "app_1"),
            "app_1");
}

TEST_P(MariadbFollow, CatchesUpByItselfWhenProductionWasOutOfReach) {
  const auto one = started();
  const Timestamp before = next_second();
  world().put(production_, "just before the outage");
  const Timestamp after = next_second();
  ASSERT_TRUE(ok(adapter().following()->catch_up(one, unasked)));
  ASSERT_TRUE(ok(stop(production_)));
  const auto state = state_when(one, [](const FollowState& now) {
    return now.problem.find("does not answer") != std::string::npos;
  });
  EXPECT_EQ(state.health, FollowHealth::disconnected);
  EXPECT_THAT(state.hint, HasSubstr("by itself"));
  ASSERT_TRUE(state.data_time) << "what had come by then can still be had";
  EXPECT_GE(*state.data_time, before);
  EXPECT_LT(*state.data_time, after);
  const auto refused = adapter().following()->catch_up(one, unasked);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::unavailable);

  ASSERT_TRUE(ok(bring_up(production_)));
  world().put(production_, "after the outage");

  ASSERT_TRUE(ok(adapter().following()->catch_up(one, unasked)));
  EXPECT_EQ(state_once(one, FollowHealth::following).problem, "");
  ASSERT_TRUE(ok(stop(one)));
  world().put(production_, "while it was down itself");
  ASSERT_TRUE(ok(bring_up(one)));
  EXPECT_TRUE(ok(adapter().following()->catch_up(one, unasked)));
}

TEST_P(MariadbFollow, SaysThatThePasswordWasChanged) {
  world().sql(production_, "CREATE USER repl IDENTIFIED BY 'before'");
  world().sql(production_, "GRANT ALL PRIVILEGES ON *.* TO repl");
  const auto one =
      started({{"url", "mysql://repl:before@127.0.0.1:" + std::to_string(production_.port) + "/"}});
  world().sql(production_, "ALTER USER repl IDENTIFIED BY 'after'");
  ASSERT_TRUE(ok(stop(production_)));
  ASSERT_TRUE(ok(bring_up(production_)));

  const auto state = state_when(one, [](const FollowState& now) {
    return now.problem.find("refuses the login") != std::string::npos;
  });

  EXPECT_EQ(state.health, FollowHealth::disconnected);
  EXPECT_THAT(state.problem, HasSubstr("refuses the login"));
  EXPECT_EQ(adapter().following()->catch_up(one, unasked).error().code,
            ErrorCode::permission_denied);
}

TEST_P(MariadbFollow, IsLostWhenProductionHasRemovedTheLogAndCanBeSeededBeside) {
  const auto one = started();
  ASSERT_TRUE(ok(stop(one)));
  world().put(production_, "while away");
  world().sql(production_, "FLUSH BINARY LOGS");
  world().put(production_, "later");
  remove_old_logs();
  ASSERT_TRUE(ok(bring_up(one)));

  const auto state = state_once(one, FollowHealth::lost);

  EXPECT_EQ(state.health, FollowHealth::lost);
  EXPECT_THAT(state.problem, HasSubstr("no longer has the log"));
  EXPECT_THAT(state.hint, HasSubstr("reseed"));
  const auto anew = started({}, "ins_anew");
  EXPECT_TRUE(ok(adapter().following()->catch_up(anew, unasked)));
}

TEST_P(MariadbFollow, GoesOnWithTheServerThatProductionWasSwitchedTo) {
  const auto one = started();
  world().put(production_, "before the switch");
  ASSERT_TRUE(ok(stop(production_)));
  auto successor = world().instance("ins_successor", production_.config);
  copy(production_, successor);
  successor.port = production_.port;
  successor.login = production_.login;
  production_ = successor;
  ASSERT_TRUE(ok(bring_up(production_)));
  world().put(production_, "after the switch");

  ASSERT_TRUE(ok(adapter().following()->catch_up(one, unasked)));

  const auto alone = detached(one);
  ASSERT_TRUE(ok(bring_up(alone)));
  EXPECT_EQ(notes(alone), "after the switch,before,before the switch");
}

TEST_P(MariadbFollow, IsLostWhenProductionWasSwitchedToAServerThatHasLess) {
  const auto early = world().instance("ins_early", production_.config);
  ASSERT_TRUE(ok(stop(production_)));
  copy(production_, early);
  ASSERT_TRUE(ok(bring_up(production_)));
  const auto one = started();
  world().put(production_, "lost in the switch");
  ASSERT_TRUE(ok(adapter().following()->catch_up(one, unasked)));
  ASSERT_TRUE(ok(stop(production_)));
  auto successor = early;
  successor.port = production_.port;
  successor.login = production_.login;
  ASSERT_TRUE(ok(bring_up(successor)));

  const auto state = state_once(one, FollowHealth::lost);

  EXPECT_EQ(state.health, FollowHealth::lost);
  EXPECT_THAT(state.problem, HasSubstr("does not know the newest transaction"));
}

TEST_P(MariadbFollow, IsLostWhenAChangeDoesNotFit) {
  const auto one = started();
  ASSERT_TRUE(ok(adapter().following()->catch_up(one, unasked)));
  auto own = world().own_session(one);
  ASSERT_TRUE(ok(own));
  ASSERT_TRUE(ok(own->query("DELETE FROM slip.notes")));
  world().sql(production_, "DELETE FROM notes WHERE t = 'before'");

  const auto state = state_once(one, FollowHealth::lost);

  EXPECT_EQ(state.health, FollowHealth::lost);
  EXPECT_THAT(state.problem, HasSubstr("does not fit what is here"));
  EXPECT_EQ(adapter().following()->catch_up(one, unasked).error().code, ErrorCode::failed);
}

TEST_P(MariadbFollow, NeedsABinaryLogAndTheRightToReplicate) {
  world().sql(production_, "CREATE USER reader IDENTIFIED BY 'x'");
  world().sql(production_, "GRANT SELECT, SHOW VIEW, TRIGGER, EVENT, RELOAD ON *.* TO reader");
  const auto refused = ingest(
      follower({{"url", "mysql://reader:x@127.0.0.1:" + std::to_string(production_.port) + "/"}}));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::permission_denied);
  EXPECT_THAT(refused.error().hint, HasSubstr("GRANT REPLICATION SLAVE"));

  for (const auto& [settings, words] :
       std::vector<std::pair<std::map<std::string, std::string>, std::string>>{
           {{{"follow", "replication"}}, "needs the url"},
           {{{"follow", "sometimes"}, {"url", url()}}, "follow is replication"}}) {
    const auto invalid = adapter().validate(world().with(settings));
    ASSERT_FALSE(invalid) << words;
    EXPECT_THAT(invalid.error().message, HasSubstr(words));
  }
}

// Of a longer one MySQL uses the beginning, and production refuses it.
TEST_P(MariadbFollow, IsToldOfAPasswordThatReplicationDoesNotTake) {
  const std::string longest(world().dialect().replication_password_max, 'p');
  world().sql(production_, "CREATE USER teller IDENTIFIED BY '" + longest + "p'");
  world().sql(production_, "GRANT ALL ON *.* TO teller");
  const auto url_with = [&](const std::string& password) {
    return "mysql://teller:" + password + "@127.0.0.1:" + std::to_string(production_.port) + "/";
  };
  const auto refused = ingest(follower({{"url", url_with(longest + "p")}}));
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("bytes"));
  EXPECT_THAT(refused.error().hint, HasSubstr("shorter"));

  world().sql(production_, "ALTER USER teller IDENTIFIED BY '" + longest + "'");
  const auto one = started({{"url", url_with(longest)}}, "ins_longest");
  EXPECT_TRUE(ok(adapter().following()->catch_up(one, unasked)));
}

// The branch that shows a moment: nobody writes by mistake.
TEST_P(MariadbFollow, RefusesToWriteWhereItIsOnlyLookedAt) {
  auto one = world().instance("ins_peek", world().good());
  one.purpose = Purpose::look;
  ASSERT_TRUE(ok(world().fill(one)));
  ASSERT_TRUE(ok(bring_up(one)));
  auto session = world().log_in(one, one.login);
  ASSERT_TRUE(ok(session));
  const auto refused = session->query("CREATE TABLE t (n INT)");
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().detail, HasSubstr("READ ONLY transaction"));
}

// A server that starts has such a table empty, and so have copies; nor is it in the way of the
// rest.
TEST_P(MariadbFollow, PassesOverTheRowsOfMemoryTablesAndSaysSo) {
  for (const char* statement :
       {"CREATE TABLE seen (n INT PRIMARY KEY, t VARCHAR(10)) ENGINE=MEMORY",
        "INSERT INTO seen VALUES (1, 'a'), (2, 'b')"}) {
    world().sql(production_, statement);
  }
  const auto one = started({{"url", url("slip")}});
  world().sql(production_, "UPDATE seen SET t = 'c' WHERE n = 1");
  world().sql(production_, "DELETE FROM seen WHERE n = 2");
  world().put(production_, "after that");
  std::string said;

  ASSERT_TRUE(ok(adapter().following()->catch_up(one, [&](std::string_view what, auto) {
    said += what;
    return true;
  })));

  EXPECT_THAT(said, HasSubstr("MEMORY tables slip.seen"));
  const auto state = state_once(one, FollowHealth::following);
  EXPECT_EQ(state.problem, "the rows of MEMORY tables are not followed: slip.seen");
  EXPECT_THAT(state.hint, HasSubstr("empty"));
  const auto alone = detached(one);
  ASSERT_TRUE(ok(bring_up(alone)));
  EXPECT_EQ(notes(alone), "after that,before");
  EXPECT_EQ(world().one(alone, "SELECT COUNT(*) FROM seen"), "0");
}

TEST_P(MariadbFollow, NamesTheDatabasesThatProductionDoesNotLog) {
  for (const auto& [option, words] :
       {std::pair("--binlog-ignore-db=audit", "does not log these databases"),
        {"--binlog-do-db=slip", "logs these databases only"}}) {
    ASSERT_TRUE(ok(stop(production_)));
    ASSERT_TRUE(ok(bring_up(production_, {option})));
    const auto one = started({}, std::string("ins_") + (words[0] == 'd' ? "ignore" : "do"));
    const auto state = state_when(one, [](const FollowState& now) {
      return now.health == FollowHealth::following && !now.problem.empty();
    });
    EXPECT_THAT(state.problem, HasSubstr(words));
    EXPECT_THAT(state.problem, HasSubstr(words[0] == 'd' ? ": audit (" : ": slip ("));
    EXPECT_THAT(state.hint, HasSubstr("reseed"));
    ASSERT_TRUE(ok(stop(one)));
    const auto of_one = started({{"url", url("slip")}}, one.id.str() + "_one");
    EXPECT_EQ(state_once(of_one, FollowHealth::following).problem, "") << "it is logged";
    ASSERT_TRUE(ok(stop(of_one)));
  }
}

TEST_P(MariadbFollow, SaysThatProductionLogsStatements) {
  const auto one = started();
  world().sql(production_, "SET GLOBAL binlog_format = STATEMENT");
  const auto state = state_when(one, [](const FollowState& now) {
    return now.health == FollowHealth::following && !now.problem.empty();
  });
  EXPECT_THAT(state.problem, HasSubstr("binlog_format = STATEMENT"));
}

}  // namespace slip
