// SPDX-License-Identifier: Apache-2.0
#include "operations/quotas.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "operations/edits/edits.h"
#include "operations/rebuild.h"
#include "tests/support/expect_result.h"
#include "tests/support/test_world.h"

namespace slip {
namespace {

using ::testing::HasSubstr;

constexpr std::int64_t gibibyte = 1 << 30;

class Quotas : public ::testing::Test {
 protected:
  Result<Operation> set(const Quota& quota, std::string_view actor = "admin") {
    return edit(world_->world, world_->actor_named(actor), SetQuota{"qa", quota});
  }
  std::uint32_t number() { return world_->container("qa").number.value_or(0); }
  LaunchSpec running(const std::string& source) {
    const auto spec = world_->runtime.spec(instance_on(world_->active("qa").volume, source));
    EXPECT_TRUE(spec) << source << " does not run";
    return spec.value_or(LaunchSpec());
  }

  std::unique_ptr<TestWorld> world_ = TestWorld::with_containers();
};

TEST_F(Quotas, HoldAtOnceForWhatRunsInTheContainer) {
  ASSERT_OK(set({.memory_bytes = gibibyte, .processes = 100}));

  const auto together = world_->runtime.together(number());
  ASSERT_TRUE(together);
  EXPECT_EQ(together->memory_bytes, gibibyte);
  EXPECT_EQ(together->processes, 100);
  EXPECT_FALSE(world_->runtime.together(world_->container("dev").number.value()));

  ASSERT_OK(set({}));
  EXPECT_FALSE(world_->runtime.together(number())->memory_bytes);
  EXPECT_FALSE(world_->container("qa").quota);
}

TEST_F(Quotas, HoldForWhateverIsStartedInTheContainerFromThatTime) {
  ASSERT_OK(set({.memory_bytes = gibibyte, .open_files = 500}));
  ASSERT_OK(world_->must(CreateBranch{"qa", "beside", FromNow{}, Activation::activate}, "qa"));

  for (const char* source : {"db", "app"}) {
    const auto spec = running(source);
    EXPECT_EQ(spec.limits.memory_bytes, gibibyte);
    EXPECT_EQ(spec.limits.open_files, 500);
    ASSERT_TRUE(spec.together) << source;
    EXPECT_EQ(spec.together->container, number());
    EXPECT_EQ(spec.together->limits.memory_bytes, gibibyte);
  }
}

TEST_F(Quotas, HoldAgainAfterARestartOfTheDaemonThatDiedBeforeTheyDid) {
  ASSERT_OK(set({.processes = 100}));
  ASSERT_OK(world_->runtime.limit({.container = number(), .limits = {}}));

  ASSERT_OK(apply_quotas(world_->world));

  EXPECT_EQ(world_->runtime.together(number())->processes, 100);
}

TEST_F(Quotas, AreSetByAdministratorsAlone) {
  EXPECT_ERROR(set({.processes = 100}, "qa"), permission_denied);
  EXPECT_ERROR(set({.processes = 1}), invalid_argument);
  EXPECT_FALSE(world_->container("qa").quota);
}

TEST_F(Quotas, AreInWhatThePoolSaysOfItself) {
  const Quota quota{.memory_bytes = gibibyte, .cpu_weight = 20};
  ASSERT_OK(set(quota));
  ASSERT_OK(world_->bookmark("qa", "kept"));

  TestWorld found;
  ASSERT_OK(rebuild_catalog(found.catalog, world_->storage.list().value(), world_->clock.now()));

  EXPECT_EQ(found.container("qa").quota, quota);
  EXPECT_FALSE(found.container("dev").quota);
}

class DiskQuotas : public Quotas {
 protected:
  DiskQuotas() { EXPECT_OK(set({.disk_bytes = gibibyte})); }
  void use(std::int64_t bytes) { world_->storage.set_charged(number(), bytes); }
  std::int64_t limit() { return world_->storage.limit_of(number()).value_or(0); }
  Result<Operation> branch() {
    return world_->must(CreateBranch{"qa", "more", FromNow{}, Activation::beside}, "qa");
  }
};

TEST_F(DiskQuotas, CountWhateverTheContainerMakes) {
  EXPECT_EQ(world_->storage.owner_of(world_->active("qa").volume), number());
  EXPECT_NE(world_->storage.owner_of(world_->active("dev").volume), number());

  ASSERT_OK(branch());

  EXPECT_EQ(world_->storage.owner_of(world_->branch("qa", "more").volume), number());
  EXPECT_GT(limit(), gibibyte) << "a little is left to end cleanly in";
}

TEST_F(DiskQuotas, RefuseWhatNeedsSpaceAndLetPeopleGoBack) {
  world_->write("qa", "before");
  ASSERT_OK(world_->bookmark("qa", "base"));
  world_->write("qa", "after");
  use(gibibyte + 1);

  const auto refused = world_->bookmark("qa", "more");
  ASSERT_ERROR(refused, no_space);
  EXPECT_THAT(refused.error().message, HasSubstr("the disk quota of qa is used up"));
  EXPECT_ERROR(branch(), no_space);
  EXPECT_ERROR(world_->must(RefreshContainer{"qa"}, "qa"), no_space);
  ASSERT_OK(world_->bookmark("dev", "of a neighbour"));

  ASSERT_OK(world_->restore("qa", "base"));
  EXPECT_EQ(world_->rows("qa"), "production;before;");
  ASSERT_OK(world_->must(UndoContainer{"qa"}, "qa"));
  EXPECT_EQ(world_->rows("qa"), "production;before;after;");

  use(gibibyte - 1);
  ASSERT_OK(world_->bookmark("qa", "more"));
}

TEST_F(DiskQuotas, LetPeopleGoBackWithoutASafetyPointWhenMuchMoreIsUsed) {
  ASSERT_OK(world_->bookmark("qa", "base"));
  use(3 * gibibyte);

  RestoreContainer request{.container = "qa", .to = FromBookmark{"base"}};
  const auto refused = world_->must(request, "qa");
  ASSERT_ERROR(refused, no_space);
  EXPECT_THAT(refused.error().hint, HasSubstr("Without a safety point"));
  request.safety = Safety::none;
  EXPECT_OK(world_->must(request, "qa"));
}

TEST_F(DiskQuotas, LetNothingStartOnceEvenTheRoomToGoBackIsUsedUp) {
  ASSERT_OK(world_->bookmark("qa", "base"));
  use(4 * gibibyte);

  const auto refused = world_->must(
      RestoreContainer{.container = "qa", .to = FromBookmark{"base"}, .safety = Safety::none},
      "qa");
  ASSERT_ERROR(refused, no_space);
  EXPECT_THAT(refused.error().hint, HasSubstr("purge it"));
  EXPECT_OK(world_->must(StopContainer{.container = "qa", .branch = ""}, "qa"));
  EXPECT_ERROR(world_->must(StartContainer{.container = "qa", .branch = ""}, "qa"), no_space);
  use(gibibyte / 2);
  EXPECT_OK(world_->must(StartContainer{.container = "qa", .branch = ""}, "qa"));
}

TEST_F(DiskQuotas, AreAsTheyWereSetWhileSomethingWasDone) {
  ASSERT_OK(world_->bookmark("qa", "base"));
  use(gibibyte);
  world_->runtime.on_start([&](const InstanceId&) -> Result<> {
    TRY(set({}));
    return {};
  });

  ASSERT_OK(world_->restore("qa", "base"));

  EXPECT_FALSE(world_->storage.limit_of(number()));
}

TEST_F(DiskQuotas, GrantMoreWhileADatabaseIsStartedAndTakeItBack) {
  ASSERT_OK(world_->bookmark("qa", "base"));
  use(gibibyte);
  const std::int64_t at_rest = limit();
  std::int64_t at_work = 0;
  world_->runtime.on_start([&](const InstanceId&) -> Result<> {
    at_work = limit();
    return {};
  });

  ASSERT_OK(world_->restore("qa", "base"));

  EXPECT_GE(at_work, 2 * gibibyte);
  EXPECT_EQ(limit(), at_rest);
}

TEST_F(DiskQuotas, LoweredBelowWhatIsUsedAreAcceptedAndStopWrites) {
  use(4 * gibibyte);
  ASSERT_OK(set({.disk_bytes = 2 * gibibyte}));
  EXPECT_ERROR(world_->bookmark("qa", "more"), no_space);
  EXPECT_LT(limit(), 5 * gibibyte);

  ASSERT_OK(set({}));
  EXPECT_FALSE(world_->storage.limit_of(number()));
  EXPECT_OK(world_->bookmark("qa", "more"));
}

TEST_F(DiskQuotas, LowerTheCeilingAgainWhenThereIsRoom) {
  use(4 * gibibyte);
  ASSERT_OK(set({.disk_bytes = gibibyte}));
  const std::int64_t while_used_up = limit();

  ASSERT_OK(settle_disk_quotas(world_->world));
  EXPECT_EQ(limit(), while_used_up);
  use(gibibyte / 2);
  ASSERT_OK(settle_disk_quotas(world_->world));

  EXPECT_LT(limit(), 2 * gibibyte);
}

TEST_F(DiskQuotas, KeepADatabaseThatEndedByItDownUntilThereIsRoom) {
  const InstanceId database = instance_on(world_->active("qa").volume, "db");
  use(gibibyte);
  world_->runtime.crash(database);

  ASSERT_OK(world_->restart());
  EXPECT_FALSE(world_->runtime.running(database));

  ASSERT_OK(set({.disk_bytes = 2 * gibibyte}));
  ASSERT_OK(world_->restart());
  EXPECT_TRUE(world_->runtime.running(database));
}

TEST_F(DiskQuotas, LetNeighboursStartAlsoWhereNothingCanBeLookedAtInAFullVolume) {
  const InstanceId neighbour = instance_on(world_->active("dev").volume, "db");
  use(gibibyte);
  world_->runtime.crash(instance_on(world_->active("qa").volume, "db"));
  world_->runtime.crash(neighbour);
  world_->storage.fail_next("attach", Error{.code = ErrorCode::no_space, .message = "full"});

  ASSERT_OK(world_->restart());

  EXPECT_TRUE(world_->runtime.running(neighbour));
}

TEST_F(DiskQuotas, AreRefusedWhereThePoolCannotKeepThem) {
  StorageCapabilities capabilities = world_->storage.info().capabilities;
  capabilities.quotas = false;
  world_->storage.set_capabilities(capabilities);
  EXPECT_ERROR(set({.disk_bytes = 2 * gibibyte}), unsupported);
  EXPECT_OK(set({.processes = 100}));
}

}  // namespace
}  // namespace slip
