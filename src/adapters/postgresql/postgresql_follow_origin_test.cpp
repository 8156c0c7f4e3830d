// SPDX-License-Identifier: Apache-2.0
// Following by the kinds of production that there are; the suite begins in
// postgresql_follow_test.cpp.
#include "adapters/postgresql/follow.h"
#include "adapters/postgresql/postgresql_production.h"
#include "base/file.h"
#include "base/subprocess.h"
#include "base/temporary_directory.h"

namespace slip {

using testing::HasSubstr;

TEST(PostgresqlArchive, HasFilesPackedByAnyOfTheUsualPrograms) {
  const TemporaryDirectory archive;
  std::string command = postgresql::restore_command(archive.path());
  const auto put = [&](const std::string& placeholder, const std::string& text) {
    for (auto at = command.find(placeholder); at != std::string::npos;
         at = command.find(placeholder)) {
      command.replace(at, placeholder.size(), text);
    }
  };
  put("%f", "0000000100000000000000A1");
  put("%p", (archive.path() / "restored").string());
  for (const std::string packer : {"zstd", "gzip", "lz4", "xz", "bzip2"}) {
    const std::string ending = packer == "zstd"    ? "zst"
                               : packer == "gzip"  ? "gz"
                               : packer == "bzip2" ? "bz2"
                                                   : packer;
    const auto packed = archive.path() / ("0000000100000000000000A1." + ending);
    ASSERT_TRUE(
        run_ok({.argv = {"sh", "-c", "printf log | " + packer + " -c >\"$0\"", packed.string()}}));
    ASSERT_TRUE(run_ok({.argv = {"sh", "-c", command}})) << packer;
    EXPECT_EQ(read_file(archive.path() / "restored").value(), "log") << packer;
    std::filesystem::remove(packed);
  }
  EXPECT_EQ(run({.argv = {"sh", "-c", command}}).value().exit_status, 1) << "it is not there";
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
  ASSERT_TRUE(ok(adapter().following()->catch_up(one, unasked)));
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
    const auto caught_up = adapter().following()->catch_up(one, unasked);
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

  const auto alone =
      adapter().following()->detach({seed.config, seed.directory, seed.trusted, unasked});

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
  ASSERT_TRUE(ok(adapter().following()->leave_origin(one.config, {one.config})));
  EXPECT_FALSE(world().sql(production_, "SELECT 1 FROM pg_replication_slots").empty());

  ASSERT_TRUE(ok(adapter().following()->leave_origin(one.config, {})));

  EXPECT_TRUE(world().sql(production_, "SELECT 1 FROM pg_replication_slots").empty());
}

TEST_P(PostgresqlFollow, MakesItsSlotAnewWhereProductionWasSwitchedToAServerWithoutIt) {
  world().sql(production_, "ALTER SYSTEM SET max_slot_wal_keep_size = '100MB'");
  world().sql(production_, "SELECT pg_reload_conf()");
  auto settings = streaming();
  settings["slot"] = "slipstream_qa";
  const auto one = started(settings);
  ASSERT_TRUE(ok(adapter().following()->catch_up(one, unasked)));
  ASSERT_TRUE(ok(stop(one)));
  world().sql(production_, "SELECT pg_drop_replication_slot('slipstream_qa')");
  world().put(production_, "without the slot");
  ASSERT_TRUE(ok(bring_up(one)));
  // It is disconnected before it has tried, too.
  const auto refused = state_when(one, [](const FollowState& state) {
    return state.problem.find("replication slot") != std::string::npos;
  });
  EXPECT_THAT(refused.problem, HasSubstr("replication slot")) << said(one);

  ASSERT_TRUE(ok(adapter().following()->catch_up(one, unasked))) << said(one);

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
  const auto state = adapter().following()->follow_state(
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
  ASSERT_TRUE(ok(adapter().following()->catch_up(one, unasked)));
  const auto alone = detached(one);
  ASSERT_TRUE(ok(bring_up(alone)));

  EXPECT_EQ(world().sql(alone, "SELECT subenabled, subconninfo, subslotname FROM pg_subscription"),
            (postgresql::Rows{{"f", "", std::nullopt}}));
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
  ASSERT_TRUE(ok(adapter().following()->catch_up(standby, unasked)));
  ASSERT_TRUE(ok(stop(standby)));
  // For others to follow, as one of production's own.
  const auto access = standby.directory / "pg_hba.conf";
  std::filesystem::copy_file(production_.trusted / "pg_hba.conf", access);
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

  const auto behind = adapter().following()->catch_up(one, unasked);
  ASSERT_TRUE(ok(behind));
  EXPECT_LT(*behind, then);

  world().sql(standby, "SELECT pg_wal_replay_resume()");
  Timestamp reached;
  while (reached < then && std::chrono::steady_clock::now() < patience) {
    const auto caught_up = adapter().following()->catch_up(one, unasked);
    ASSERT_TRUE(ok(caught_up));
    reached = *caught_up;
  }
  EXPECT_GE(reached, then);
  const auto alone = detached(one);
  ASSERT_TRUE(ok(bring_up(alone)));
  EXPECT_TRUE(world().has(alone, "late"));
}

}  // namespace slip
