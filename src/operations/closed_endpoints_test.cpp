// SPDX-License-Identifier: Apache-2.0
#include "operations/closed_endpoints.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "operations/keeper.h"
#include "tests/support/expect_result.h"
#include "tests/support/test_world.h"

namespace slip {
namespace {

using ::testing::HasSubstr;

// The daemon starts, and meanwhile another program has taken the port of qa's database.
class ClosedEndpoint : public ::testing::Test {
 protected:
  ClosedEndpoint() {
    for (const auto& endpoint : world_->container("qa").endpoints) {
      (endpoint.source == "db" ? taken_ : other_) = endpoint.port;
    }
    world_->endpoints.forget_all();
    world_->endpoints.take(taken_);
    keeper_.emplace(world_->world);
    EXPECT_OK(keeper_->open_endpoints());
  }

  std::string why(std::uint16_t port) const {
    return world_->world.closed_endpoints->why(port).value_or("");
  }

  std::unique_ptr<TestWorld> world_ = TestWorld::with_containers();
  std::uint16_t taken_ = 0;
  std::uint16_t other_ = 0;
  std::optional<Keeper> keeper_;
};

TEST_F(ClosedEndpoint, IsKnownAndKeepsNoOtherFromBeingOpened) {
  EXPECT_THAT(why(taken_), HasSubstr("Another program listens on port " + std::to_string(taken_)));
  EXPECT_TRUE(world_->endpoints.target(other_));
  EXPECT_EQ(why(other_), "");
  for (const auto& endpoint : world_->container("dev").endpoints) {
    EXPECT_TRUE(world_->endpoints.target(endpoint.port)) << endpoint.source;
  }
}

TEST_F(ClosedEndpoint, IsOpenedOnceItsPortIsFree) {
  EXPECT_OK(keeper_->reconcile());
  EXPECT_NE(why(taken_), "");

  world_->endpoints.let_go(taken_);
  EXPECT_OK(keeper_->reconcile());
  EXPECT_TRUE(world_->endpoints.target(taken_));
  EXPECT_EQ(why(taken_), "");
}

TEST_F(ClosedEndpoint, LeavesWhatAnOperationHoldsAlone) {
  CreateBookmark request;
  request.container = "qa";
  request.name = "meanwhile";
  const auto operation = journal_request(world_->world, world_->actor_named("qa"), request);
  ASSERT_OK(operation);
  ASSERT_OK(world_->endpoints.hold(other_));
  world_->endpoints.let_go(taken_);

  EXPECT_OK(keeper_->reconcile());
  EXPECT_TRUE(world_->endpoints.held(other_));
  EXPECT_OK(world_->finish(operation->id));
  EXPECT_OK(keeper_->reconcile());
  EXPECT_TRUE(world_->endpoints.target(taken_));
}

TEST_F(ClosedEndpoint, IsForgottenWithItsContainer) {
  ASSERT_OK(world_->must(DeleteContainer{"qa"}));
  EXPECT_OK(keeper_->reconcile());
  EXPECT_EQ(why(taken_), "");
}

}  // namespace
}  // namespace slip
