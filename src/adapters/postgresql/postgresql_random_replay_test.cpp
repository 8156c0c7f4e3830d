// SPDX-License-Identifier: Apache-2.0
// Random moments of random histories: what comes back is what was there then.
#include "adapters/postgresql/postgresql_random_history.h"

namespace slip {
namespace {

class PostgresqlRandomReplay : public PostgresqlRandomHistory {
 protected:
  InstanceContext snapshot(const std::string& id) {
    const auto to = world().instance(id, production_.config);
    EXPECT_TRUE(ok(adapter().flush(production_)));
    EXPECT_TRUE(ok(world().runtime().freeze(production_.id)));
    copy(production_, to);
    EXPECT_TRUE(ok(world().runtime().thaw(production_.id)));
    return to;
  }
  void begin() override { base_ = snapshot(name_ + "_base"); }
  void end() override { later_ = snapshot(name_ + "_later"); }
  // Started as often as it takes.
  Result<InstanceContext> bring_back(Timestamp until, const std::string& id) override {
    const auto back = world().instance(id, base_.config);
    copy(base_, back);
    TRY(adapter().log_replay()->replay(back, later_.directory, until, unasked));
    for (;;) {
      const auto up = bring_up(back);
      if (up) return back;
      if (!TRY(adapter().log_replay()->replays_again(back, up.error().detail))) return up.error();
      TRY(stop(back));
    }
  }
};

// Twice each, side by side.
INSTANTIATE_TEST_SUITE_P(Local, PostgresqlRandomReplay,
                         testing::ValuesIn(test::world_of_each_version()));
INSTANTIATE_TEST_SUITE_P(More, PostgresqlRandomReplay,
                         testing::ValuesIn(test::world_of_each_version()));

TEST_P(PostgresqlRandomReplay, AMomentOfABranchComesBackAsItWas) {
  run_histories(40);
}

class PostgresqlRandomFollow : public PostgresqlRandomHistory {
 protected:
  void bring_up_again() override { start_production(); }
  void begin() override {
    follower_ = world().instance(name_ + "_follower", world().with(followed()));
    follower_.purpose = Purpose::follow;
    follower_.reach = Reach::hooks_only;
    ASSERT_TRUE(ok(ingest(follower_)));
    ASSERT_TRUE(ok(bring_up(follower_)));
    ASSERT_TRUE(ok(adapter().following()->catch_up(follower_, unasked)));
    base_ = snapshot(follower_, name_ + "_base");
  }
  void end() override {
    // It may be on its way to production, which has been started again.
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::minutes(1);
    auto caught_up = adapter().following()->catch_up(follower_, unasked);
    while (!caught_up && std::chrono::steady_clock::now() < deadline) {
      caught_up = adapter().following()->catch_up(follower_, unasked);
    }
    ASSERT_TRUE(ok(caught_up)) << said(follower_);
    later_ = snapshot(follower_, name_ + "_later");
    ASSERT_TRUE(ok(stop(follower_)));
    std::filesystem::remove_all(follower_.directory);
  }
  Result<InstanceContext> bring_back(Timestamp until, const std::string& id) override {
    auto back = snapshot(base_, id);
    TRY(adapter().log_replay()->replay(back, later_.directory, until, unasked));
    TRY(adapter().following()->detach({back.config, back.directory, back.trusted, unasked}));
    back.purpose = Purpose::work;
    back.reach = Reach::everybody;
    TRY(bring_up(back));
    return back;
  }

 private:
  std::map<std::string, std::string> followed() {
    return {{"url", "postgresql://slip:secret%20of%20" + name_ +
                        "@127.0.0.1:" + std::to_string(production_.port) + "/postgres"},
            {"follow", "replication"}};
  }

  InstanceContext follower_;
};

std::unique_ptr<test::PostgresqlWorld> newest_world() {
  return std::make_unique<test::PostgresqlWorld>();
}
INSTANTIATE_TEST_SUITE_P(Local, PostgresqlRandomFollow, testing::Values(newest_world));
INSTANTIATE_TEST_SUITE_P(More, PostgresqlRandomFollow, testing::Values(newest_world));

TEST_P(PostgresqlRandomFollow, AMomentOfAFollowedServerComesBackAsItWas) {
  run_histories(40);
}

}  // namespace
}  // namespace slip
