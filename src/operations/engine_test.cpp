// SPDX-License-Identifier: Apache-2.0
#include "operations/engine.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/test_world.h"

namespace slip {
namespace {

using namespace std::chrono_literals;

Operation bake_of(Engine& engine, const OperationId& bookmark) {
  const auto point = engine.world().catalog.read(
      [&](CatalogUnit& catalog) { return catalog.operations().find(bookmark); });
  const auto all = engine.world().catalog.read(
      [](CatalogUnit& catalog) { return catalog.operations().unfinished(); });
  for (const auto& one : *all) {
    if (one.kind == OperationKind::bake && one.point == (*point)->point) return one;
  }
  return {};
}

class AnEngine : public ::testing::Test {
 protected:
  Operation bookmark(Engine& engine, const std::string& name) {
    CreateBookmark request;
    request.container = "qa";
    request.name = name;
    const auto submitted = engine.submit(fakes_->actor_named("qa"), request);
    EXPECT_TRUE(submitted);
    return *engine.wait(submitted->id, 10s);
  }
  bool is_baked(const PointId& id) {
    const auto point =
        fakes_->catalog.read([&](CatalogUnit& catalog) { return catalog.points().find(id); });
    return !(*point)->baked.empty();
  }
  // Until the condition holds, at most 10 seconds.
  template <class Condition>
  static bool soon(const Condition& condition) {
    const auto deadline = std::chrono::steady_clock::now() + 10s;
    while (!condition()) {
      if (std::chrono::steady_clock::now() > deadline) return false;
      std::this_thread::sleep_for(2ms);
    }
    return true;
  }

  std::unique_ptr<TestWorld> fakes_ = TestWorld::with_containers();
};

TEST_F(AnEngine, BakesABookmarkInTheBackground) {
  fakes_->world.settings.bake_after = 0s;
  Engine engine(fakes_->world);
  ASSERT_TRUE(engine.start());

  const auto made = bookmark(engine, "base");

  EXPECT_EQ(made.state, OperationState::succeeded);
  EXPECT_TRUE(soon([&] { return is_baked(made.point); }));
}

TEST_F(AnEngine, BakesNothingWhileAContainerGetsNewBookmarks) {
  fakes_->world.settings.bake_after = 1s;
  Engine engine(fakes_->world);
  ASSERT_TRUE(engine.start());

  const auto begin = std::chrono::steady_clock::now();
  std::vector<Operation> made;
  for (int i = 0; i < 4; ++i) {
    made.push_back(bookmark(engine, "b" + std::to_string(i)));
    soon([&] { return std::chrono::steady_clock::now() > begin + (i + 1) * 500ms; });
  }

  // Two seconds have passed, but never one since the latest.
  EXPECT_FALSE(is_baked(made.front().point));
  EXPECT_EQ(bake_of(engine, made.front().id).state, OperationState::queued);
  EXPECT_TRUE(soon([&] { return is_baked(made.front().point) && is_baked(made.back().point); }));
}

TEST_F(AnEngine, RunsAnOperationOnceThatIsSubmittedAgainMeanwhile) {
  fakes_->world.settings.bake_after.reset();
  std::atomic<bool> go_on = false;
  std::atomic<int> snapshots = 0;
  fakes_->storage.on_call([&](std::string_view call, FakeStorage::When when) -> Result<> {
    if (call != "snapshot" || when != FakeStorage::When::before) return {};
    ++snapshots;
    while (!go_on) std::this_thread::sleep_for(1ms);
    return {};
  });
  Engine engine(fakes_->world);
  ASSERT_TRUE(engine.start());
  CreateBookmark request;
  request.container = "qa";
  request.name = "base";
  const auto actor = fakes_->actor_named("qa");

  const auto first = engine.submit(actor, request, {"key"});
  ASSERT_TRUE(soon([&] { return snapshots == 1; }));
  const auto again = engine.submit(actor, request, {"key"});
  ASSERT_TRUE(first && again);
  EXPECT_EQ(first->id, again->id);
  EXPECT_FALSE(engine.wait(first->id, 100ms)->ended());
  go_on = true;

  EXPECT_EQ(engine.wait(first->id, 10s)->state, OperationState::succeeded);
  EXPECT_EQ(snapshots, 1);
}

TEST_F(AnEngine, TakesUpABakeThatWasQueuedWhenItStopped) {
  fakes_->world.settings.bake_after = 1h;
  PointId point;
  {
    Engine engine(fakes_->world);
    ASSERT_TRUE(engine.start());
    const auto made = bookmark(engine, "base");
    point = made.point;
    ASSERT_TRUE(soon([&] { return !bake_of(engine, made.id).id.empty(); }));
  }

  fakes_->world.settings.bake_after = 0s;
  Engine engine(fakes_->world);
  ASSERT_TRUE(engine.start());

  EXPECT_TRUE(soon([&] { return is_baked(point); }));
}

TEST_F(AnEngine, LeavesWhatIsDoomedUntilNothingHasRunForAWhile) {
  fakes_->world.settings.bake_after.reset();
  fakes_->world.settings.reap_after = 1h;
  Engine engine(fakes_->world);
  ASSERT_TRUE(engine.start());
  const auto former = fakes_->active("qa").volume;
  const auto is_there = [&] {
    return fakes_->catalog
        .read([&](CatalogUnit& catalog) { return catalog.volumes().find(former); })
        ->has_value();
  };

  const auto reset = engine.submit(fakes_->actor_named("qa"), ResetContainer{.container = "qa"});
  ASSERT_TRUE(reset);
  ASSERT_EQ(engine.wait(reset->id, 10s)->state, OperationState::succeeded);
  EXPECT_TRUE(is_there());

  // Space is short: it does not wait any longer.
  fakes_->storage.set_capacity(1);
  EXPECT_TRUE(soon([&] { return !is_there(); }));
}

TEST_F(AnEngine, ReapsOnceNothingHasRunForAWhile) {
  fakes_->world.settings.bake_after.reset();
  fakes_->world.settings.reap_after = 100ms;
  Engine engine(fakes_->world);
  ASSERT_TRUE(engine.start());
  const auto former = fakes_->active("qa").volume;

  const auto reset = engine.submit(fakes_->actor_named("qa"), ResetContainer{.container = "qa"});
  ASSERT_TRUE(reset);

  EXPECT_TRUE(soon([&] {
    return !fakes_->catalog
                .read([&](CatalogUnit& catalog) { return catalog.volumes().find(former); })
                ->has_value();
  }));
}

// A shut-down must not leave a server running on a pool that is unmounted next.
TEST_F(AnEngine, StopsWhatAnInterruptedOperationWasPreparingToo) {
  Engine engine(fakes_->world);
  ASSERT_TRUE(engine.start());
  engine.stop();
  ASSERT_TRUE(fakes_->runtime.start(InstanceId("vol_prepared.db"), {.argv = {"/bin/server"}}));

  ASSERT_TRUE(engine.stop_all_instances());

  EXPECT_THAT(fakes_->runtime.running_instances(), ::testing::IsEmpty());
}

TEST_F(AnEngine, StopsWhatWritesBeforeTheDiskBehindThePoolIsFullAndGoesOnWithRoom) {
  constexpr std::int64_t gigabyte = std::int64_t{1} << 30;
  Engine engine(fakes_->world);
  ASSERT_TRUE(engine.start());
  const auto database = instance_on(fakes_->active("qa").volume, "db");
  ASSERT_TRUE(soon([&] { return fakes_->runtime.running(database); }));
  CreateBookmark request;
  request.container = "qa";
  request.name = "refused";

  // Little: nothing new is begun, and what runs goes on.
  fakes_->storage.set_host(HostSpace{.total = 100 * gigabyte, .free = gigabyte * 3 / 2});
  const auto refused = engine.submit(fakes_->actor_named("qa"), request);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::no_space);
  EXPECT_TRUE(fakes_->runtime.running(database));

  fakes_->storage.set_host(HostSpace{.total = 100 * gigabyte, .free = gigabyte / 2});
  EXPECT_TRUE(soon([&] { return !fakes_->runtime.running(database); }));
  EXPECT_TRUE(engine.stands_still());

  fakes_->storage.set_host(HostSpace{.total = 100 * gigabyte, .free = 50 * gigabyte});
  EXPECT_TRUE(soon([&] { return fakes_->runtime.running(database); }));
  EXPECT_FALSE(engine.stands_still());
  EXPECT_GT(fakes_->storage.times_revived(), 0);
  EXPECT_EQ(bookmark(engine, "taken").state, OperationState::succeeded);
}

TEST_F(AnEngine, StartsADatabaseThatHasEndedByItself) {
  Engine engine(fakes_->world);
  ASSERT_TRUE(engine.start());
  const auto database = instance_on(fakes_->active("qa").volume, "db");
  ASSERT_TRUE(soon([&] { return fakes_->runtime.running(database); }));
  const int starts = fakes_->runtime.starts(database);

  fakes_->runtime.crash(database);

  EXPECT_TRUE(soon([&] { return fakes_->runtime.running(database); }));
  EXPECT_EQ(fakes_->runtime.starts(database), starts + 1);
}

TEST_F(AnEngine, StartsActiveBranchesBeforeThoseBesideThemAfterAPowerCut) {
  CreateBranch beside;
  beside.container = "qa";
  beside.name = "aside";
  beside.activation = Activation::beside;
  ASSERT_TRUE(fakes_->must(beside));
  const auto aside = instance_on(fakes_->branch("qa", "aside").volume, "db");
  ASSERT_TRUE(fakes_->runtime.running(aside));
  fakes_->runtime.reboot();
  std::mutex mutex;
  std::vector<InstanceId> order;
  fakes_->runtime.on_start([&](const InstanceId& instance) -> Result<> {
    const std::lock_guard lock(mutex);
    if (instance.str().ends_with(".db")) order.push_back(instance);
    return {};
  });

  Engine engine(fakes_->world);
  ASSERT_TRUE(engine.start());
  ASSERT_TRUE(soon([&] { return fakes_->runtime.running(aside); }));

  engine.stop();
  ASSERT_EQ(order.size(), 3U);
  // Two are started side by side, so the one beside is the last to begin, or begins with another.
  EXPECT_NE(order.front(), aside);
}

}  // namespace
}  // namespace slip
