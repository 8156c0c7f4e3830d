#include <fstream>

#include "adapters/postgresql/postgresql_world.h"

namespace slip {

using testing::HasSubstr;

// A production of the test's own, and a source that follows it.
class PostgresqlFollow : public AdapterTest {
 protected:
  test::PostgresqlWorld& world() { return static_cast<test::PostgresqlWorld&>(*world_); }
  const Adapter& adapter() { return world().adapter(); }

  void SetUp() override {
    production_ = world().instance("ins_production", world().good());
    ASSERT_TRUE(ok(ingest(production_)));
    start_production();
    world().put(production_, "before");
  }
  void start_production(const std::vector<std::string>& arguments = {}) {
    ASSERT_TRUE(ok(bring_up(production_, arguments)));
    std::ofstream(production_.directory / "data/pg_hba.conf", std::ios::app)
        << "host replication all 127.0.0.1/32 scram-sha-256\n";
    world().sql(production_, "SELECT pg_reload_conf()");
  }
  std::string url() {
    return "postgresql://slip:secret%20of%20ins_production@127.0.0.1:" +
           std::to_string(production_.port) + "/postgres";
  }
  std::map<std::string, std::string> streaming() {
    return {{"url", url()}, {"follow", "replication"}};
  }
  InstanceContext follower(std::map<std::string, std::string> settings) {
    auto made = world().instance("ins_follower", world().with(std::move(settings)));
    made.purpose = Purpose::follow;
    made.reach = Reach::hooks_only;
    return made;
  }
  // Seeded, and running.
  InstanceContext started(std::map<std::string, std::string> settings) {
    auto made = follower(std::move(settings));
    EXPECT_TRUE(ok(ingest(made)));
    EXPECT_TRUE(ok(bring_up(made)));
    return made;
  }
  FollowState state_of(const InstanceContext& one) {
    const auto log = world().runtime().log(one.id, 32 << 10);
    const auto state = adapter().follow_state(one, log.value_or(std::string()));
    EXPECT_TRUE(ok(state));
    return state.value_or(FollowState());
  }
  std::string said(const InstanceContext& one) {
    return world().runtime().log(one.id, 4000).value_or("(no log)");
  }
  // As soon as the condition holds, or as it is after some seconds.
  template <class Condition>
  FollowState state_when(const InstanceContext& one, const Condition& condition) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    for (;;) {
      const FollowState state = state_of(one);
      if (condition(state) || std::chrono::steady_clock::now() > deadline) return state;
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
  }
  FollowState state_once(const InstanceContext& one, FollowHealth health) {
    return state_when(one, [&](const FollowState& state) { return state.health == health; });
  }
  // The follower as a driver's snapshot of it.
  InstanceContext snapshot(const InstanceContext& from, const std::string& id) {
    auto taken = world().instance(id, from.config);
    taken.purpose = Purpose::follow;
    const auto status = world().runtime().status(from.id);
    const bool runs = status && status->state == InstanceState::running;
    if (runs) {
      EXPECT_TRUE(ok(world().runtime().freeze(from.id)));
    }
    copy(from, taken);
    if (runs) {
      EXPECT_TRUE(ok(world().runtime().thaw(from.id)));
    }
    return taken;
  }
  // Production's time; nothing it commits from here on has this or an earlier one.
  Timestamp production_time() {
    const auto position = adapter().position(production_);
    EXPECT_TRUE(ok(position));
    std::this_thread::sleep_until(
        std::chrono::system_clock::time_point(std::chrono::milliseconds(position->at.ms + 2)));
    return position->at;
  }
  // What a container would get of the past, by the log of a later snapshot.
  InstanceContext rewound(const InstanceContext& base, const InstanceContext& later,
                          Timestamp until, const std::string& id) {
    auto clone = snapshot(base, id);
    EXPECT_TRUE(ok(adapter().replay(clone, later.directory, until, unasked)));
    EXPECT_TRUE(ok(adapter().detach({clone.config, clone.directory, unasked})));
    clone.purpose = Purpose::work;
    clone.reach = Reach::everybody;
    EXPECT_TRUE(ok(bring_up(clone)));
    return clone;
  }
  // What a container would get of it now.
  InstanceContext detached(const InstanceContext& from) {
    auto copy_of_it = world().instance("ins_detached", from.config);
    EXPECT_TRUE(ok(world().runtime().freeze(from.id)));
    copy(from, copy_of_it);
    EXPECT_TRUE(ok(world().runtime().thaw(from.id)));
    EXPECT_TRUE(ok(adapter().detach({from.config, copy_of_it.directory, unasked})));
    return copy_of_it;
  }
  void switch_log() { world().sql(production_, "SELECT pg_switch_wal()"); }

  InstanceContext production_;
};

INSTANTIATE_TEST_SUITE_P(Local, PostgresqlFollow,
                         testing::Values([] { return std::make_unique<test::PostgresqlWorld>(); }));

TEST_P(PostgresqlFollow, IsUpToDateAndItsCopiesStandAlone) {
  const auto one = started(streaming());
  world().put(production_, "while followed");

  ASSERT_TRUE(ok(adapter().catch_up(one, unasked)));

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
  ASSERT_TRUE(ok(adapter().catch_up(one, unasked)));
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
  ASSERT_TRUE(ok(adapter().catch_up(one, unasked)));
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
  ASSERT_TRUE(ok(adapter().catch_up(one, unasked)));
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
  const auto refused = adapter().catch_up(one, unasked);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::unavailable);

  start_production();
  world().put(production_, "after the outage");
  ASSERT_TRUE(ok(adapter().catch_up(one, unasked)));
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
  EXPECT_EQ(adapter().catch_up(one, unasked).error().code, ErrorCode::permission_denied);
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
  EXPECT_TRUE(ok(adapter().catch_up(anew, unasked)));
}

// A copy of the follower takes production's place, as a standby of its own would.
TEST_P(PostgresqlFollow, GoesOnWithTheServerThatProductionWasSwitchedTo) {
  const auto one = started(streaming());
  ASSERT_TRUE(ok(adapter().catch_up(one, unasked)));
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

  ASSERT_TRUE(ok(adapter().catch_up(one, unasked))) << said(one);

  const auto alone = detached(one);
  ASSERT_TRUE(ok(bring_up(alone)));
  EXPECT_TRUE(world().has(alone, "after the switch"));
}

TEST_P(PostgresqlFollow, IsLostWhenProductionWasSwitchedToAServerThatHasLess) {
  const auto one = started(streaming());
  ASSERT_TRUE(ok(adapter().catch_up(one, unasked)));
  auto successor = world().instance("ins_successor", production_.config);
  copy(one, successor);
  world().put(production_, "lost in the switch");
  ASSERT_TRUE(ok(adapter().catch_up(one, unasked)));
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

TEST_P(PostgresqlFollow, ByTheLogFilesThatProductionArchives) {
  // Where our own servers keep their log is an archive as production would have one.
  const std::map<std::string, std::string> settings{
      {"url", url()}, {"follow", "archive"}, {"archive", (production_.directory / "log").string()}};
  const auto one = started(settings);
  world().put(production_, "archived");
  switch_log();
  const auto archived = [&] {
    return world().sql(production_, "SELECT last_archived_wal FROM pg_stat_archiver").front()[0];
  };
  const auto wanted =
      world().sql(production_, "SELECT pg_walfile_name(pg_switch_wal())").front()[0];
  const auto state = state_when(one, [&](const FollowState& now) {
    return archived() >= wanted && now.lag_bytes == 0 && now.health == FollowHealth::following;
  });
  EXPECT_EQ(state.problem, "");
  ASSERT_TRUE(ok(adapter().catch_up(one, unasked)));
  const auto alone = detached(one);
  ASSERT_TRUE(ok(bring_up(alone)));
  EXPECT_TRUE(world().has(alone, "archived")) << said(one) << "\nALONE\n" << said(alone);
  ASSERT_TRUE(ok(stop(alone)));

  // It can be brought back by the files it was made of.
  const auto base = snapshot(one, "ins_base");
  world().put(production_, "archived later");
  const Timestamp then = production_time();
  world().put(production_, "archived last");
  switch_log();
  Timestamp reached;
  const auto patience = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (reached <= then && std::chrono::steady_clock::now() < patience) {
    const auto caught_up = adapter().catch_up(one, unasked);
    ASSERT_TRUE(ok(caught_up));
    reached = *caught_up;
  }
  ASSERT_GT(reached, then) << "what the archive has is the time it says";
  ASSERT_LE(reached, production_time());
  const auto back = rewound(base, snapshot(one, "ins_later"), then, "ins_back");
  EXPECT_TRUE(world().has(back, "archived later"));
  EXPECT_FALSE(world().has(back, "archived last"));
  ASSERT_TRUE(ok(stop(back)));

  // A file that is missing keeps those after it from being of use.
  ASSERT_TRUE(ok(stop(one)));
  world().put(production_, "in the missing file");
  const auto missing =
      world().sql(production_, "SELECT pg_walfile_name(pg_switch_wal())").front()[0];
  world().put(production_, "in the next");
  const auto next = world().sql(production_, "SELECT pg_walfile_name(pg_switch_wal())").front()[0];
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (archived() < next && std::chrono::steady_clock::now() < deadline) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  ASSERT_TRUE(std::filesystem::remove(production_.directory / "log" / (*missing + ".zst")));
  ASSERT_TRUE(ok(bring_up(one)));
  const auto lost = state_once(one, FollowHealth::lost);
  EXPECT_EQ(lost.health, FollowHealth::lost);
  EXPECT_THAT(lost.problem, HasSubstr("lacks the log file"));
}

// As backups lie beside an archive.
TEST_P(PostgresqlFollow, BeginsWithABackupWhoseLogOnlyTheArchiveHas) {
  world().put(production_, "in the backup");
  const auto backup = world().files() / "backup";
  const auto versions = postgresql::find_server_versions(test::program_folders());
  const auto copied =
      run_ok(Command{.argv = {*postgresql::find_client(versions, versions.front(), "pg_basebackup"),
                              "--pgdata", backup.string(), "--dbname", url(), "--wal-method=none",
                              "--checkpoint=fast", "--no-sync"}});
  ASSERT_TRUE(ok(copied));
  switch_log();
  const auto one = follower({{"follow", "archive"},
                             {"directory", backup.string()},
                             {"archive", (production_.directory / "log").string()}});
  ASSERT_TRUE(ok(ingest(one)));
  auto seed = world().instance("ins_seed", one.config);
  copy(one, seed);

  const auto alone = adapter().detach({seed.config, seed.directory, unasked});

  ASSERT_TRUE(ok(alone));
  seed.config = world().good();
  ASSERT_TRUE(ok(bring_up(seed)));
  EXPECT_TRUE(world().has(seed, "in the backup"));
}

TEST_P(PostgresqlFollow, WithASlotOnlyWhereProductionLimitsIt) {
  auto settings = streaming();
  settings["slot"] = "slipstream_qa";
  world().sql(production_, "ALTER SYSTEM SET max_slot_wal_keep_size = -1");
  world().sql(production_, "SELECT pg_reload_conf()");
  const auto refused = ingest(follower(settings));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::precondition_failed);
  EXPECT_THAT(refused.error().hint, HasSubstr("max_slot_wal_keep_size"));

  world().sql(production_, "ALTER SYSTEM SET max_slot_wal_keep_size = '100MB'");
  world().sql(production_, "SELECT pg_reload_conf()");
  const auto one = started(settings);
  const auto state = state_once(one, FollowHealth::following);
  ASSERT_TRUE(state.kept_bytes);
  EXPECT_LT(*state.kept_bytes, 100 << 20);
  ASSERT_TRUE(ok(stop(one)));

  // Linked anew, with another password, say.
  ASSERT_TRUE(ok(adapter().leave_origin(one.config, {one.config})));
  EXPECT_FALSE(world().sql(production_, "SELECT 1 FROM pg_replication_slots").empty());

  ASSERT_TRUE(ok(adapter().leave_origin(one.config, {})));

  EXPECT_TRUE(world().sql(production_, "SELECT 1 FROM pg_replication_slots").empty());
}

TEST_P(PostgresqlFollow, MakesItsSlotAnewWhereProductionWasSwitchedToAServerWithoutIt) {
  world().sql(production_, "ALTER SYSTEM SET max_slot_wal_keep_size = '100MB'");
  world().sql(production_, "SELECT pg_reload_conf()");
  auto settings = streaming();
  settings["slot"] = "slipstream_qa";
  const auto one = started(settings);
  ASSERT_TRUE(ok(adapter().catch_up(one, unasked)));
  ASSERT_TRUE(ok(stop(one)));
  world().sql(production_, "SELECT pg_drop_replication_slot('slipstream_qa')");
  world().put(production_, "without the slot");
  ASSERT_TRUE(ok(bring_up(one)));
  EXPECT_THAT(state_once(one, FollowHealth::disconnected).problem, HasSubstr("replication slot"));

  ASSERT_TRUE(ok(adapter().catch_up(one, unasked))) << said(one);

  EXPECT_EQ(state_once(one, FollowHealth::following).problem, "");
  EXPECT_FALSE(world().sql(production_, "SELECT 1 FROM pg_replication_slots").empty());
}

TEST_P(PostgresqlFollow, IsRefusedWhereProductionWouldWaitForIt) {
  for (const char* names : {"*", "FIRST 1 (\"other\", slipstream)"}) {
    ASSERT_TRUE(ok(stop(production_)));
    start_production({"-c", std::string("synchronous_standby_names=") + names, "-c",
                      "synchronous_commit=local"});
    const auto refused = ingest(follower(streaming()));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::precondition_failed);
    EXPECT_THAT(refused.error().message, HasSubstr("synchronous_standby_names"));
  }
}

// Production's words may be in any language.
TEST_P(PostgresqlFollow, ShowsWhatProductionSaysWhereItIsNotUnderstood) {
  const auto one = started(streaming());
  ASSERT_TRUE(ok(stop(production_)));
  state_once(one, FollowHealth::disconnected);
  const auto state = adapter().follow_state(
      one,
      "FATAL:  could not receive data from WAL stream: FEHLER:  das angeforderte WAL-Segment "
      "000000010000000000000002 wurde schon entfernt\nLOG:  waiting for WAL\n");
  ASSERT_TRUE(ok(state));
  EXPECT_THAT(state->problem, testing::EndsWith("000000010000000000000002 wurde schon entfernt"));
  EXPECT_THAT(state->hint, HasSubstr("slip source reseed"));
}

TEST_P(PostgresqlFollow, SeesTheCertificatesThatItsUrlNames) {
  const auto certificate = world().files() / "production.crt";
  std::ofstream(certificate) << "a certificate";
  auto settings = streaming();
  settings["url"] += "?sslrootcert=" + certificate.string() + "&sslkey=/nowhere.key";
  const auto one = follower(streaming());
  ASSERT_TRUE(ok(ingest(one)));
  auto other = one;
  other.config = world().with(settings);
  const auto spec = adapter().launch(other);
  ASSERT_TRUE(ok(spec));
  EXPECT_THAT((*spec)->readable, testing::Contains(certificate));
  EXPECT_THAT((*spec)->readable, testing::Not(testing::Contains("/nowhere.key")));
}

// A copy must not do what production does by itself, nor tell what its files and settings say.
TEST_P(PostgresqlFollow, HasCopiesWithoutProductionsTies) {
  world().sql(production_,
              "CREATE SUBSCRIPTION theirs CONNECTION 'host=127.0.0.1 port=1 password=hush' "
              "PUBLICATION p WITH (connect = false)");
  world().sql(production_, "ALTER SUBSCRIPTION theirs ENABLE");
  world().sql(production_, "ALTER SYSTEM SET hot_standby_feedback = on");
  world().sql(production_, "ALTER SYSTEM SET recovery_end_command = 'echo hush'");
  ASSERT_TRUE(ok(stop(production_)));
  const auto data = production_.directory / "data";
  std::filesystem::create_directory(data / "log");
  for (const char* file : {"log/postgresql.log", "server.key"}) {
    std::ofstream(data / file) << "hush";
    ASSERT_EQ(::chmod((data / file).c_str(), 0644), 0);
  }
  start_production({"-c", "max_prepared_transactions=10"});
  std::ofstream(data / "postgresql.conf", std::ios::app) << "primary_conninfo = 'password=hush'\n";
  world().put(production_, "before");
  auto session = world().log_in(production_, production_.login);
  ASSERT_TRUE(ok(session));
  for (const char* statement : {"BEGIN", "LOCK TABLE notes", "PREPARE TRANSACTION 'in doubt'"}) {
    ASSERT_TRUE(ok(session->query(statement)));
  }

  const auto one = started(streaming());
  ASSERT_TRUE(ok(adapter().catch_up(one, unasked)));
  const auto alone = detached(one);
  ASSERT_TRUE(ok(bring_up(alone)));

  EXPECT_EQ(world().sql(alone, "SELECT subenabled, subconninfo, subslotname FROM pg_subscription"),
            (std::vector<postgresql::Row>{{"f", "", std::nullopt}}));
  EXPECT_TRUE(world().sql(alone, "SELECT 1 FROM pg_prepared_xacts").empty());
  EXPECT_TRUE(world().has(alone, "before")) << "and nobody has it locked";
  const std::pair<const char*, const char*> settings[] = {{"max_logical_replication_workers", "0"},
                                                          {"hot_standby_feedback", "off"},
                                                          {"recovery_end_command", ""}};
  for (const auto& [name, value] : settings) {
    EXPECT_EQ(world().sql(alone, std::string("SHOW ") + name).front().front(), value) << name;
  }
  for (const auto& directory : {one.directory, alone.directory}) {
    EXPECT_EQ(run(Command{.argv = {"grep", "-rlI", "hush", directory.string()}})->out, "");
  }
}

// A standby that is behind has nothing of what was committed since.
TEST_P(PostgresqlFollow, KnowsHowFarAStandbyIsThatItFollows) {
  auto standby = started(streaming());
  ASSERT_TRUE(ok(adapter().catch_up(standby, unasked)));
  ASSERT_TRUE(ok(stop(standby)));
  // For others to follow, as one of production's own.
  const auto access = standby.directory / "pg_hba.conf";
  std::filesystem::copy_file(production_.directory / "data/pg_hba.conf", access);
  ASSERT_EQ(::chmod(access.c_str(), 0644), 0);
  ASSERT_TRUE(ok(bring_up(
      standby, {"-c", "listen_addresses=127.0.0.1", "-c", "hba_file=" + access.string()})));
  standby.login = production_.login;
  auto one = world().instance(
      "ins_of_the_standby",
      world().with({{"url", "postgresql://slip:secret%20of%20ins_production@127.0.0.1:" +
                                std::to_string(standby.port) + "/postgres"},
                    {"follow", "replication"}}));
  one.purpose = Purpose::follow;
  one.reach = Reach::hooks_only;
  ASSERT_TRUE(ok(ingest(one)));
  ASSERT_TRUE(ok(bring_up(one)));
  world().sql(standby, "SELECT pg_wal_replay_pause()");
  world().put(production_, "late");
  const Timestamp then = production_time();
  const auto has_received = [&] {
    const auto rows =
        world().sql(standby, "SELECT pg_last_wal_receive_lsn() > pg_last_wal_replay_lsn()");
    return rows.front().front() == "t";
  };
  const auto patience = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (!has_received() && std::chrono::steady_clock::now() < patience) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }

  const auto behind = adapter().catch_up(one, unasked);
  ASSERT_TRUE(ok(behind));
  EXPECT_LT(*behind, then);

  world().sql(standby, "SELECT pg_wal_replay_resume()");
  Timestamp reached;
  while (reached < then && std::chrono::steady_clock::now() < patience) {
    const auto caught_up = adapter().catch_up(one, unasked);
    ASSERT_TRUE(ok(caught_up));
    reached = *caught_up;
  }
  EXPECT_GE(reached, then);
  const auto alone = detached(one);
  ASSERT_TRUE(ok(bring_up(alone)));
  EXPECT_TRUE(world().has(alone, "late"));
}

TEST_P(PostgresqlFollow, LeavesNothingAtProductionUnlessAskedTo) {
  const auto one = started(streaming());
  ASSERT_TRUE(ok(adapter().catch_up(one, unasked)));
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
  EXPECT_EQ(adapter().catch_up(one, unasked).error().code, ErrorCode::precondition_failed);

  ASSERT_TRUE(ok(stop(one)));
  ASSERT_TRUE(ok(bring_up(one)));

  EXPECT_TRUE(ok(adapter().catch_up(one, unasked)));
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
