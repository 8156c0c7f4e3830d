// SPDX-License-Identifier: Apache-2.0
#include "adapters/postgresql/postgresql_production.h"

namespace slip {

using testing::HasSubstr;

INSTANTIATE_TEST_SUITE_P(Local, PostgresqlFollow,
                         testing::Values([] { return std::make_unique<test::PostgresqlWorld>(); }));

TEST_P(PostgresqlFollow, IsUpToDateAndItsCopiesStandAlone) {
  const auto one = started(streaming());
  world().put(production_, "while followed");

  ASSERT_TRUE(ok(adapter().following()->catch_up(one, unasked)));

  const auto state = state_once(one, FollowHealth::following);
  EXPECT_EQ(state.problem, "");
  EXPECT_EQ(state.lag_ms, 0);
  EXPECT_EQ(state.lag_bytes, 0);
  ASSERT_TRUE(state.clock_ahead_ms);
  EXPECT_LT(std::abs(*state.clock_ahead_ms), 1000) << "it is the same clock";
  EXPECT_EQ(state.kept_bytes, std::nullopt);
  const auto position = adapter().position(one);
  ASSERT_TRUE(ok(position));
  EXPECT_EQ(position->at, state.data_time);

  const auto alone = detached(one);
  ASSERT_TRUE(ok(stop(production_)));
  ASSERT_TRUE(ok(bring_up(alone)));
  EXPECT_TRUE(world().has(alone, "before"));
  EXPECT_TRUE(world().has(alone, "while followed"));
  world().put(alone, "its own");
  const auto found = run(Command{
      .argv = {"grep", "-r", "-l", "-a", "secret of ins_production", alone.directory.string()}});
  ASSERT_TRUE(ok(found));
  EXPECT_EQ(found->out, "") << "production's password is nowhere";
}

TEST_P(PostgresqlFollow, IsBroughtBackToAnySecondByItsLog) {
  const auto one = follower(streaming());
  ASSERT_TRUE(ok(ingest(one)));
  const auto seed = snapshot(one, "ins_seed");
  ASSERT_TRUE(ok(bring_up(one)));
  world().put(production_, "first");
  ASSERT_TRUE(ok(adapter().following()->catch_up(one, unasked)));
  const auto base = snapshot(one, "ins_base");
  for (const char* row : {"second", "third"}) {
    world().put(production_, row);
    switch_log();
    world().sql(production_, "CHECKPOINT");
  }
  const Timestamp after_third = production_time();
  world().put(production_, "fourth");
  switch_log();
  world().put(production_, "last");
  const Timestamp after_last = production_time();
  ASSERT_TRUE(ok(adapter().following()->catch_up(one, unasked)));
  const auto later = snapshot(one, "ins_later");
  ASSERT_TRUE(ok(stop(production_)));
  ASSERT_TRUE(ok(stop(one)));

  for (const auto& from : {seed, base}) {
    SCOPED_TRACE(from.id.str());
    const auto back = rewound(from, later, after_third, from.id.str() + "_back");
    for (const char* row : {"before", "first", "second", "third"}) {
      EXPECT_TRUE(world().has(back, row)) << row;
    }
    EXPECT_FALSE(world().has(back, "fourth"));
    world().put(back, "its own");
    ASSERT_TRUE(ok(stop(back)));
    const auto all = rewound(from, later, after_last, from.id.str() + "_all");
    EXPECT_TRUE(world().has(all, "last")) << "nothing was committed after that time";
    ASSERT_TRUE(ok(stop(all)));
  }
}

TEST_P(PostgresqlFollow, IsSeededWhileProductionIsWrittenTo) {
  world().sql(production_, "CREATE TABLE numbers (n int)");
  std::atomic<bool> go_on = true;
  std::thread writer([&] {
    auto session = world().log_in(production_, production_.login);
    for (int n = 1; go_on; ++n) {
      (void)session->query("INSERT INTO numbers VALUES ($1)", {std::to_string(n)}).has_value();
    }
  });
  const auto one = started(streaming());
  go_on = false;
  writer.join();
  ASSERT_TRUE(ok(adapter().following()->catch_up(one, unasked)));
  const auto there = world().sql(production_, "SELECT count(*), max(n) FROM numbers").front();

  const auto alone = detached(one);

  ASSERT_TRUE(ok(bring_up(alone)));
  EXPECT_EQ(world().sql(alone, "SELECT count(*), max(n) FROM numbers").front(), there);
}

TEST_P(PostgresqlFollow, CatchesUpByItselfWhenProductionWasOutOfReach) {
  const auto one = started(streaming());
  ASSERT_TRUE(ok(stop(production_)));

  const auto state = state_when(one, [](const FollowState& now) {
    return now.problem.find("does not answer") != std::string::npos;
  });
  EXPECT_EQ(state.health, FollowHealth::disconnected);
  EXPECT_THAT(state.problem, HasSubstr("does not answer"));
  EXPECT_THAT(state.hint, HasSubstr("by itself"));
  const auto refused = adapter().following()->catch_up(one, unasked);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::unavailable);

  start_production();
  world().put(production_, "after the outage");
  ASSERT_TRUE(ok(adapter().following()->catch_up(one, unasked)));
  EXPECT_EQ(state_once(one, FollowHealth::following).problem, "");
}

TEST_P(PostgresqlFollow, SaysThatThePasswordWasChanged) {
  const auto one = started(streaming());
  world().sql(production_, "CREATE ROLE boss SUPERUSER LOGIN PASSWORD 'boss'");
  auto boss = world().log_in(production_, {"boss", "boss"});
  ASSERT_TRUE(ok(boss));
  ASSERT_TRUE(ok(boss->query("ALTER ROLE slip PASSWORD 'another'")));
  ASSERT_TRUE(ok(boss->query("SELECT pg_terminate_backend(pid) FROM pg_stat_replication")));

  const auto state = state_when(one, [](const FollowState& now) {
    return now.problem.find("password") != std::string::npos;
  });

  EXPECT_EQ(state.health, FollowHealth::disconnected);
  EXPECT_THAT(state.problem, HasSubstr("refuses the password"));
  EXPECT_EQ(adapter().following()->catch_up(one, unasked).error().code,
            ErrorCode::permission_denied);
}

TEST_P(PostgresqlFollow, IsLostWhenProductionHasRemovedTheLogAndCanBeSeededBeside) {
  const auto one = started(streaming());
  ASSERT_TRUE(ok(stop(one)));
  for (int n = 0; n < 3; ++n) {
    world().put(production_, "while away");
    switch_log();
    world().sql(production_, "CHECKPOINT");
  }
  ASSERT_TRUE(ok(bring_up(one)));

  const auto state = state_once(one, FollowHealth::lost);

  EXPECT_EQ(state.health, FollowHealth::lost);
  EXPECT_THAT(state.problem, HasSubstr("no longer has the log"));
  EXPECT_THAT(state.hint, HasSubstr("reseed"));
  auto anew = world().instance("ins_anew", one.config);
  anew.purpose = Purpose::follow;
  ASSERT_TRUE(ok(ingest(anew)));
  ASSERT_TRUE(ok(bring_up(anew)));
  EXPECT_TRUE(ok(adapter().following()->catch_up(anew, unasked)));
}

// A copy of the follower takes production's place, as a standby of its own would.
TEST_P(PostgresqlFollow, GoesOnWithTheServerThatProductionWasSwitchedTo) {
  const auto one = started(streaming());
  ASSERT_TRUE(ok(adapter().following()->catch_up(one, unasked)));
  ASSERT_TRUE(ok(stop(production_)));
  // Its last word, of its own shutdown, is here, too.
  EXPECT_EQ(state_once(one, FollowHealth::disconnected).health, FollowHealth::disconnected);
  auto successor = world().instance("ins_successor", production_.config);
  copy(one, successor);
  successor.port = production_.port;
  successor.login = production_.login;
  production_ = successor;
  start_production();
  world().put(production_, "after the switch");

  ASSERT_TRUE(ok(adapter().following()->catch_up(one, unasked))) << said(one);

  const auto alone = detached(one);
  ASSERT_TRUE(ok(bring_up(alone)));
  EXPECT_TRUE(world().has(alone, "after the switch"));
}

TEST_P(PostgresqlFollow, IsLostWhenProductionWasSwitchedToAServerThatHasLess) {
  const auto one = started(streaming());
  ASSERT_TRUE(ok(adapter().following()->catch_up(one, unasked)));
  auto successor = world().instance("ins_successor", production_.config);
  copy(one, successor);
  world().put(production_, "lost in the switch");
  ASSERT_TRUE(ok(adapter().following()->catch_up(one, unasked)));
  ASSERT_TRUE(ok(stop(production_)));
  successor.port = production_.port;
  successor.login = production_.login;
  production_ = successor;
  start_production();
  world().put(production_, "after the switch");

  const auto state = state_once(one, FollowHealth::lost);

  EXPECT_EQ(state.health, FollowHealth::lost);
  EXPECT_THAT(state.problem, HasSubstr("does not have all"));
}

TEST_P(PostgresqlFollow, IsLostWhenAnotherDatabaseAnswersThere) {
  const auto one = started(streaming());
  ASSERT_TRUE(ok(stop(production_)));
  auto other = world().instance("ins_other", world().good());
  other.port = production_.port;
  other.login = production_.login;
  ASSERT_TRUE(ok(ingest(other)));
  production_ = other;
  start_production();

  const auto state = state_once(one, FollowHealth::lost);

  EXPECT_EQ(state.health, FollowHealth::lost);
  EXPECT_THAT(state.problem, HasSubstr("another database"));
}

TEST_P(PostgresqlFollow, LeavesNothingAtProductionUnlessAskedTo) {
  const auto one = started(streaming());
  ASSERT_TRUE(ok(adapter().following()->catch_up(one, unasked)));
  EXPECT_TRUE(world().sql(production_, "SELECT 1 FROM pg_replication_slots").empty());
  EXPECT_EQ(world()
                .sql(production_,
                     "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'slipstream' "
                     "AND backend_type = 'walsender'")
                .front()
                .front(),
            "1");
}

TEST_P(PostgresqlFollow, HasToBeStartedAgainWhenProductionAllowsMuchMore) {
  const auto one = started(streaming());
  world().sql(production_, "ALTER SYSTEM SET max_connections = 900");
  ASSERT_TRUE(ok(stop(production_)));
  start_production();
  world().put(production_, "with more connections");
  const auto state = state_when(one, [](const FollowState& now) {
    return now.problem.find("allows more") != now.problem.npos;
  });
  EXPECT_THAT(state.problem, HasSubstr("allows more connections"));
  EXPECT_EQ(adapter().following()->catch_up(one, unasked).error().code,
            ErrorCode::precondition_failed);

  ASSERT_TRUE(ok(stop(one)));
  ASSERT_TRUE(ok(bring_up(one)));

  EXPECT_TRUE(ok(adapter().following()->catch_up(one, unasked)));
}

TEST_P(PostgresqlFollow, NeedsWhatItSaysItNeeds) {
  for (const auto& [settings, words] :
       std::vector<std::pair<std::map<std::string, std::string>, std::string>>{
           {{{"follow", "replication"}}, "needs a url"},
           {{{"follow", "archive"}, {"url", url()}}, "needs archive"},
           {{{"follow", "archive"}, {"archive", "/archive"}}, "needs a url or the directory"},
           {{{"follow", "sometimes"}, {"url", url()}}, "replication or archive"},
           {{{"slot", "a"}, {"url", url()}}, "go with follow"},
           {{{"follow", "replication"}, {"url", url()}, {"slot", "A B"}}, "slot must"}}) {
    const auto refused = adapter().validate(world().with(settings));
    ASSERT_FALSE(refused) << words;
    EXPECT_THAT(refused.error().message, HasSubstr(words));
  }
}

// The branch that shows a moment: nobody writes by mistake.
TEST_P(PostgresqlFollow, RefusesToWriteWhereItIsOnlyLookedAt) {
  auto one = world().instance("ins_peek", world().good());
  one.purpose = Purpose::look;
  ASSERT_TRUE(ok(ingest(one)));
  ASSERT_TRUE(ok(bring_up(one)));
  auto session = world().log_in(one, one.login);
  ASSERT_TRUE(ok(session));
  const auto refused = session->query("CREATE TABLE t (n int)");
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().detail, HasSubstr("read-only transaction"));
}

}  // namespace slip
