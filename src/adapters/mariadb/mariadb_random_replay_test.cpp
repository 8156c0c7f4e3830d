// SPDX-License-Identifier: Apache-2.0
// Random histories of a server, and random seconds of them: what comes back is what was there then,
// or it is refused for a reason that the history has.
#include <fmt/format.h>

#include <algorithm>
#include <random>

#include "adapters/mariadb/binary_log.h"
#include "adapters/mariadb/log_looks.h"
#include "adapters/mariadb/mariadb_world.h"
#include "adapters/mariadb/replay_range.h"
#include "tests/support/moments.h"

namespace slip {
namespace {

constexpr int kActs = 60;     // from one point to the next
constexpr int kMoments = 70;  // of one test
constexpr int kWholeOfStretch =
    2;  // that are carried out, of the moments from one point to the next

class MariadbRandomReplay : private test::InMemory, public AdapterTest {
 protected:
  // Of a session that wrote beside others: its commits, in their order. Each was seen by nobody
  // before it began, and by everybody once it had ended.
  struct Commit {
    Timestamp begun;
    Timestamp ended;
    int n = 0;  // what it wrote: a row of the session's table
  };
  using Commits = std::vector<std::vector<Commit>>;  // by session

  // After an act: all that had been committed, and how far the log was.
  struct State {
    Timestamp begun;  // nothing of the act was there before
    Timestamp ended;  // all of it was there from here on
    std::string rows;
    mariadb::LogPlace log_end;
    std::string refusable;  // why nothing from here on need come back
    Commits beside = {};    // where the act was several sessions'
  };

  test::MariadbWorld& world() { return static_cast<test::MariadbWorld&>(*world_); }
  const Adapter& adapter() { return world().adapter(); }

  void make(std::uint64_t seed);
  // From the newest point on, to another.
  void play();
  void check_beside(const State& state);
  void check(test::Moments& moments);
  void run_histories();

 private:
  static Timestamp now() {
    const auto time = std::chrono::system_clock::now().time_since_epoch();
    return Timestamp{std::chrono::duration_cast<Duration>(time).count()};
  }
  int random(int below) { return static_cast<int>(random_() % static_cast<unsigned>(below)); }
  InstanceContext snapshot(const std::string& id) {
    const auto to = world().instance(id, db_.config);
    EXPECT_TRUE(ok(adapter().flush(db_)));
    EXPECT_TRUE(ok(world().runtime().freeze(db_.id)));
    copy(db_, to);
    EXPECT_TRUE(ok(world().runtime().thaw(db_.id)));
    return to;
  }
  void in_one_session(const std::vector<std::string>& statements) {
    auto session = world().log_in(db_, db_.login);
    ASSERT_TRUE(ok(session));
    for (const auto& statement : statements) {
      const auto done = session->query(world().in_its_words(statement));
      ASSERT_TRUE(ok(done)) << statement << (done ? "" : done.error().detail);
    }
  }
  // Every row of every table that the acts know.
  std::string rows(const InstanceContext& of) {
    std::string text;
    for (const Row& table :
         world().sql(of,
                     "SELECT CONCAT(TABLE_SCHEMA, '.', TABLE_NAME) FROM information_schema.TABLES "
                     "WHERE TABLE_SCHEMA IN ('slip', 'other') ORDER BY 1")) {
      const std::string name = table[0].value_or("");
      text += name + ":";
      std::vector<std::string> all;
      for (const Row& row : world().sql(of, "SELECT * FROM " + name)) {
        std::string line;
        for (const auto& value : row) line += value.value_or("NULL") + ",";
        all.push_back(line + ";");
      }
      std::ranges::sort(all);
      for (const auto& line : all) text += line;
    }
    return text;
  }
  mariadb::LogPlace log_end() {
    const bool is_new =
        world().is_mysql() && world().one(db_,
                                          "SELECT VERSION() >= '8.4' AND VERSION() < '9' OR "
                                          "VERSION() >= '9'") == "1";
    const auto place =
        world().sql(db_, is_new ? "SHOW BINARY LOG STATUS" : "SHOW MASTER STATUS").front();
    const std::string file = place[0].value_or("");
    return {.file = std::stoull(file.substr(file.rfind('.') + 1)),
            .offset = std::stoull(place[1].value_or("0"))};
  }
  void act();
  void write_somehow();
  void write_in_two_phases();
  void restart();
  std::vector<Commit> write_beside(int session, std::uint64_t seed, Timestamp until);
  void sessions_side_by_side();

  using Row = mariadb::Row;
  std::mt19937_64 random_;
  InstanceContext db_;
  InstanceContext base_;
  InstanceContext later_;
  std::unique_ptr<test::LogLooks> looks_;
  std::vector<State> states_;
  std::string refusable_;
  std::string name_;
  std::vector<std::string> prepared_;
  int points_ = 0;
  int next_ = 1;
  int tables_ = 0;
};

// Twice each, side by side.
INSTANTIATE_TEST_SUITE_P(Local, MariadbRandomReplay, testing::ValuesIn(test::worlds()));
INSTANTIATE_TEST_SUITE_P(More, MariadbRandomReplay, testing::ValuesIn(test::worlds()));

void MariadbRandomReplay::write_somehow() {
  const std::string n = std::to_string(next_++);
  const std::string insert = "INSERT INTO slip.numbers VALUES (" + n + ", 'x')";
  switch (random(9)) {
    case 0:
      return in_one_session({insert});
    case 1:
      return in_one_session({"BEGIN", insert, "INSERT INTO other.notes VALUES (" + n + ")",
                             "UPDATE slip.numbers SET t = 'y' WHERE n < " + n, "COMMIT"});
    case 2:
      return in_one_session({"BEGIN", insert, "ROLLBACK"});
    case 3:
      return in_one_session({"INSERT INTO slip.plain VALUES (" + n + ")"});
    case 4:
      return in_one_session({"DELETE FROM slip.numbers ORDER BY n LIMIT 1"});
    case 5:
      return in_one_session({"CREATE TEMPORARY TABLE slip.mine (n INT)",
                             "INSERT INTO slip.mine VALUES (" + n + ")",
                             "INSERT INTO slip.numbers SELECT n, 'from mine' FROM slip.mine"});
    case 6:
      return in_one_session(
          {"SET timestamp = UNIX_TIMESTAMP() + " + std::to_string(random(2) == 0 ? 1000 : -1000),
           insert, "INSERT INTO other.notes VALUES (" + n + ")"});
    case 7:
      return in_one_session({"INSERT INTO other.notes SELECT " + n +
                             " + seq * 100000 FROM "
                             "seq_1_to_400"});
    default:
      return in_one_session({"SET NAMES latin1", "INSERT INTO slip.numbers VALUES (" + n +
                                                     ", CONVERT(x'e4f6fc' USING latin1))"});
  }
}

// What is prepared stays so, whoever was connected, with whatever comes between.
void MariadbRandomReplay::write_in_two_phases() {
  const std::string n = std::to_string(next_++);
  if (prepared_.empty() || random(2) == 0) {
    in_one_session({"XA START 'x" + n + "'", "INSERT INTO other.notes VALUES (" + n + ")",
                    "XA END 'x" + n + "'", "XA PREPARE 'x" + n + "'"});
    prepared_.push_back("'x" + n + "'");
    return;
  }
  in_one_session({(random(3) == 0 ? "XA ROLLBACK " : "XA COMMIT ") + prepared_.back()});
  prepared_.pop_back();
}

void MariadbRandomReplay::restart() {
  looks_.reset();
  if (random(2) == 0) {
    ASSERT_TRUE(ok(stop(db_)));
  } else {
    ASSERT_TRUE(ok(world().runtime().stop(db_.id, Duration(0))));
  }
  ASSERT_TRUE(ok(bring_up(db_)));
  looks_ = std::make_unique<test::LogLooks>(adapter(), db_);
}

// Transactions of one session, with pauses in which those of others begin and end.
std::vector<MariadbRandomReplay::Commit> MariadbRandomReplay::write_beside(int session,
                                                                           std::uint64_t seed,
                                                                           Timestamp until) {
  std::vector<Commit> commits;
  std::mt19937_64 dice(seed);
  auto connection = world().log_in(db_, db_.login);
  EXPECT_TRUE(ok(connection));
  const auto say = [&](const std::string& statement) {
    const auto done = connection->query(statement);
    EXPECT_TRUE(ok(done)) << statement << (done ? "" : done.error().detail);
  };
  const auto pause = [&] {
    std::this_thread::sleep_for(Duration(static_cast<std::int64_t>(dice() % 40)));
  };
  for (int n = 1; connection && now() < until && !HasFailure(); ++n) {
    const std::string insert = fmt::format("INSERT INTO slip.beside_{} VALUES ({})", session, n);
    const bool is_several = dice() % 2 == 0;
    if (is_several) {
      say("BEGIN");
      say(insert);
      say(fmt::format("INSERT INTO slip.shared VALUES ({}, {})", session, n));
      pause();
    }
    Commit commit{.begun = now(), .ended = {}, .n = n};
    say(is_several ? "COMMIT" : insert);
    commit.ended = now();
    commits.push_back(commit);
    pause();
  }
  return commits;
}

// It lasts until seconds have begun meanwhile.
void MariadbRandomReplay::sessions_side_by_side() {
  constexpr int sessions = 3;
  State state{.begun = now(), .ended = {}, .rows = {}, .log_end = {}, .refusable = {}};
  in_one_session(
      {"DROP TABLE IF EXISTS slip.shared", "CREATE TABLE slip.shared (session INT, n INT)"});
  for (int session = 0; session < sessions; ++session) {
    in_one_session({fmt::format("DROP TABLE IF EXISTS slip.beside_{}", session),
                    fmt::format("CREATE TABLE slip.beside_{} (n INT)", session)});
  }
  state.beside.resize(sessions);
  {
    const Timestamp until = now() + Duration(2500);
    std::vector<std::jthread> threads;
    for (int session = 0; session < sessions; ++session) {
      threads.emplace_back([this, session, until, seed = random_(), &state] {
        state.beside[static_cast<std::size_t>(session)] = write_beside(session, seed, until);
      });
    }
  }
  state.ended = now();
  state.rows = rows(db_);
  state.log_end = log_end();
  state.refusable = refusable_;
  states_.push_back(state);
}

// Amid it, every session has what it had committed by then, and nothing that it began later.
void MariadbRandomReplay::check_beside(const State& state) {
  const Timestamp first = state.beside.front().front().ended;
  const Timestamp until{(first.ms / 1000 + 1 + random(2)) * 1000};
  SCOPED_TRACE("beside each other, " + to_rfc3339(until));
  const auto back = world().instance(base_.id.str() + "_beside", base_.config);
  copy(base_, back);
  const auto replayed = adapter().log_replay()->replay(back, later_.directory, until, unasked);
  const bool is_late =
      !replayed && replayed.error().message.find("nobody has looked on") != std::string::npos;
  if (is_late) return;
  ASSERT_TRUE(ok(replayed));
  ASSERT_TRUE(ok(bring_up(back)));
  for (std::size_t session = 0; session < state.beside.size(); ++session) {
    int least = 0;
    int most = 0;
    for (const auto& commit : state.beside[session]) {
      if (commit.ended < until) least = commit.n;
      if (commit.begun < until) most = commit.n;
    }
    const auto has = world().sql(
        back, fmt::format("SELECT COUNT(*), COALESCE(MAX(n), 0) FROM beside_{}", session));
    EXPECT_EQ(has.front()[0], has.front()[1]) << "one after the other";
    EXPECT_GE(std::stoi(has.front()[0].value_or("0")), least);
    EXPECT_LE(std::stoi(has.front()[0].value_or("0")), most);
    EXPECT_EQ(world().one(back, fmt::format("SELECT COUNT(*) FROM shared WHERE session = {0} AND "
                                            "n NOT IN (SELECT n FROM beside_{0})",
                                            session)),
              "0")
        << "half a transaction";
  }
  ASSERT_TRUE(ok(stop(back)));
  std::filesystem::remove_all(back.directory);
}

void MariadbRandomReplay::act() {
  State state{.begun = now(), .ended = {}, .rows = {}, .log_end = {}, .refusable = {}};
  const std::string table = "slip.made_" + std::to_string(tables_);
  switch (random(24)) {
    case 0:
      ++tables_;
      in_one_session({"CREATE TABLE slip.made_" + std::to_string(tables_) +
                      " (n INT PRIMARY KEY, s VARCHAR(20) DEFAULT 'd')"});
      break;
    case 1:
      if (tables_ > 0) in_one_session({"INSERT IGNORE INTO " + table + " (n) VALUES (1), (2)"});
      break;
    case 2:
      if (tables_ > 0) in_one_session({"DROP TABLE " + table});
      if (tables_ > 0) --tables_;
      break;
    case 3:
      in_one_session({"FLUSH BINARY LOGS"});
      break;
    case 4:
      restart();
      break;
    case 5:
      write_in_two_phases();
      break;
    case 6:
      if (random(4) == 0) {
        refusable_ = "was emptied";
        const bool is_new =
            world().is_mysql() && world().one(db_, "SELECT VERSION() >= '8.4'") == "1";
        in_one_session({is_new ? "RESET BINARY LOGS AND GTIDS" : "RESET MASTER"});
        // From before it nothing comes back either.
        for (auto& earlier : states_) earlier.refusable = refusable_;
      }
      break;
    case 7: {
      auto session = world().log_in(db_, db_.login);
      ASSERT_TRUE(ok(session));
      if (random(3) != 0 || !session->query("SET SESSION binlog_format = 'STATEMENT'")) break;
      if (refusable_.empty()) refusable_ = "carried out again";
      ASSERT_TRUE(ok(session->query("INSERT INTO slip.numbers VALUES (" + std::to_string(next_++) +
                                    ", UUID())")));
      break;
    }
    default:
      write_somehow();
  }
  state.ended = now();
  state.rows = rows(db_);
  state.log_end = log_end();
  state.refusable = refusable_;
  states_.push_back(state);
}

void MariadbRandomReplay::make(std::uint64_t seed) {
  random_.seed(seed);
  tables_ = 0;
  points_ = 0;
  prepared_.clear();
  name_ = fmt::format("ins_{}", seed);
  db_ = world().instance(name_, world().good());
  ASSERT_TRUE(ok(world().fill(db_)));
  ASSERT_TRUE(ok(bring_up(db_)));
  looks_ = std::make_unique<test::LogLooks>(adapter(), db_);
  in_one_session({"CREATE TABLE slip.numbers (n INT PRIMARY KEY, t VARCHAR(50))",
                  "CREATE DATABASE other", "CREATE TABLE other.notes (n INT)",
                  "CREATE TABLE slip.plain (n INT) ENGINE=Aria"});
  later_ = snapshot(name_ + "_0");
}

void MariadbRandomReplay::play() {
  base_ = later_;
  refusable_.clear();
  states_ = {
      {.begun = now(), .ended = now(), .rows = rows(db_), .log_end = log_end(), .refusable = {}}};
  const int beside = random(kActs);
  for (int count = 0; count < kActs && !HasFailure(); ++count) {
    count == beside ? sessions_side_by_side() : act();
  }
  const Timestamp end{(now().ms / 1000 + 1) * 1000};
  while (now() < end || !looks_->have_been_at(end)) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  later_ = snapshot(fmt::format("{}_{}", name_, ++points_));
}

// Every second of it by what of the log would be carried out; some by carrying it out.
void MariadbRandomReplay::check(test::Moments& moments) {
  const Directory own = Directory::open(base_.directory / "log").value();
  const Directory theirs = Directory::open(later_.directory / "log").value();
  const auto files = mariadb::binlog_files_in(theirs).value();
  int whole = 0;
  int seconds = 0;
  int late = 0;
  for (std::int64_t ms = (states_.front().ended.ms / 1000 + 1) * 1000;
       ms <= states_.back().ended.ms + 1000; ms += 1000) {
    const Timestamp until{ms};
    SCOPED_TRACE(to_rfc3339(until));
    moments.add();
    const State* state = &states_.front();
    bool is_between = false;  // an act was going on
    for (const auto& one : states_) {
      if (one.ended < until) state = &one;
      is_between = is_between || (one.begun <= until && one.ended >= until);
    }
    const auto range =
        mariadb::find_replay_range({.copy = own, .later = theirs}, until, mariadb::LogOf::branch);
    ++seconds;
    if (!range) {
      // On a machine that has too much to do, looks are late.
      const bool is_late = range.error().message.find("nobody has looked on") != std::string::npos;
      if (is_late) ++late;
      EXPECT_FALSE(!is_late && state->refusable.empty() && !(is_between && !refusable_.empty()))
          << range.error().describe();
      continue;
    }
    if (is_between) continue;
    EXPECT_TRUE(state->refusable.empty()) << "not refused: " << state->refusable;
    mariadb::Committed wanted;
    const auto from = mariadb::find_log_start({.copy = own, .later = theirs});
    ASSERT_TRUE(ok(from));
    ASSERT_TRUE(ok(mariadb::read_groups(theirs, files, *from, [&](const auto& group) {
      if (group.end <= state->log_end) wanted.add(group);
      return true;
    })));
    EXPECT_EQ(range->committed.count, wanted.count);
    EXPECT_EQ(range->committed.last, wanted.last);
    if (HasFailure() || whole >= kWholeOfStretch || random(4) != 0) continue;
    ++whole;
    const auto back = world().instance(fmt::format("{}_{}", base_.id.str(), whole), base_.config);
    copy(base_, back);
    ASSERT_TRUE(ok(adapter().log_replay()->replay(back, later_.directory, until, unasked)));
    ASSERT_TRUE(ok(bring_up(back)));
    EXPECT_EQ(rows(back), state->rows);
    ASSERT_TRUE(ok(stop(back)));
    std::filesystem::remove_all(back.directory);
  }
  EXPECT_LE(late * 4, seconds);
  for (const auto& state : states_) {
    if (!state.beside.empty() && state.refusable.empty() && !HasFailure()) check_beside(state);
  }
}

void MariadbRandomReplay::run_histories() {
  test::Moments moments(kMoments);
  while (!moments.are_enough() && !HasFailure()) {
    const std::uint64_t seed = moments.next_seed();
    SCOPED_TRACE(fmt::format("MOMENTS_SEED={}", seed));
    make(seed);
    for (int points = 0; points < 8 && !moments.are_enough() && !HasFailure(); ++points) {
      play();
      if (!HasFailure()) check(moments);
      std::filesystem::remove_all(base_.directory);
    }
    looks_.reset();
    ASSERT_TRUE(ok(stop(db_)));
    for (const auto& one : {db_, later_}) std::filesystem::remove_all(one.directory);
  }
  RecordProperty("moments", std::to_string(moments.seen()));
  fmt::print("{} moments\n", moments.seen());
}

TEST_P(MariadbRandomReplay, ASecondComesBackAsItWasOrIsRefused) {
  ASSERT_NE(adapter().log_replay(), nullptr);
  run_histories();
}

}  // namespace
}  // namespace slip
