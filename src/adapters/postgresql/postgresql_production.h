// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fstream>

#include "adapters/postgresql/postgresql_world.h"

namespace slip {

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
    std::ofstream(production_.trusted / "pg_hba.conf", std::ios::app)
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
    const auto state = adapter().following()->follow_state(one, log.value_or(std::string()));
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
    EXPECT_TRUE(ok(adapter().log_replay()->replay(clone, later.directory, until, unasked)));
    EXPECT_TRUE(
        ok(adapter().following()->detach({clone.config, clone.directory, clone.trusted, unasked})));
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
    EXPECT_TRUE(ok(adapter().following()->detach(
        {from.config, copy_of_it.directory, copy_of_it.trusted, unasked})));
    return copy_of_it;
  }
  void switch_log() { world().sql(production_, "SELECT pg_switch_wal()"); }

  InstanceContext production_;
};

}  // namespace slip
