// SPDX-License-Identifier: Apache-2.0
// Random histories of a production that is followed, and random seconds of them by the follower's
// log: what comes back is what production had then. SECONDS_HISTORIES=100 plays so many, from the
// seed SECONDS_SEED on.
#include <fmt/format.h>

#include <cstdlib>
#include <random>

#include "adapters/mariadb/mariadb_world.h"

namespace slip {
namespace {

class MariadbRandomFollow : public AdapterTest {
 protected:
  // After an act: all that production had committed.
  struct State {
    Timestamp begun;  // nothing of the act was there before
    Timestamp ended;
    std::string rows;
  };

  test::MariadbWorld& world() { return static_cast<test::MariadbWorld&>(*world_); }
  const Adapter& adapter() { return world().adapter(); }

  static std::uint64_t number_of(const char* name, std::uint64_t otherwise) {
    const char* text = std::getenv(name);
    return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
  }
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
      for (const auto& row : world().sql(of, "SELECT * FROM " + name + " ORDER BY 1")) {
        for (const auto& value : row) text += value.value_or("NULL") + ",";
        text += ";";
      }
    }
    return text;
  }
  void act();
  void play(std::uint64_t seed, int acts);
  void check();

  std::mt19937_64 random_;
  InstanceContext production_;
  InstanceContext follower_;
  InstanceContext base_;
  InstanceContext later_;
  std::vector<State> states_;
  int next_ = 1;
  int tables_ = 0;
};

INSTANTIATE_TEST_SUITE_P(Local, MariadbRandomFollow, testing::ValuesIn(test::worlds()));

void MariadbRandomFollow::act() {
  State state{.begun = now(), .ended = {}, .rows = {}};
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
  state.ended = now();
  state.rows = rows(production_);
  states_.push_back(state);
}

void MariadbRandomFollow::play(std::uint64_t seed, int acts) {
  random_.seed(seed);
  tables_ = 0;
  production_ = world().instance(fmt::format("ins_{}", seed), world().good());
  ASSERT_TRUE(ok(world().fill(production_)));
  ASSERT_TRUE(ok(bring_up_as_production(production_)));
  in_one_session({"CREATE TABLE slip.numbers (n INT PRIMARY KEY, t VARCHAR(50))",
                  "CREATE DATABASE other", "CREATE TABLE other.notes (n INT)",
                  "CREATE TABLE slip.plain (n INT) ENGINE=Aria"});
  follower_ = of_follower(fmt::format("ins_follower_{}", seed));
  ASSERT_TRUE(ok(ingest(follower_)));
  ASSERT_TRUE(ok(bring_up(follower_)));
  ASSERT_TRUE(ok(adapter().following()->catch_up(follower_, unasked)));
  base_ = snapshot(fmt::format("ins_base_{}", seed));
  states_ = {{.begun = now(), .ended = now(), .rows = rows(production_)}};
  for (int count = 0; count < acts && !HasFailure(); ++count) {
    act();
    std::this_thread::sleep_for(Duration(random(120)));
  }
  // Something of after the last second that is asked for.
  std::this_thread::sleep_for(Duration(1100));
  in_one_session({"INSERT INTO other.notes VALUES (0)"});
  ASSERT_TRUE(ok(adapter().following()->catch_up(follower_, unasked)));
  later_ = snapshot(fmt::format("ins_later_{}", seed));
  ASSERT_TRUE(ok(stop(production_)));
  ASSERT_TRUE(ok(stop(follower_)));
}

// One second in which nothing was going on.
void MariadbRandomFollow::check() {
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
  const auto& [until, state] = seconds[random_() % seconds.size()];
  SCOPED_TRACE(to_rfc3339(until));
  auto back = of_follower(base_.id.str() + "_back");
  copy(base_, back);
  ASSERT_TRUE(ok(adapter().log_replay()->replay(back, later_.directory, until, unasked)));
  ASSERT_TRUE(
      ok(adapter().following()->detach({back.config, back.directory, back.trusted, unasked})));
  back.purpose = Purpose::work;
  back.reach = Reach::everybody;
  ASSERT_TRUE(ok(bring_up(back)));
  EXPECT_EQ(rows(back), state->rows);
  ASSERT_TRUE(ok(stop(back)));
}

TEST_P(MariadbRandomFollow, ASecondOfProductionComesBackAsItWas) {
  if (adapter().log_replay() == nullptr) GTEST_SKIP() << "this series cannot replay";
  const std::uint64_t first = number_of("SECONDS_SEED", std::random_device()());
  const std::uint64_t histories = number_of("SECONDS_HISTORIES", 1);
  for (std::uint64_t seed = first; seed < first + histories && !HasFailure(); ++seed) {
    SCOPED_TRACE(fmt::format("SECONDS_SEED={}", seed));
    play(seed, 40);
    if (!HasFailure()) check();
  }
}

}  // namespace
}  // namespace slip
