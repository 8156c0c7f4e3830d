// SPDX-License-Identifier: Apache-2.0
// Random histories of a production that is followed, and random seconds of them by the follower's
// log: what comes back is what production had then.
#include <fmt/format.h>

#include <algorithm>
#include <random>

#include "adapters/mariadb/binary_log.h"
#include "adapters/mariadb/mariadb_world.h"
#include "adapters/mariadb/replay_range.h"
#include "tests/support/moments.h"

namespace slip {
namespace {

constexpr int kActsToSync = 40;       // from one sync to the next
constexpr int kSecondsFollowed = 30;  // of one test

class MariadbRandomFollow : private test::InMemory, public AdapterTest {
 protected:
  // After an act: all that production had committed.
  struct State {
    Timestamp begun;  // nothing of the act was there before
    Timestamp ended;
    std::string rows;
    mariadb::LogPlace log_end;  // of production's own log
  };

  test::MariadbWorld& world() { return static_cast<test::MariadbWorld&>(*world_); }
  const Adapter& adapter() { return world().adapter(); }

  static Timestamp now() {
    const auto time = std::chrono::system_clock::now().time_since_epoch();
    return Timestamp{std::chrono::duration_cast<Duration>(time).count()};
  }
  int random(int below) { return static_cast<int>(random_() % static_cast<unsigned>(below)); }
  InstanceContext of_follower(const std::string& id) {
    auto made = world().instance(
        id, world().with({{"follow", "replication"},
                          {"url", "mysql://slip:secret%20of%20" + production_.id.str() +
                                      "@127.0.0.1:" + std::to_string(production_.port) + "/"}}));
    made.purpose = Purpose::follow;
    made.reach = Reach::hooks_only;
    return made;
  }
  InstanceContext snapshot(const std::string& id) {
    auto taken = of_follower(id);
    EXPECT_TRUE(ok(adapter().flush(follower_)));
    EXPECT_TRUE(ok(world().runtime().freeze(follower_.id)));
    copy(follower_, taken);
    EXPECT_TRUE(ok(world().runtime().thaw(follower_.id)));
    return taken;
  }
  void in_one_session(const std::vector<std::string>& statements) {
    auto session = world().log_in(production_, production_.login);
    ASSERT_TRUE(ok(session));
    for (const auto& statement : statements) {
      const auto done = session->query(world().in_its_words(statement));
      ASSERT_TRUE(ok(done)) << statement << (done ? "" : done.error().detail);
    }
  }
  std::string rows(const InstanceContext& of) {
    std::string text;
    for (const auto& table :
         world().sql(of,
                     "SELECT CONCAT(TABLE_SCHEMA, '.', TABLE_NAME) FROM information_schema.TABLES "
                     "WHERE TABLE_SCHEMA IN ('slip', 'other') ORDER BY 1")) {
      const std::string name = table[0].value_or("");
      text += name + ":";
      std::vector<std::string> all;
      for (const auto& row : world().sql(of, "SELECT * FROM " + name)) {
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
        world().is_mysql() && world().one(production_,
                                          "SELECT VERSION() >= '8.4' AND VERSION() < '9' OR "
                                          "VERSION() >= '9'") == "1";
    const auto place =
        world().sql(production_, is_new ? "SHOW BINARY LOG STATUS" : "SHOW MASTER STATUS").front();
    const std::string file = place[0].value_or("");
    return {.file = std::stoull(file.substr(file.rfind('.') + 1)),
            .offset = std::stoull(place[1].value_or("0"))};
  }
  State now_of(Timestamp begun) {
    return {.begun = begun, .ended = now(), .rows = rows(production_), .log_end = log_end()};
  }
  void act();
  void make(std::uint64_t seed);
  // From the newest sync on, to another.
  void play();
  void check(test::Moments& moments);
  void carry_out(Timestamp until, const State& state);

  std::mt19937_64 random_;
  InstanceContext production_;
  InstanceContext follower_;
  InstanceContext base_;
  InstanceContext later_;
  std::vector<State> states_;
  std::string name_;
  int syncs_ = 0;
  int next_ = 1;
  int tables_ = 0;
};

// Twice each, side by side.
INSTANTIATE_TEST_SUITE_P(Local, MariadbRandomFollow, testing::ValuesIn(test::worlds()));
INSTANTIATE_TEST_SUITE_P(More, MariadbRandomFollow, testing::ValuesIn(test::worlds()));

void MariadbRandomFollow::act() {
  const Timestamp begun = now();
  const std::string n = std::to_string(next_++);
  const std::string insert = "INSERT INTO slip.numbers VALUES (" + n + ", 'x')";
  const std::string note = "INSERT INTO other.notes VALUES (" + n + ")";
  switch (random(9)) {
    case 0:
      in_one_session(
          {"BEGIN", insert, note, "UPDATE slip.numbers SET t = 'y' WHERE n < " + n, "COMMIT"});
      break;
    case 1:
      in_one_session({"BEGIN", insert, "ROLLBACK"});
      break;
    case 2:
      in_one_session({"INSERT INTO slip.plain VALUES (" + n + ")"});
      break;
    case 3:
      in_one_session({"DELETE FROM slip.numbers ORDER BY n LIMIT 1"});
      break;
    case 4:
      in_one_session({"CREATE TEMPORARY TABLE slip.mine (n INT)",
                      "INSERT INTO slip.mine VALUES (" + n + ")",
                      "INSERT INTO slip.numbers SELECT n, 'from mine' FROM slip.mine"});
      break;
    case 5:
      ++tables_;
      in_one_session({fmt::format("CREATE TABLE slip.made_{} SELECT {} AS n", tables_, n)});
      break;
    case 6:
      in_one_session({"XA START 'x'", note, "XA END 'x'", "XA PREPARE 'x'", "XA COMMIT 'x'"});
      break;
    case 7:
      in_one_session({"FLUSH BINARY LOGS", note});
      break;
    default:
      in_one_session({insert});
  }
  states_.push_back(now_of(begun));
}

void MariadbRandomFollow::make(std::uint64_t seed) {
  random_.seed(seed);
  tables_ = 0;
  syncs_ = 0;
  name_ = fmt::format("ins_{}", seed);
  production_ = world().instance(name_, world().good());
  ASSERT_TRUE(ok(world().fill(production_)));
  ASSERT_TRUE(ok(bring_up_as_production(production_)));
  in_one_session({"CREATE TABLE slip.numbers (n INT PRIMARY KEY, t VARCHAR(50))",
                  "CREATE DATABASE other", "CREATE TABLE other.notes (n INT)",
                  "CREATE TABLE slip.plain (n INT) ENGINE=Aria"});
  follower_ = of_follower(name_ + "_follower");
  ASSERT_TRUE(ok(ingest(follower_)));
  ASSERT_TRUE(ok(bring_up(follower_)));
  ASSERT_TRUE(ok(adapter().following()->catch_up(follower_, unasked)));
  later_ = snapshot(name_ + "_0");
}

void MariadbRandomFollow::play() {
  base_ = later_;
  states_ = {now_of(now())};
  for (int count = 0; count < kActsToSync && !HasFailure(); ++count) {
    act();
    std::this_thread::sleep_for(Duration(random(120)));
  }
  // Something of after the last second that is asked for.
  std::this_thread::sleep_for(Duration(1100));
  in_one_session({"INSERT INTO other.notes VALUES (0)"});
  ASSERT_TRUE(ok(adapter().following()->catch_up(follower_, unasked)));
  later_ = snapshot(fmt::format("{}_{}", name_, ++syncs_));
}

// Every second in which nothing was going on by what of the follower's log would be carried out,
// which has the names that production gave; one of them by carrying it out.
void MariadbRandomFollow::check(test::Moments& moments) {
  const Directory own = Directory::open(base_.directory / "log").value();
  const Directory theirs = Directory::open(later_.directory / "log").value();
  const Directory produced = Directory::open(production_.directory / "log").value();
  const auto files = mariadb::binlog_files_in(produced).value();
  std::vector<std::pair<Timestamp, const State*>> seconds;
  for (std::int64_t ms = (states_.front().ended.ms / 1000 + 1) * 1000;
       ms <= states_.back().ended.ms + 1000; ms += 1000) {
    const Timestamp until{ms};
    const State* state = &states_.front();
    bool is_between = false;
    for (const auto& one : states_) {
      if (one.ended < until) state = &one;
      is_between = is_between || (one.begun <= until && one.ended >= until);
    }
    if (!is_between) seconds.emplace_back(until, state);
  }
  ASSERT_FALSE(seconds.empty());
  for (const auto& [until, state] : seconds) {
    SCOPED_TRACE(to_rfc3339(until));
    moments.add();
    const auto range =
        mariadb::find_replay_range({.copy = own, .later = theirs}, until, mariadb::LogOf::follower);
    ASSERT_TRUE(ok(range));
    mariadb::Committed wanted;
    ASSERT_TRUE(ok(mariadb::read_groups(produced, files, states_.front().log_end,
                                        [&, end = state->log_end](const auto& group) {
                                          if (group.end <= end) wanted.add(group);
                                          return true;
                                        })));
    EXPECT_EQ(range->committed.count, wanted.count);
    EXPECT_EQ(range->committed.last, wanted.last);
  }
  const auto& [until, state] = seconds[random_() % seconds.size()];
  if (!HasFailure()) carry_out(until, *state);
}

void MariadbRandomFollow::carry_out(Timestamp until, const State& state) {
  SCOPED_TRACE(to_rfc3339(until));
  auto back = of_follower(base_.id.str() + "_back");
  copy(base_, back);
  ASSERT_TRUE(ok(adapter().log_replay()->replay(back, later_.directory, until, unasked)));
  ASSERT_TRUE(
      ok(adapter().following()->detach({back.config, back.directory, back.trusted, unasked})));
  back.purpose = Purpose::work;
  back.reach = Reach::everybody;
  ASSERT_TRUE(ok(bring_up(back)));
  EXPECT_EQ(rows(back), state.rows);
  ASSERT_TRUE(ok(stop(back)));
  std::filesystem::remove_all(back.directory);
}

TEST_P(MariadbRandomFollow, ASecondOfProductionComesBackAsItWas) {
  if (adapter().log_replay() == nullptr) GTEST_SKIP() << "this series cannot replay";
  test::Moments moments(kSecondsFollowed);
  while (!moments.are_enough() && !HasFailure()) {
    const std::uint64_t seed = moments.next_seed();
    SCOPED_TRACE(fmt::format("MOMENTS_SEED={}", seed));
    make(seed);
    for (int syncs = 0; syncs < 8 && !moments.are_enough() && !HasFailure(); ++syncs) {
      play();
      if (!HasFailure()) check(moments);
      std::filesystem::remove_all(base_.directory);
    }
    ASSERT_TRUE(ok(stop(production_)));
    ASSERT_TRUE(ok(stop(follower_)));
    for (const auto& one : {production_, follower_, later_}) {
      std::filesystem::remove_all(one.directory);
    }
  }
  RecordProperty("moments", std::to_string(moments.seen()));
  fmt::print("{} moments\n", moments.seen());
}

}  // namespace
}  // namespace slip
