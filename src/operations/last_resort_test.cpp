// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

#include "operations/deaths.h"
#include "operations/engine.h"
#include "operations/guarded.h"
#include "tests/support/expect_result.h"
#include "tests/support/test_world.h"

namespace slip {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

class ALastResort : public ::testing::Test {
 protected:
  // The storage's `method` throws what nobody expects, so many times.
  void throw_in(const std::string& method, int times) {
    const auto left = std::make_shared<int>(times);
    fakes_->storage.on_call([=](std::string_view called, FakeStorage::When when) -> Result<> {
      if (called == method && when == FakeStorage::When::before && (*left)-- > 0) {
        throw std::runtime_error("a defect");
      }
      return {};
    });
  }
  std::int64_t counted() {
    return fakes_->catalog.read([](CatalogUnit& unit) { return count_unexpected(unit); }).value();
  }
  Operation find(const OperationId& id) {
    return *fakes_->catalog.read([&](CatalogUnit& unit) { return unit.operations().find(id); })
                .value();
  }
  // A restore in whose first step the daemon dies.
  Operation interrupted() {
    EXPECT_OK(fakes_->bookmark("qa", "base"));
    fakes_->storage.on_call([](std::string_view called, FakeStorage::When) -> Result<> {
      if (called == "clone") throw SimulatedCrash();
      return {};
    });
    EXPECT_THROW((void)fakes_->restore("qa", "base"), SimulatedCrash);
    fakes_->storage.on_call([](std::string_view, FakeStorage::When) -> Result<> { return {}; });
    fakes_->crash();
    const auto left =
        fakes_->catalog.read([](CatalogUnit& unit) { return unit.operations().unfinished(); });
    EXPECT_EQ(left->size(), 1U);
    return left->front();
  }
  bool die(const OperationId& id) {
    const auto now = find(id);
    return fakes_->catalog
        .write([&](CatalogUnit& unit) { return note_death(unit, now, fakes_->clock.now()); })
        .value();
  }

  std::unique_ptr<TestWorld> fakes_ = TestWorld::with_containers();
};

TEST_F(ALastResort, FailsTheOperationWhoseStepThrowsAndPutsEverythingBack) {
  fakes_->write("qa", "kept");
  ASSERT_OK(fakes_->bookmark("qa", "base"));
  throw_in("clone", 1);
  RestoreContainer request{"qa", FromBookmark{"base"}, Safety::take_point};

  const auto failed = fakes_->act(request, "qa");

  ASSERT_OK(failed);
  EXPECT_EQ(failed->state, OperationState::failed);
  ASSERT_TRUE(failed->failure);
  EXPECT_THAT(failed->failure->message, HasSubstr("an unexpected error: a defect"));
  EXPECT_EQ(counted(), 1);
  EXPECT_EQ(fakes_->rows("qa"), "production;kept;");
  EXPECT_THAT(fakes_->complaints(), ::testing::IsEmpty());
  ASSERT_OK(fakes_->restore("qa", "base"));
}

TEST_F(ALastResort, CarriesOnWhereWhatThrowsCanNoMoreBeTakenBack) {
  throw_in("destroy", 1000);
  const auto done = fakes_->must(DeleteContainer{"dev"});
  ASSERT_OK(done);
}

TEST_F(ALastResort, LeavesAnOperationAloneAtTheThirdDeathInOnePlace) {
  const Operation operation = interrupted();

  EXPECT_FALSE(die(operation.id));
  EXPECT_FALSE(die(operation.id));
  EXPECT_TRUE(die(operation.id));

  const Operation left = find(operation.id);
  EXPECT_EQ(left.state, OperationState::failed);
  ASSERT_TRUE(left.failure);
  EXPECT_THAT(left.failure->message, HasSubstr("died 3 times"));
  EXPECT_THAT(left.failure->message, HasSubstr("step 1"));
  EXPECT_THAT(left.failure->hint, HasSubstr("Nothing of what it was to change is changed."));
  // Nobody waits for it any more.
  ASSERT_OK(fakes_->restore("qa", "base"));
}

TEST_F(ALastResort, CountsDeathsInAnotherPlaceAnew) {
  const Operation operation = interrupted();
  EXPECT_FALSE(die(operation.id));
  EXPECT_FALSE(die(operation.id));
  ASSERT_OK(fakes_->catalog.write([&](CatalogUnit& unit) {
    Operation further = operation;
    further.state = OperationState::rolling_back;
    return unit.operations().put(further);
  }));
  EXPECT_FALSE(die(operation.id));
  EXPECT_FALSE(die(operation.id));
  EXPECT_TRUE(die(operation.id));
}

TEST_F(ALastResort, TakesUpWhatDiedTwiceAndNotWhatDiedThrice) {
  const Operation operation = interrupted();
  EXPECT_FALSE(die(operation.id));
  EXPECT_FALSE(die(operation.id));
  {
    Engine engine(fakes_->world);
    ASSERT_OK(engine.start());
    EXPECT_EQ(find(operation.id).state, OperationState::failed);
    EXPECT_THAT(find(operation.id).failure->message, HasSubstr("died 3 times"));
  }
}

TEST_F(ALastResort, CountsNoEndThatWasAskedFor) {
  const Operation operation = interrupted();
  EXPECT_FALSE(die(operation.id));
  EXPECT_FALSE(die(operation.id));
  ASSERT_OK(fakes_->catalog.write([](CatalogUnit& unit) { return note_clean_end(unit); }));
  Engine engine(fakes_->world);
  ASSERT_OK(engine.start());
  const auto ended = engine.wait(operation.id, 10s);
  ASSERT_OK(ended);
  EXPECT_THAT(ended->failure->message, HasSubstr("was interrupted"));
}

}  // namespace
}  // namespace slip
