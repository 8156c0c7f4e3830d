// SPDX-License-Identifier: Apache-2.0
#include "adapters/postgresql/postgresql_random_history.h"

#include <algorithm>
#include <future>
#include <set>

namespace slip {

namespace {

constexpr int kSessions = 4;
constexpr int kDeeds = 12;    // of each in one crowd
constexpr int kMoments = 50;  // of one history, at most

}  // namespace

void PostgresqlRandomHistory::in_one_session(const std::vector<std::string>& statements,
                                             const std::string& database) {
  auto session = world().log_in(production_, production_.login, database);
  ASSERT_TRUE(ok(session));
  for (const auto& statement : statements) {
    const auto done = session->query(statement, {}, std::chrono::minutes(1));
    ASSERT_TRUE(ok(done)) << statement;
  }
}

std::string PostgresqlRandomHistory::rows(const InstanceContext& of) {
  std::string text;
  for (const auto& database :
       world().sql(of,
                   "SELECT datname FROM pg_database WHERE datallowconn AND NOT datistemplate "
                   "ORDER BY 1")) {
    const std::string name = database[0].value_or("");
    text += "\n" + name + ":";
    auto session = world().log_in(of, of.login, name);
    EXPECT_TRUE(ok(session));
    if (!session) continue;
    const auto tables = session->query(
        "SELECT format('SELECT %L, string_agg(t::text, '';'' ORDER BY t::text) FROM %I t', "
        "relname, "
        "relname) FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', "
        "'m') AND relpersistence = 'p' AND relname NOT IN ('crowd', 'tills') UNION ALL SELECT "
        "'SELECT ''large objects'', "
        "string_agg(loid || encode(data, ''escape''), '';'' ORDER BY loid, pageno) FROM "
        "pg_largeobject' ORDER BY 1");
    EXPECT_TRUE(ok(tables));
    if (!tables) continue;
    for (const auto& table : *tables) {
      const auto all = session->query(*table[0]);
      EXPECT_TRUE(ok(all));
      if (all) text += " " + all->front()[0].value_or("") + "=" + all->front()[1].value_or("");
    }
  }
  return text;
}

void PostgresqlRandomHistory::write_somehow() {
  const std::string n = number();
  const std::string insert = "INSERT INTO numbers VALUES (" + n + ", 'x')";
  switch (random(15)) {
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
      if (random(2) == 0) return in_one_session({"INSERT INTO passing (t) VALUES ('x')"});
      return in_one_session(
          {"INSERT INTO plain SELECT " + n + " * 100000 + s FROM generate_series(1, 400) s"});
    case 7:
      return in_one_session({"INSERT INTO notes VALUES (" + n + ")"}, "other");
    case 8:
      return in_one_session({"TRUNCATE plain"});
    case 9:
      return in_one_session({"BEGIN ISOLATION LEVEL SERIALIZABLE", insert,
                             "INSERT INTO plain SELECT count(*) FROM numbers", "COMMIT"});
    case 10:
      return in_one_session({"INSERT INTO counted (t) SELECT 'x' FROM generate_series(1, 40)"});
    case 11:
      return in_one_session({"BEGIN", "INSERT INTO counted (t) VALUES ('y')", "ROLLBACK",
                             "SELECT setval('counted_n_seq', (SELECT max(n) + 7 FROM counted))"});
    case 12:
      return in_one_session({"SELECT lo_from_bytea(0, 'large " + n + "')"});
    case 13:
      return in_one_session({"SELECT lo_unlink(min(oid)) FROM pg_largeobject_metadata"});
    default:
      return in_one_session({insert});
  }
}

void PostgresqlRandomHistory::define_somehow() {
  const std::string table = "made_" + std::to_string(tables_);
  switch (random(8)) {
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
    case 6:
      // With its sequence, either of which begins anew when it comes back.
      in_one_session({"DROP TABLE passing",
                      random(2) == 0
                          ? "CREATE UNLOGGED TABLE passing (n serial PRIMARY KEY, t text)"
                          : "CREATE TABLE passing (n serial PRIMARY KEY, t text)",
                      "ALTER TABLE passing SET UNLOGGED"});
      break;
    default:
      // By its blocks, or from 15 on by its files, as they were before that.
      in_one_session({has_third_
                          ? "DROP DATABASE third"
                          : std::string("CREATE DATABASE third TEMPLATE other") +
                                (makes_by_files_ && random(2) == 0 ? " STRATEGY file_copy" : "")});
      has_third_ = !has_third_;
  }
}

// Two phases, with whatever comes between them.
void PostgresqlRandomHistory::prepare_somehow() {
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

// Each adds a row, in turn, and one to the sum of some till; some wait for the disk, some do not.
std::vector<PostgresqlRandomHistory::Deed> PostgresqlRandomHistory::deeds_of(int session,
                                                                             unsigned seed) {
  std::mt19937 chance(seed);
  std::vector<Deed> done;
  auto connection = world().log_in(production_, production_.login, "postgres");
  EXPECT_TRUE(ok(connection));
  if (!connection) return done;
  const auto say = [&](const std::string& statement) {
    const auto said = connection->query(statement, {}, std::chrono::minutes(1));
    EXPECT_TRUE(ok(said)) << statement;
    return said.has_value();
  };
  const auto before = std::ranges::count(deeds_, session, &Deed::session);
  say(chance() % 2 == 0 ? "SET synchronous_commit = off" : "SET synchronous_commit = on");
  for (int count = 0; count < kDeeds; ++count) {
    const int number = static_cast<int>(before + std::ssize(done)) + 1;
    const bool is_taken_back = chance() % 5 == 0;
    const std::string till = std::to_string(chance() % kSessions);
    const bool is_ready = say("BEGIN") &&
                          say(fmt::format("INSERT INTO crowd VALUES ({}, {})", session, number)) &&
                          say("UPDATE tills SET sum = sum + 1 WHERE n = " + till);
    if (!is_ready) break;
    Deed deed{.session = session, .number = number, .begun = now(), .ended = {}};
    if (!say(is_taken_back ? "ROLLBACK" : "COMMIT")) break;
    deed.ended = now();
    if (!is_taken_back) done.push_back(deed);
  }
  return done;
}

void PostgresqlRandomHistory::crowd() {
  std::vector<std::future<std::vector<Deed>>> all;
  for (int session = 0; session < kSessions; ++session) {
    const auto seed = static_cast<unsigned>(random_());
    all.push_back(
        std::async(std::launch::async, [this, session, seed] { return deeds_of(session, seed); }));
  }
  std::vector<Deed> done;
  for (auto& one : all) {
    const auto deeds = one.get();
    done.insert(done.end(), deeds.begin(), deeds.end());
  }
  deeds_.insert(deeds_.end(), done.begin(), done.end());
}

// One that was done by then is there, and none that had not been begun; what was under way may be,
// but no session's later deed without its earlier ones, and none by half.
void PostgresqlRandomHistory::expect_crowd(const InstanceContext& back, Timestamp until) {
  std::map<int, std::set<int>> there;
  for (const auto& row : world().sql(back, "SELECT session, n FROM crowd")) {
    there[std::stoi(row[0].value_or("0"))].insert(std::stoi(row[1].value_or("0")));
  }
  for (const auto& deed : deeds_) {
    const bool is_there = there[deed.session].contains(deed.number);
    const auto which = fmt::format("{} of session {}, from {} to {}", deed.number, deed.session,
                                   to_rfc3339(deed.begun), to_rfc3339(deed.ended));
    if (deed.ended <= until) {
      EXPECT_TRUE(is_there) << which;
    }
    if (deed.begun > until) {
      EXPECT_FALSE(is_there) << which;
    }
  }
  for (const auto& [session, numbers] : there) {
    if (numbers.empty()) continue;
    EXPECT_EQ(*numbers.rbegin(), std::ssize(numbers)) << session;
  }
  EXPECT_EQ(world().sql(back, "SELECT sum(sum) = (SELECT count(*) FROM crowd) FROM tills")[0][0],
            "t");
}

void PostgresqlRandomHistory::restart() {
  if (random(2) == 0) {
    ASSERT_TRUE(ok(stop(production_)));
  } else {
    ASSERT_TRUE(ok(world().runtime().stop(production_.id, Duration(0))));
  }
  bring_up_again();
}

void PostgresqlRandomHistory::act() {
  State state{.begun = now(), .ended = {}, .rows = {}};
  switch (random(22)) {
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
    case 8:
    case 9:
      crowd();
      state.is_crowd = true;
      break;
    default:
      write_somehow();
  }
  if (HasFailure()) return;
  state.rows = rows(production_);
  state.ended = next_moment();
  states_.push_back(state);
}

void PostgresqlRandomHistory::make(std::uint64_t seed) {
  random_.seed(seed);
  tables_ = 0;
  has_third_ = false;
  prepared_.clear();
  deeds_.clear();
  name_ = fmt::format("ins_{}", seed);
  production_ = world().instance(name_, world().with({{"conf.max_prepared_transactions", "20"},
                                                      {"conf.wal_keep_size", "1GB"}}));
  ASSERT_TRUE(ok(ingest(production_)));
  bring_up_again();
  in_one_session(
      {"CREATE TABLE numbers (n int PRIMARY KEY, t text)", "CREATE TABLE plain (n int)",
       "CREATE TABLE counted (n serial PRIMARY KEY, t text)",
       "CREATE UNLOGGED TABLE unlogged (n int)",
       "CREATE UNLOGGED TABLE passing (n serial PRIMARY KEY, t text)", "CREATE INDEX ON plain (n)",
       "CREATE TABLE crowd (session int, n int)", "CREATE TABLE tills (n int, sum int)",
       "INSERT INTO tills SELECT n, 0 FROM generate_series(0, 3) n",
       "CREATE MATERIALIZED VIEW seen AS SELECT count(*) FROM plain", "CREATE DATABASE other"});
  in_one_session({"CREATE TABLE notes (n int)"}, "other");
  makes_by_files_ =
      world()
          .sql(production_, "SELECT current_setting('server_version_num')::int >= 150000")
          .front()[0] == "t";
}

void PostgresqlRandomHistory::play(int acts) {
  begin();
  states_ = {{.begun = now(), .ended = next_moment(), .rows = rows(production_)}};
  for (int count = 0; count < acts && !HasFailure(); ++count) act();
  if (HasFailure()) return;
  in_one_session({"INSERT INTO numbers VALUES (0, 'after all')"});
  end();
  ASSERT_TRUE(ok(stop(production_)));
}

// Before a crowd as often as before all else together.
std::size_t PostgresqlRandomHistory::some_state() {
  std::vector<std::size_t> before_crowds;
  for (std::size_t next = 1; next < states_.size(); ++next) {
    if (states_[next].is_crowd) before_crowds.push_back(next - 1);
  }
  if (!before_crowds.empty() && random(2) == 0) {
    return before_crowds[static_cast<std::size_t>(random(static_cast<int>(before_crowds.size())))];
  }
  return static_cast<std::size_t>(random(static_cast<int>(states_.size())));
}

void PostgresqlRandomHistory::check(test::Moments& moments) {
  for (int count = 0; count < kMoments && !moments.are_enough() && !HasFailure(); ++count) {
    const auto which = some_state();
    const Timestamp from = states_[which].ended;
    const State& next = states_[std::min(which + 1, states_.size() - 1)];
    const Timestamp to = std::max(from, next.is_crowd ? next.ended : next.begun);
    const Timestamp until{from.ms + random(static_cast<int>(to.ms - from.ms) + 1)};
    SCOPED_TRACE(fmt::format("moment {}, after act {}", to_rfc3339(until), which));
    const auto back = bring_back(until, fmt::format("{}_back_{}", name_, count));
    ASSERT_TRUE(ok(back));
    EXPECT_EQ(rows(*back), states_[which].rows);
    expect_crowd(*back, until);
    // Its sequences give nothing again that is there.
    world().sql(*back, "INSERT INTO counted (t) VALUES ('its own')");
    world().sql(*back, "INSERT INTO passing (t) VALUES ('its own')");
    ASSERT_TRUE(ok(world().runtime().stop(back->id, Duration(0))));
    std::filesystem::remove_all(back->directory);
    moments.add();
  }
}

void PostgresqlRandomHistory::run_histories(int acts) {
  ASSERT_NE(adapter().log_replay(), nullptr);
  test::Moments moments(50);
  while (!moments.are_enough() && !HasFailure()) {
    const std::uint64_t seed = moments.next_seed();
    SCOPED_TRACE(fmt::format("MOMENTS_SEED={}", seed));
    make(seed);
    if (!HasFailure()) play(acts);
    if (!HasFailure()) check(moments);
    for (const auto& one : {production_, base_, later_}) {
      std::filesystem::remove_all(one.directory);
    }
  }
  RecordProperty("moments", std::to_string(moments.seen()));
  fmt::print("{} moments\n", moments.seen());
}

}  // namespace slip
