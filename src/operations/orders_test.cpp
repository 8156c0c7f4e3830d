// SPDX-License-Identifier: Apache-2.0
#include "operations/orders.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "host/fake/fake_host.h"
#include "operations/generation.h"
#include "operations/lookup.h"
#include "tests/support/expect_result.h"
#include "tests/support/test_world.h"

namespace slip::test {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// A runner whose orders go to a host without any data; the catalog has two containers.
class OrdersOfARunner : public ::testing::Test {
 protected:
  // A restore of "qa" to a bookmark, which nobody has run yet.
  OperationId journal_restore() {
    EXPECT_OK(fakes_->bookmark("qa", "base"));
    host_.add(fakes_->points("qa").back().snapshot);
    host_.add(fakes_->active("qa").volume);
    const auto journaled =
        journal_request(world_, fakes_->actor_named("qa"),
                        RestoreContainer{"qa", FromBookmark{"base"}, Safety::take_point}, {},
                        [](OperationKind) { return Begin::at_once; });
    EXPECT_OK(journaled);
    return journaled->id;
  }
  OperationState state_of(const OperationId& id) {
    return fakes_->catalog.read([&](CatalogUnit& unit) { return unit.operations().find(id); })
        .value()
        ->state;
  }
  // Somebody orders as that generation.
  void order_as(std::uint64_t generation) {
    Order order;
    order.generation = generation;
    order.step = CreateVolume{VolumeId("vol_other")};
    EXPECT_OK(host_.carry_out(order, {}));
  }

  std::unique_ptr<TestWorld> fakes_ = TestWorld::with_containers();
  FakeHost host_{fakes_->clock};
  World world_{.host = host_,
               .storage = fakes_->storage,
               .adapters = fakes_->machine.adapters,
               .clock = fakes_->clock,
               .secrets = fakes_->secrets,
               .catalog = fakes_->catalog,
               .ids = fakes_->ids};
  Runner runner_{world_};
};

TEST_F(OrdersOfARunner, AreTakenBackInReverseWhenOneFails) {
  const auto restore = journal_restore();
  host_.fail_next("take_snapshot", {.code = ErrorCode::failed, .message = "the disk says no"});

  ASSERT_OK(runner_.run(restore));

  EXPECT_EQ(state_of(restore), OperationState::failed);
  EXPECT_THAT(host_.orders(), ElementsAre("carry out clone_snapshot", "carry out start_instances",
                                          "carry out hold_endpoints", "carry out take_snapshot",
                                          "take back take_snapshot", "take back start_instances",
                                          "take back clone_snapshot"));
  EXPECT_THAT(host_.list().value(), IsEmpty());
}

// Neither goes on nor takes anything back: that is for whoever orders now.
TEST_F(OrdersOfARunner, EndWhereAnotherDaemonHasTakenOver) {
  const auto restore = journal_restore();
  runner_.order_as(4);
  order_as(5);

  const auto ran = runner_.run(restore);
  ASSERT_FALSE(ran);
  EXPECT_EQ(ran.error().code, ErrorCode::superseded);
  EXPECT_EQ(state_of(restore), OperationState::running);
  EXPECT_THAT(host_.orders(), ElementsAre("carry out create_volume"));

  runner_.order_as(5);
  ASSERT_OK(runner_.take_up(restore));
  EXPECT_EQ(state_of(restore), OperationState::failed) << "rolled back, as after a crash";
}

TEST_F(OrdersOfARunner, AreOfALaterGenerationWithEachStart) {
  const auto next = [&] {
    return fakes_->catalog.write([](CatalogUnit& catalog) { return next_generation(catalog); });
  };
  const auto first = next();
  ASSERT_OK(first);
  EXPECT_EQ(next().value(), *first + 1);

  ASSERT_OK(fakes_->catalog.write(
      [](CatalogUnit& catalog) { return catalog.facts().put("generation", "many"); }));
  EXPECT_ERROR(next(), internal);
}

}  // namespace
}  // namespace slip::test
