// SPDX-License-Identifier: Apache-2.0
// Random histories of a server, and random moments of them: what comes back is what was there then,
// or it is refused for a reason that the history has.
// REPLAY_HISTORIES=1000 plays so many, from the seed REPLAY_SEED on.
#include <fmt/format.h>

#include <cstdlib>
#include <random>
#include <thread>

#include "adapters/postgresql/postgresql_world.h"

namespace slip {
namespace {

std::uint64_t number_of(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

class PostgresqlRandomReplay : public AdapterTest {
 protected:
  // After an act: all that had been committed.
  struct State {
    Timestamp begun;  // nothing of the act was there before
    Timestamp ended;  // all of it was there from here on
    std::string rows;
  };

  test::PostgresqlWorld& world() { return static_cast<test::PostgresqlWorld&>(*world_); }
  const Adapter& adapter() { return world().adapter(); }

  void play(std::uint64_t seed, int acts);
  void check(int moments);
  void forget() {
    for (const auto& one : {db_, base_, later_}) std::filesystem::remove_all(one.directory);
  }

 private:
  using Session = postgresql::Session;

  static Timestamp now() {
    const auto time = std::chrono::system_clock::now().time_since_epoch();
    return Timestamp{std::chrono::duration_cast<Duration>(time).count()};
  }
  // Earlier commits have an earlier time than later ones.
  static Timestamp next_moment() {
    const auto next = std::chrono::system_clock::time_point(Duration(now().ms + 3));
    std::this_thread::sleep_until(next);
    return now();
  }
  int random(int below) { return static_cast<int>(random_() % static_cast<unsigned>(below)); }
  std::string number() { return std::to_string(next_++); }
  InstanceContext snapshot(const std::string& id) {
    const auto to = world().instance(id, db_.config);
    EXPECT_TRUE(ok(adapter().flush(db_)));
    EXPECT_TRUE(ok(world().runtime().freeze(db_.id)));
    copy(db_, to);
    EXPECT_TRUE(ok(world().runtime().thaw(db_.id)));
    return to;
  }
  void in_one_session(const std::vector<std::string>& statements,
                      const std::string& database = "postgres") {
    auto session = world().log_in(db_, db_.login, database);
    ASSERT_TRUE(ok(session));
    for (const auto& statement : statements) {
      const auto done = session->query(statement);
      ASSERT_TRUE(ok(done)) << statement;
    }
  }
  // Every row of every table that has a log, of every database.
  std::string rows(const InstanceContext& of) {
    std::string text;
    for (const auto& database :
         world().sql(of, "SELECT datname FROM pg_database WHERE datallowconn ORDER BY 1")) {
      const std::string name = database[0].value_or("");
      text += "\n" + name + ":";
      for (const auto& table :
           world().sql(of,
                       "SELECT format('%I', relname) FROM pg_class WHERE relnamespace = "
                       "'public'::regnamespace AND relkind IN ('r', 'm') AND relpersistence = 'p' "
                       "ORDER BY 1",
                       {}, name)) {
        const std::string which = table[0].value_or("");
        const auto all = world().sql(
            of, "SELECT string_agg(t::text, ';' ORDER BY t::text) FROM " + which + " t", {}, name);
        text += " " + which + "=" + (all.empty() ? "?" : all[0][0].value_or(""));
      }
    }
    return text;
  }
  void act();
  void write_somehow();
  void define_somehow();
  void prepare_somehow();
  void restart();
  Result<> bring_back(const InstanceContext& copy);

  std::mt19937_64 random_;
  InstanceContext db_;
  InstanceContext base_;
  InstanceContext later_;
  std::vector<State> states_;
  std::vector<std::string> prepared_;
  int next_ = 1;
  int tables_ = 0;
  bool has_third_ = false;
};

INSTANTIATE_TEST_SUITE_P(Local, PostgresqlRandomReplay,
                         testing::ValuesIn(test::world_of_each_version()));

void PostgresqlRandomReplay::write_somehow() {
  const std::string n = number();
  const std::string insert = "INSERT INTO numbers VALUES (" + n + ", 'x')";
  switch (random(11)) {
    case 0:
      return in_one_session({"BEGIN", insert, "SAVEPOINT a",
                             "INSERT INTO numbers VALUES (-" + n + ")", "ROLLBACK TO a",
                             "SAVEPOINT b", "INSERT INTO plain VALUES (" + n + ")", "RELEASE b",
                             "COMMIT"});
    case 1:
      return in_one_session(
          {"BEGIN", insert, "UPDATE numbers SET t = 'y' WHERE n < " + n, "ROLLBACK"});
    case 2:
      return in_one_session({"UPDATE numbers SET t = t || '.' WHERE n % 3 = 0"});
    case 3:
      return in_one_session({"DELETE FROM numbers WHERE n = (SELECT min(n) FROM numbers)"});
    case 4:
      return in_one_session({"CREATE TEMPORARY TABLE mine (n int)",
                             "INSERT INTO mine VALUES (" + n + ")",
                             "INSERT INTO numbers SELECT n, 'from mine' FROM mine"});
    case 5:
      return in_one_session({"INSERT INTO unlogged SELECT generate_series(1, 50)"});
    case 6:
      return in_one_session(
          {"INSERT INTO plain SELECT " + n + " * 100000 + s FROM generate_series(1, 400) s"});
    case 7:
      return in_one_session({"INSERT INTO notes VALUES (" + n + ")"}, "other");
    case 8:
      return in_one_session({"TRUNCATE plain"});
    case 9:
      return in_one_session({"BEGIN ISOLATION LEVEL SERIALIZABLE", insert,
                             "INSERT INTO plain SELECT count(*) FROM numbers", "COMMIT"});
    default:
      return in_one_session({insert});
  }
}

void PostgresqlRandomReplay::define_somehow() {
  const std::string table = "made_" + std::to_string(tables_);
  switch (random(7)) {
    case 0:
      in_one_session({"CREATE TABLE made_" + std::to_string(++tables_) +
                      " (n int PRIMARY KEY, s text DEFAULT 'd')"});
      break;
    case 1:
      if (tables_ > 0) {
        in_one_session({"INSERT INTO " + table + " (n) VALUES (1), (2) ON CONFLICT DO NOTHING",
                        "ALTER TABLE " + table + " ADD COLUMN IF NOT EXISTS more int DEFAULT 7"});
      }
      break;
    case 2:
      if (tables_ > 0) in_one_session({"BEGIN", "DROP TABLE " + table, "COMMIT"});
      if (tables_ > 0) --tables_;
      break;
    case 3:
      in_one_session(
          {"BEGIN", "CREATE TABLE never (n int)", "INSERT INTO never VALUES (1)", "ROLLBACK"});
      break;
    case 4:
      in_one_session({"VACUUM FULL plain"});
      break;
    case 5:
      in_one_session({"REFRESH MATERIALIZED VIEW seen"});
      break;
    default:
      in_one_session({has_third_ ? "DROP DATABASE third" : "CREATE DATABASE third TEMPLATE other"});
      has_third_ = !has_third_;
  }
}

// Two phases, with whatever comes between them.
void PostgresqlRandomReplay::prepare_somehow() {
  if (prepared_.empty() || random(2) == 0) {
    const std::string name = "p" + number();
    in_one_session({"BEGIN", "INSERT INTO numbers VALUES (" + number() + ", 'in two phases')",
                    "PREPARE TRANSACTION '" + name + "'"});
    prepared_.push_back(name);
    return;
  }
  const char* end = random(3) == 0 ? "ROLLBACK PREPARED '" : "COMMIT PREPARED '";
  in_one_session({end + prepared_.back() + "'"});
  prepared_.pop_back();
}

void PostgresqlRandomReplay::restart() {
  if (random(2) == 0) {
    ASSERT_TRUE(ok(stop(db_)));
  } else {
    ASSERT_TRUE(ok(world().runtime().stop(db_.id, Duration(0))));
  }
  ASSERT_TRUE(ok(bring_up(db_)));
}

void PostgresqlRandomReplay::act() {
  State state{.begun = now(), .ended = {}, .rows = {}};
  switch (random(20)) {
    case 0:
      restart();
      break;
    case 1:
      in_one_session({"SELECT pg_switch_wal()"});
      break;
    case 2:
      in_one_session({"CHECKPOINT"});
      break;
    case 3:
    case 4:
      prepare_somehow();
      break;
    case 5:
    case 6:
    case 7:
      // What prepared transactions have locked would be waited for.
      if (prepared_.empty()) define_somehow();
      break;
    default:
      write_somehow();
  }
  if (HasFailure()) return;
  state.rows = rows(db_);
  state.ended = next_moment();
  states_.push_back(state);
}

void PostgresqlRandomReplay::play(std::uint64_t seed, int acts) {
  random_.seed(seed);
  tables_ = 0;
  has_third_ = false;
  prepared_.clear();
  db_ = world().instance(fmt::format("ins_{}", seed),
                         world().with({{"conf.max_prepared_transactions", "20"}}));
  ASSERT_TRUE(ok(ingest(db_)));
  ASSERT_TRUE(ok(bring_up(db_)));
  in_one_session({"CREATE TABLE numbers (n int PRIMARY KEY, t text)", "CREATE TABLE plain (n int)",
                  "CREATE UNLOGGED TABLE unlogged (n int)", "CREATE INDEX ON plain (n)",
                  "CREATE MATERIALIZED VIEW seen AS SELECT count(*) FROM plain",
                  "CREATE DATABASE other"});
  in_one_session({"CREATE TABLE notes (n int)"}, "other");
  base_ = snapshot(fmt::format("ins_{}_base", seed));
  states_ = {{.begun = now(), .ended = next_moment(), .rows = rows(db_)}};
  for (int count = 0; count < acts && !HasFailure(); ++count) act();
  if (HasFailure()) return;
  in_one_session({"INSERT INTO numbers VALUES (0, 'after all')"});
  later_ = snapshot(fmt::format("ins_{}_later", seed));
  ASSERT_TRUE(ok(stop(db_)));
}

// Started as often as it takes.
Result<> PostgresqlRandomReplay::bring_back(const InstanceContext& copy) {
  for (;;) {
    auto up = bring_up(copy);
    if (up) return up;
    if (!TRY(adapter().log_replay()->replays_again(copy, up.error().detail))) return up;
    TRY(stop(copy));
  }
}

void PostgresqlRandomReplay::check(int moments) {
  for (int count = 0; count < moments && !HasFailure(); ++count) {
    const auto which = static_cast<std::size_t>(random(static_cast<int>(states_.size())));
    const Timestamp from = states_[which].ended;
    const Timestamp to = which + 1 < states_.size() ? states_[which + 1].begun : from;
    const Timestamp until{from.ms + random(static_cast<int>(to.ms - from.ms) + 1)};
    SCOPED_TRACE(fmt::format("moment {}, after act {}", to_rfc3339(until), which));
    const auto back = world().instance(fmt::format("{}_{}", base_.id.str(), count), base_.config);
    copy(base_, back);
    ASSERT_TRUE(ok(adapter().log_replay()->replay(back, later_.directory, until, unasked)));
    const auto is_back = bring_back(back);
    ASSERT_TRUE(ok(is_back));
    EXPECT_EQ(rows(back), states_[which].rows);
    ASSERT_TRUE(ok(world().runtime().stop(back.id, Duration(0))));
    std::filesystem::remove_all(back.directory);
  }
}

TEST_P(PostgresqlRandomReplay, AMomentComesBackAsItWas) {
  ASSERT_NE(adapter().log_replay(), nullptr);
  const std::uint64_t first = number_of("REPLAY_SEED", std::random_device()());
  const std::uint64_t histories = number_of("REPLAY_HISTORIES", 1);
  for (std::uint64_t seed = first; seed < first + histories && !HasFailure(); ++seed) {
    SCOPED_TRACE(fmt::format("REPLAY_SEED={}", seed));
    play(seed, 40);
    if (!HasFailure()) check(6);
    forget();
  }
}

}  // namespace
}  // namespace slip
