// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "operations/lookup.h"
#include "tests/support/expect_result.h"
#include "tests/support/test_world.h"

namespace slip {
namespace {

class OwnUsers : public ::testing::Test {
 protected:
  OwnUsers() {
    world_->runtime.give_own_users();
    world_->machine.machine_settings.container_users = IdRange{.first = 100'000, .last = 100'010};
  }
  std::optional<std::uint32_t> user_of(const std::string& container, const std::string& source) {
    const auto spec = world_->runtime.spec(instance_on(world_->active(container).volume, source));
    EXPECT_TRUE(spec) << source << " of " << container << " does not run";
    return spec ? spec->user : std::nullopt;
  }
  std::uint32_t number_of(const std::string& container) {
    return world_->container(container).number.value_or(0);
  }

  std::unique_ptr<TestWorld> world_ = TestWorld::with_containers();
};

TEST_F(OwnUsers, AreOneForAllOfAContainerAndAnotherForEach) {
  ASSERT_OK(world_->must(RefreshContainer{"qa"}));
  ASSERT_OK(world_->must(RefreshContainer{"dev"}));

  EXPECT_EQ(user_of("qa", "db"), 100'000 + number_of("qa"));
  EXPECT_EQ(user_of("qa", "app"), 100'000 + number_of("qa"));
  EXPECT_EQ(user_of("dev", "db"), 100'000 + number_of("dev"));
  EXPECT_NE(number_of("qa"), number_of("dev"));
  EXPECT_NE(number_of("qa"), 0U) << "that is of what belongs to no container";
}

TEST_F(OwnUsers, AreThereFromTheBeginningOfAContainer) {
  ASSERT_OK(world_->must(CreateContainer{"new", "shop", {}}));

  EXPECT_EQ(user_of("new", "db"), 100'000 + number_of("new"));
  EXPECT_GT(number_of("new"), number_of("dev"));
}

TEST_F(OwnUsers, AreNotTakenFromWhatRunsAsAnother) {
  const auto before = user_of("qa", "db");
  ASSERT_FALSE(before) << "it was started when there were none";

  world_->runtime.crash(instance_on(world_->active("qa").volume, "app"));
  ASSERT_OK(world_->restart());

  EXPECT_EQ(user_of("qa", "db"), before);
  EXPECT_EQ(user_of("qa", "app"), 100'000 + number_of("qa"));
}

TEST_F(OwnUsers, AreNotLentTwiceWhenThereAreTooFew) {
  world_->machine.machine_settings.container_users = IdRange{.first = 100'000, .last = 100'001};

  const auto refused = world_->act(CreateContainer{"new", "shop", {}});

  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::unavailable);
  EXPECT_THAT(refused.error().hint, ::testing::HasSubstr("--container-users"));
}

}  // namespace
}  // namespace slip
