// SPDX-License-Identifier: Apache-2.0
// Going back to any moment, with real servers.
#include <fmt/format.h>

#include <thread>

#include "adapters/postgresql/postgresql_world.h"
#include "tests/support/expect_result.h"

namespace slip {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class Replay : public AdapterTest {
 protected:
  test::PostgresqlWorld& world() { return static_cast<test::PostgresqlWorld&>(*world_); }
  // As a driver's snapshot of a running server, frozen meanwhile.
  InstanceContext snapshot(const InstanceContext& of, const std::string& name) {
    EXPECT_OK(world().adapter().flush(of));
    EXPECT_OK(world().runtime().freeze(of.id));
    const auto taken = world().instance(name, of.config);
    copy(of, taken);
    EXPECT_OK(world().runtime().thaw(of.id));
    return taken;
  }
  // The server's time now; nothing it commits from here on has this or an earlier one.
  Timestamp now(const InstanceContext& of) {
    const auto position = world().adapter().position(of);
    EXPECT_OK(position);
    std::this_thread::sleep_until(
        std::chrono::system_clock::time_point(std::chrono::milliseconds(position->at.ms + 2)));
    return position->at;
  }
  InstanceContext running(const std::string& name) {
    const auto made = world().instance(name, world().good());
    EXPECT_OK(ingest(made));
    EXPECT_OK(bring_up(made));
    return made;
  }
  void switch_log(const InstanceContext& of) { world().sql(of, "SELECT pg_switch_wal()"); }
  // Until the server has archived what it is through with.
  void wait_archived(const InstanceContext& of) {
    for (;;) {
      const auto rows = world().sql(of,
                                    "SELECT count(*) FROM pg_ls_archive_statusdir() "
                                    "WHERE name LIKE '%.ready'");
      if (rows.empty() || rows.front().front() == "0") return;
    }
  }
};

INSTANTIATE_TEST_SUITE_P(Local, Replay, ::testing::ValuesIn(test::world_of_each_version()));

TEST_P(Replay, LeadsToTheExactMomentOverManyLogFilesAndRestarts) {
  const auto db = running("ins_db");
  world().put(db, "before");
  const auto base = snapshot(db, "ins_base");
  world().put(db, "first");
  switch_log(db);
  const Timestamp after_first = now(db);
  world().put(db, "second");
  switch_log(db);
  // A crash, and so another timeline in the server's own sense.
  ASSERT_OK(world().runtime().stop(db.id, Duration(0)));
  ASSERT_OK(bring_up(db));
  world().put(db, "third");
  const Timestamp after_third = now(db);
  world().put(db, "fourth");
  switch_log(db);
  wait_archived(db);
  const auto later = snapshot(db, "ins_later");
  ASSERT_OK(stop(db));

  for (const bool late : {false, true}) {
    SCOPED_TRACE(late);
    const auto clone = world().instance(late ? "ins_late" : "ins_early", db.config);
    copy(base, clone);
    ASSERT_OK(world().adapter().log_replay()->replay(clone, later.directory,
                                                     late ? after_third : after_first, unasked));
    ASSERT_OK(world().adapter().log_replay()->replay(clone, later.directory,
                                                     late ? after_third : after_first, unasked))
        << "idempotent";
    ASSERT_OK(bring_up(clone));
    EXPECT_TRUE(world().has(clone, "before"));
    EXPECT_TRUE(world().has(clone, "first"));
    EXPECT_EQ(world().has(clone, "second"), late);
    EXPECT_EQ(world().has(clone, "third"), late);
    EXPECT_FALSE(world().has(clone, "fourth"));
    EXPECT_FALSE(std::filesystem::exists(clone.directory / "replay")) << "it has served";
    EXPECT_THAT(*world().runtime().log(clone.id, 1 << 20),
                Not(HasSubstr("checkpoint starting: end-of-recovery")));
    world().put(clone, "own");
    ASSERT_OK(world().runtime().stop(clone.id, Duration(0)));
    ASSERT_OK(bring_up(clone));
    EXPECT_TRUE(world().has(clone, "own")) << "it goes on by itself";
    ASSERT_OK(stop(clone));
  }
}

TEST_P(Replay, ToAMomentAfterTheLastCommitEndsWithAllOfThem) {
  const auto db = running("ins_db");
  const auto base = snapshot(db, "ins_base");
  world().put(db, "last");
  const Timestamp at = now(db);
  const auto later = snapshot(db, "ins_later");
  ASSERT_OK(stop(db));

  ASSERT_OK(world().adapter().log_replay()->replay(base, later.directory, at, unasked));
  ASSERT_OK(bring_up(base));

  EXPECT_TRUE(world().has(base, "last"));
  ASSERT_OK(stop(base));
}

// As a server would that ends too early, or too late: the log itself is asked.
TEST_P(Replay, IsRefusedWhereItHasEndedElsewhereThanAtThatMoment) {
  const auto db = running("ins_db");
  const auto base = snapshot(db, "ins_base");
  world().put(db, "first");
  const Timestamp after_first = now(db);
  world().put(db, "second");
  const Timestamp after_second = now(db);
  world().put(db, "third");
  const auto later = snapshot(db, "ins_later");
  ASSERT_OK(stop(db));

  for (const bool is_early : {true, false}) {
    SCOPED_TRACE(is_early);
    const auto clone = world().instance(is_early ? "ins_early" : "ins_late", db.config);
    copy(base, clone);
    const Timestamp until = is_early ? after_second : after_first;
    const Timestamp server_goes_to = is_early ? after_first : after_second;
    ASSERT_OK(
        world().adapter().log_replay()->replay(clone, later.directory, server_goes_to, unasked));
    std::string target = to_rfc3339(until);
    target.replace(target.find('Z'), 1, "999+00");
    const auto ended =
        bring_up(clone, {}, [&](LaunchSpec&) { std::ofstream(clone.trusted / "until") << target; });
    ASSERT_FALSE(ended);
    EXPECT_EQ(ended.error().code, ErrorCode::out_of_range);
    EXPECT_THAT(ended.error().message,
                HasSubstr(is_early ? "the next transaction" : "the last transaction replayed"));
    ASSERT_OK(stop(clone));
  }
}

// Nothing was written to it between that time and its stop.
TEST_P(Replay, ToAMomentBeforeAServerWasShutDownEndsWithAllItHad) {
  const auto db = running("ins_db");
  const auto base = snapshot(db, "ins_base");
  const auto again = world().instance("ins_again", db.config);
  copy(base, again);
  world().put(db, "last");
  const Timestamp at = now(db);
  ASSERT_OK(stop(db));

  for (const auto& clone : {base, again}) {
    ASSERT_OK(world().adapter().log_replay()->replay(clone, db.directory, at, unasked));
    const bool is_torn = clone.id == again.id;
    // An end of the log, too, but not the one that was promised.
    if (is_torn) std::ofstream(clone.trusted / "last-record") << "FFFF/0";
    const auto first = bring_up(clone);
    ASSERT_FALSE(first);
    const auto goes_on = world().adapter().log_replay()->replays_again(clone, first.error().detail);
    ASSERT_OK(goes_on);
    EXPECT_EQ(*goes_on, !is_torn) << first.error().detail;
    ASSERT_OK(stop(clone));
    if (is_torn) continue;
    ASSERT_OK(bring_up(clone));
    EXPECT_TRUE(world().has(clone, "last"));
    ASSERT_OK(stop(clone));
  }
}

// What the log demands of whoever replays it, and of whoever goes on from there.
TEST_P(Replay, TakesLimitsThatWereRaisedMeanwhile) {
  const auto db = running("ins_db");
  world().put(db, "before");
  const auto base = snapshot(db, "ins_base");
  const auto again = world().instance("ins_again", db.config);
  copy(base, again);
  world().sql(db, "ALTER SYSTEM SET max_prepared_transactions = 10");
  world().sql(db, "ALTER SYSTEM SET max_connections = 130");
  ASSERT_OK(stop(db));
  ASSERT_OK(bring_up(db));
  {
    auto session = world().log_in(db, db.login);
    ASSERT_OK(session);
    for (const std::string name : {"one", "two"}) {
      ASSERT_OK(session->query("BEGIN"));
      ASSERT_OK(session->query("INSERT INTO notes VALUES ('" + name + "')"));
      ASSERT_OK(session->query("PREPARE TRANSACTION '" + name + "'"));
    }
  }
  world().sql(db, "COMMIT PREPARED 'one'");
  const Timestamp at = now(db);
  world().put(db, "too late");
  const auto later = snapshot(db, "ins_later");
  world().sql(db, "COMMIT PREPARED 'two'");
  world().sql(db, "ALTER SYSTEM RESET max_prepared_transactions");
  ASSERT_OK(stop(db));
  ASSERT_OK(bring_up(db));
  world().put(db, "much later");
  const auto lowered = snapshot(db, "ins_lowered");
  ASSERT_OK(stop(db));

  for (const auto& [clone, log] : {std::pair(base, later), std::pair(again, lowered)}) {
    SCOPED_TRACE(log.id.str());
    ASSERT_OK(world().adapter().log_replay()->replay(clone, log.directory, at, unasked));
    if (const auto first = bring_up(clone); !first) {
      ASSERT_EQ(log.id, lowered.id) << first.error().detail;
      const auto more = world().adapter().log_replay()->replays_again(clone, first.error().detail);
      ASSERT_OK(more);
      ASSERT_TRUE(*more) << first.error().detail;
      ASSERT_OK(stop(clone));
      ASSERT_OK(bring_up(clone));
    }
    EXPECT_TRUE(world().has(clone, "one"));
    EXPECT_FALSE(world().has(clone, "two")) << "prepared only";
    EXPECT_FALSE(world().has(clone, "too late"));
    ASSERT_OK(stop(clone));
    ASSERT_OK(bring_up(clone)) << "with what is still prepared";
    world().sql(clone, "COMMIT PREPARED 'two'");
    EXPECT_TRUE(world().has(clone, "two"));
    ASSERT_OK(stop(clone));
  }
}

// No log has them: a file of the server's does, and tells when it was changed last.
TEST_P(Replay, HasTheSettingsThatAlterSystemHadMadeByThen) {
  const auto db = running("ins_db");
  world().sql(db, "ALTER SYSTEM SET work_mem = '7MB'");
  const auto base = snapshot(db, "ins_base");
  const auto again = world().instance("ins_again", db.config);
  copy(base, again);
  world().sql(db, "ALTER SYSTEM SET work_mem = '9MB'");
  // In force from the next start on, and less than the log's server had.
  world().sql(db, "ALTER SYSTEM SET max_connections = 40");
  world().put(db, "before");
  const Timestamp at = now(db);
  world().put(db, "between");
  const auto later = snapshot(db, "ins_later");
  const auto lowered = world().instance("ins_lowered", db.config);
  copy(later, lowered);
  const Timestamp next = now(db);
  world().sql(db, "ALTER SYSTEM RESET max_connections");
  world().put(db, "after");
  const auto last = snapshot(db, "ins_last");
  ASSERT_OK(stop(db));

  struct Case {
    const InstanceContext& clone;
    const InstanceContext& log;
    Timestamp until;
    std::string work_mem;
    bool is_told;
    std::string max_connections = "100";
  };
  for (const auto& one :
       {Case{base, later, at, "9MB", false, "40"}, Case{again, last, at, "7MB", true},
        Case{lowered, last, next, "9MB", true, "40"}}) {
    SCOPED_TRACE(one.clone.id.str());
    std::string told;
    const auto progress = [&](std::string_view what, std::optional<double>) {
      told += what;
      return true;
    };
    ASSERT_OK(
        world().adapter().log_replay()->replay(one.clone, one.log.directory, one.until, progress));
    EXPECT_EQ(told.find("ALTER SYSTEM") != std::string::npos, one.is_told) << told;
    ASSERT_OK(bring_up(one.clone));
    EXPECT_TRUE(world().has(one.clone, "before"));
    EXPECT_FALSE(world().has(one.clone, "after"));
    EXPECT_EQ(world().sql(one.clone, "SHOW work_mem")[0][0], one.work_mem);
    EXPECT_EQ(world().sql(one.clone, "SHOW max_connections")[0][0], one.max_connections);
    ASSERT_OK(stop(one.clone));
  }
}

TEST_P(Replay, HasTheSettingsOfThePointWhereThoseOfThenKeepItFromStarting) {
  const auto db = running("ins_db");
  world().sql(db, "ALTER SYSTEM SET work_mem = '7MB'");
  const auto base = snapshot(db, "ins_base");
  world().sql(db, "ALTER SYSTEM SET shared_preload_libraries = 'nowhere'");
  world().put(db, "before");
  const Timestamp at = now(db);
  world().put(db, "after");
  const auto later = snapshot(db, "ins_later");
  ASSERT_OK(stop(db));

  ASSERT_OK(world().adapter().log_replay()->replay(base, later.directory, at, unasked));
  const auto first = bring_up(base);
  ASSERT_FALSE(first);
  const auto more = world().adapter().log_replay()->replays_again(base, first.error().detail);
  ASSERT_OK(more);
  EXPECT_TRUE(*more);
  ASSERT_OK(stop(base));
  ASSERT_OK(bring_up(base));
  EXPECT_TRUE(world().has(base, "before"));
  EXPECT_FALSE(world().has(base, "after"));
  EXPECT_EQ(world().sql(base, "SHOW work_mem")[0][0], "7MB");
}

// A server that is promoted reads its prepared transactions again from the log: by the name of the
// timeline that they were prepared in, though another went on from within that file.
TEST_P(Replay, HasWhatWasPreparedWhenACrashBeganATimelineWithinTheSameLogFile) {
  const auto db =
      world().instance("ins_db", world().with({{"conf.max_prepared_transactions", "9"}}));
  ASSERT_OK(ingest(db));
  ASSERT_OK(bring_up(db));
  world().put(db, "before");
  const auto base = snapshot(db, "ins_base");
  {
    auto session = world().log_in(db, db.login);
    ASSERT_OK(session);
    for (const char* statement :
         {"BEGIN", "INSERT INTO notes VALUES ('prepared')", "PREPARE TRANSACTION 'pending'"}) {
      ASSERT_OK(session->query(statement));
    }
  }
  const Timestamp at = now(db);
  for (const char* row : {"after", "after the first crash", "after the second"}) {
    world().put(db, row);
    ASSERT_OK(world().runtime().stop(db.id, Duration(0)));
    ASSERT_OK(bring_up(db));
  }
  world().sql(db, "ROLLBACK PREPARED 'pending'");
  switch_log(db);
  wait_archived(db);
  const auto later = snapshot(db, "ins_later");
  ASSERT_OK(stop(db));

  ASSERT_OK(world().adapter().log_replay()->replay(base, later.directory, at, unasked));
  if (const auto first = bring_up(base); !first) {
    const auto more = world().adapter().log_replay()->replays_again(base, first.error().detail);
    ASSERT_OK(more);
    ASSERT_TRUE(*more) << first.error().detail;
    ASSERT_OK(stop(base));
    ASSERT_OK(bring_up(base));
  }

  EXPECT_TRUE(world().has(base, "before"));
  EXPECT_FALSE(world().has(base, "prepared"));
  EXPECT_FALSE(world().has(base, "after"));
  ASSERT_OK(stop(base));
  ASSERT_OK(bring_up(base)) << "with what is still prepared";
  world().sql(base, "COMMIT PREPARED 'pending'");
  EXPECT_TRUE(world().has(base, "prepared"));
  ASSERT_OK(stop(base));
}

// Their init forks are in memory only when the server copies them to where the data is.
TEST_P(Replay, GivesUnloggedTablesThatWereMadeMeanwhileSequencesThatWork) {
  const auto db = running("ins_db");
  world().sql(db, "CREATE UNLOGGED TABLE old (id serial, v text)");
  world().sql(db, "CREATE DATABASE other");
  const auto base = snapshot(db, "ins_base");
  world().sql(db, "CREATE UNLOGGED TABLE made (id serial PRIMARY KEY, v text)");
  world().sql(db, "CREATE TABLE turned (id serial PRIMARY KEY, v text)");
  for (const char* table : {"old", "made", "turned"}) {
    for (int i = 0; i < 3; ++i)
      world().sql(db, fmt::format("INSERT INTO {} (v) VALUES ('a')", table));
  }
  world().sql(db, "ALTER TABLE turned SET UNLOGGED");
  {
    auto other = world().log_in(db, db.login, "other");
    ASSERT_OK(other);
    ASSERT_OK(other->query("CREATE UNLOGGED TABLE made (id serial, v text)"));
  }
  const auto lacks = world().adapter().lacks(db);
  ASSERT_OK(lacks);
  EXPECT_THAT(lacks->as_it_runs, testing::IsSupersetOf(std::vector<std::string>{
                                     "the rows of the unlogged table public.made",
                                     "the next value of the unlogged sequence public.made_id_seq, "
                                     "which begins anew"}));
  world().put(db, "logged");
  const Timestamp at = now(db);
  world().put(db, "after");
  const auto later = snapshot(db, "ins_later");
  ASSERT_OK(stop(db));

  ASSERT_OK(world().adapter().log_replay()->replay(base, later.directory, at, unasked));
  ASSERT_OK(bring_up(base));

  EXPECT_TRUE(world().has(base, "logged"));
  EXPECT_FALSE(world().has(base, "after"));
  auto other = world().log_in(base, base.login, "other");
  ASSERT_OK(other);
  EXPECT_OK(other->query("INSERT INTO made (v) VALUES ('its own')"));
  for (const char* table : {"old", "made", "turned"}) {
    SCOPED_TRACE(table);
    const auto sequence = fmt::format("SELECT nextval('{}_id_seq')", table);
    const auto first = world().sql(base, sequence);
    ASSERT_EQ(first.size(), 1U);
    world().sql(base, fmt::format("INSERT INTO {} (v) VALUES ('its own')", table));
    const auto rows = world().sql(
        base, fmt::format("SELECT id - {}, v FROM {}", first.front()[0].value_or("0"), table));
    ASSERT_EQ(rows.size(), 1U) << "unlogged tables begin anew";
    EXPECT_EQ(rows.front()[0], "1");
    EXPECT_EQ(rows.front()[1], "its own");
  }
  EXPECT_FALSE(std::filesystem::exists(base.directory / "replay")) << "it has served";
  ASSERT_OK(stop(base));
}

// Servers count microseconds.
TEST_P(Replay, HasWhatWasCommittedWithinTheVeryMillisecond) {
  const auto db = running("ins_db");
  world().put(db, "first");
  world().sql(db, "CREATE TABLE hit (i int, ms bigint)");
  const auto base = snapshot(db, "ins_base");
  // Until a commit begins and ends within one millisecond.
  world().sql(db, R"(DO $$DECLARE before timestamptz; BEGIN
    SET synchronous_commit = off;
    FOR i IN 1..1000 LOOP
      INSERT INTO notes VALUES ('try ' || i);
      before := clock_timestamp();
      COMMIT;
      IF date_trunc('milliseconds', before) = date_trunc('milliseconds', clock_timestamp()) THEN
        INSERT INTO hit VALUES
          (i, extract(epoch from date_trunc('milliseconds', before)) * 1000);
        EXIT;
      END IF;
    END LOOP; END$$)");
  const auto hit = world().sql(db, "SELECT i, ms FROM hit");
  ASSERT_EQ(hit.size(), 1U);
  (void)now(db);
  const auto later = snapshot(db, "ins_later");
  ASSERT_OK(stop(db));

  ASSERT_OK(world().adapter().log_replay()->replay(
      base, later.directory, Timestamp{std::stoll(*hit.front()[1])}, unasked));
  ASSERT_OK(bring_up(base));

  EXPECT_TRUE(world().has(base, "try " + *hit.front()[0]));
  ASSERT_OK(stop(base));
}

TEST_P(Replay, IsRefusedWhereAPieceOfTheLogIsMissing) {
  const auto db = running("ins_db");
  const auto base = snapshot(db, "ins_base");
  for (int i = 0; i < 3; ++i) {
    world().put(db, "row");
    switch_log(db);
  }
  wait_archived(db);
  const auto later = snapshot(db, "ins_later");
  ASSERT_OK(stop(db));
  std::vector<std::filesystem::path> archived;
  for (const auto& entry : std::filesystem::directory_iterator(later.directory / "log")) {
    archived.push_back(entry.path());
  }
  ASSERT_GE(archived.size(), 3U);
  std::ranges::sort(archived);
  std::filesystem::remove(archived[1]);
  std::filesystem::remove(later.directory / "data/pg_wal" / archived[1].stem());

  const auto refused =
      world().adapter().log_replay()->replay(base, later.directory, Timestamp{1}, unasked);

  ASSERT_ERROR(refused, out_of_range);
  EXPECT_THAT(refused.error().message, HasSubstr("missing"));
}

// Less than was asked for would be worse than nothing.
TEST_P(Replay, EndsTheServerWhereALogFileIsTorn) {
  const auto db = running("ins_db");
  const auto base = snapshot(db, "ins_base");
  world().put(db, "row");
  switch_log(db);
  world().put(db, "another");
  switch_log(db);
  wait_archived(db);
  const Timestamp at = now(db);
  const auto later = snapshot(db, "ins_later");
  ASSERT_OK(stop(db));
  ASSERT_OK(world().adapter().log_replay()->replay(base, later.directory, at, unasked));
  int torn = 0;
  for (const auto& entry : std::filesystem::directory_iterator(base.directory / "replay")) {
    if (entry.path().extension() != ".zst" || entry.path().stem().extension() == ".history")
      continue;
    std::filesystem::resize_file(entry.path(), entry.file_size() / 2);
    ++torn;
  }
  ASSERT_GT(torn, 0);

  ASSERT_OK(world().adapter().prepare(base));
  const auto spec = world().adapter().launch(base);
  ASSERT_OK(spec);
  ASSERT_OK(world().runtime().start(base.id, **spec));

  ASSERT_OK(world().runtime().wait_exit(base.id, std::chrono::seconds(30)));
  EXPECT_FALSE(world().adapter().ready(base));
  EXPECT_THAT(*world().runtime().log(base.id, 1 << 20), HasSubstr("could not restore file"));
}

TEST_P(Replay, NeedsNoLogThatIsOlderThanWhatIsKept) {
  const auto db = running("ins_db");
  world().put(db, "row");
  switch_log(db);
  wait_archived(db);
  const auto files = [&] {
    return std::distance(std::filesystem::directory_iterator(db.directory / "log"), {});
  };
  ASSERT_GT(files(), 0);
  ASSERT_OK(world().adapter().log_replay()->trim_log(db, Timestamp{0}));
  ASSERT_GT(files(), 0);

  ASSERT_OK(world().adapter().log_replay()->trim_log(db, now(db) + std::chrono::hours(1)));

  EXPECT_EQ(files(), 0);
  EXPECT_TRUE(world().has(db, "row"));
  ASSERT_OK(stop(db));
}

// Such a server can neither archive nor be replayed; it starts all the same.
TEST_P(Replay, IsNotPromisedWhereTheLogIsMinimal) {
  const auto db = world().instance(
      "ins_db", world().with({{"conf.wal_level", "minimal"}, {"conf.max_wal_senders", "0"}}));
  ASSERT_OK(ingest(db));
  ASSERT_OK(bring_up(db));
  EXPECT_EQ(world().sql(db, "SHOW archive_mode").front().front(), "off");
  ASSERT_OK(stop(db));
}

}  // namespace
}  // namespace slip
