// SPDX-License-Identifier: Apache-2.0
#include "operations/orders.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "host/fake/fake_host.h"
#include "operations/lookup.h"
#include "operations/ownership.h"
#include "tests/support/expect_result.h"
#include "tests/support/test_world.h"

namespace slip::test {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

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
  Operation find(const OperationId& id) {
    return *fakes_->catalog.read([&](CatalogUnit& unit) { return unit.operations().find(id); })
                .value();
  }
  OperationState state_of(const OperationId& id) { return find(id).state; }
  void claim_for(const std::string& daemon, const OperationId& id) {
    EXPECT_OK(fakes_->catalog.write([&](CatalogUnit& unit) -> Result<> {
      TRY(claim(unit, *TRY(unit.operations().find(id)), daemon));
      return {};
    }));
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

// Neither goes on nor takes anything back: that is for whoever owns it now.
TEST_F(OrdersOfARunner, EndWhereAnotherDaemonHasTakenOver) {
  const auto restore = journal_restore();
  claim_for("another", restore);

  const auto ran = runner_.run(restore);
  EXPECT_ERROR(ran, superseded);
  EXPECT_EQ(state_of(restore), OperationState::running);
  EXPECT_THAT(host_.orders(), IsEmpty());

  claim_for(world_.settings.daemon, restore);
  ASSERT_OK(runner_.take_up(restore));
  EXPECT_EQ(state_of(restore), OperationState::failed) << "rolled back, as after a crash";
}

// A daemon that was held up, and taken for dead.
TEST_F(OrdersOfARunner, EndAtTheNextWordWithTheJournalOnceAnotherHasClaimed) {
  const auto restore = journal_restore();
  int writes = 0;
  fakes_->catalog.set_hooks({}, [&] {
    if (++writes == 2) claim_for("another", restore);
  });

  EXPECT_ERROR(runner_.run(restore), superseded);

  EXPECT_GT(writes, 2);
  EXPECT_EQ(find(restore).owner, "another");
  EXPECT_EQ(find(restore).generation, 2U);
  EXPECT_THAT(host_.orders(), Not(Contains(HasSubstr("take back"))));
}

TEST_F(OrdersOfARunner, AreOfTheGenerationOfTheirOperation) {
  const auto restore = journal_restore();
  claim_for(world_.settings.daemon, restore);
  // The owner before, whose order comes late.
  Order late;
  late.operation = restore;
  late.generation = 1;
  late.step = CreateVolume{VolumeId("vol_late")};

  ASSERT_OK(runner_.take_up(restore));

  EXPECT_ERROR(host_.carry_out(late, {}), superseded);
}

}  // namespace
}  // namespace slip::test
