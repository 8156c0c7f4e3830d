// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmt/format.h>

#include <random>
#include <thread>

#include "adapters/postgresql/postgresql_production.h"
#include "tests/support/moments.h"

namespace slip {

// Random histories of a server, what it held after each act, and moments of them.
class PostgresqlRandomHistory : private test::InMemory, public PostgresqlFollow {
 protected:
  // After an act: all that had been committed.
  struct State {
    Timestamp begun;  // nothing of the act was there before
    Timestamp ended;  // all of it was there from here on
    std::string rows;
    bool is_crowd = false;  // while it went on all else stayed as it was
  };
  // What one of several sessions side by side has committed.
  struct Deed {
    int session = 0;
    int number = 0;   // in the session, from 1
    Timestamp begun;  // not there before
    Timestamp ended;  // there from here on
  };

  void SetUp() override {}
  void make(std::uint64_t seed);
  void play(int acts);
  // What the history begins with is in `base_`, all of it in `later_`.
  virtual void begin() = 0;
  virtual void end() = 0;
  virtual Result<InstanceContext> bring_back(Timestamp until, const std::string& id) = 0;
  virtual void bring_up_again() { ASSERT_TRUE(ok(bring_up(production_))); }
  void check(test::Moments& moments);
  void run_histories(int acts);

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
  void in_one_session(const std::vector<std::string>& statements,
                      const std::string& database = "postgres");
  // Every row of every table that has a log, of every database, but those of the crowd.
  std::string rows(const InstanceContext& of);

  std::string name_;
  InstanceContext base_;
  InstanceContext later_;

 private:
  void act();
  void crowd();
  std::vector<Deed> deeds_of(int session, unsigned seed);
  void expect_crowd(const InstanceContext& back, Timestamp until);
  std::size_t some_state();
  void write_somehow();
  void define_somehow();
  void prepare_somehow();
  void restart();

  std::mt19937_64 random_;
  std::vector<State> states_;
  std::vector<Deed> deeds_;
  std::vector<std::string> prepared_;
  int next_ = 1;
  int tables_ = 0;
  bool has_third_ = false;
  bool makes_by_files_ = false;  // databases, where one asks for it
};

}  // namespace slip
