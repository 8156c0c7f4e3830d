// SPDX-License-Identifier: Apache-2.0
#include "storage/holds/tree_holds.h"

#include <atomic>
#include <optional>
#include <stdexcept>
#include <thread>

#include "tests/support/expect_result.h"

namespace slip::test {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// A driver that attaches at the first hold and detaches after the last.
class HoldingDriver : public ::testing::Test {
 protected:
  Result<HeldTree> attach(const std::string& id) {
    return holds_->hold(id, [&]() -> Result<std::filesystem::path> {
      ++attached_;
      return std::filesystem::path("/trees") / id;
    });
  }

  int attached_ = 0;
  std::vector<std::string> detached_;
  std::optional<TreeHolds> holds_{std::in_place,
                                  [this](const std::string& id) { detached_.push_back(id); }};
};

TEST_F(HoldingDriver, DetachesWhenTheLastHoldEnds) {
  auto first = attach("a").value();
  {
    const auto second = attach("a").value();
    const auto other = attach("b").value();
    EXPECT_EQ(second.path(), "/trees/a");
    EXPECT_THAT(holds_->attached(), ElementsAre("a", "b"));
  }
  EXPECT_THAT(detached_, ElementsAre("b"));

  first = HeldTree();

  EXPECT_THAT(detached_, ElementsAre("b", "a"));
  EXPECT_THAT(holds_->attached(), IsEmpty());
}

TEST_F(HoldingDriver, LeavesAttachedWhatIsLeftAlsoWhereOthersEndTheirHoldsLater) {
  auto other = attach("a").value();
  attach("a")->leave();
  other = HeldTree();
  EXPECT_THAT(detached_, IsEmpty());
  EXPECT_THAT(holds_->attached(), ElementsAre("a"));

  other = attach("a").value();
  other = HeldTree();

  EXPECT_THAT(detached_, ElementsAre("a")) << "whoever attaches it anew is the one who lets it go";
}

TEST_F(HoldingDriver, DetachesWhatWasLeftBeforeItIsDestroyed) {
  attach("a")->leave();
  std::vector<std::string> detached_before;
  EXPECT_OK(holds_->unless_held("a", [&]() -> Result<> {
    detached_before = detached_;
    return {};
  }));
  EXPECT_THAT(detached_before, ElementsAre("a"));
}

TEST_F(HoldingDriver, DestroysNothingThatIsHeldAndHoldsNothingThatIsNotThere) {
  const auto held = attach("a").value();
  int destroyed = 0;
  const auto destroy = [&]() -> Result<> {
    ++destroyed;
    return {};
  };
  EXPECT_ERROR(holds_->unless_held("a", destroy), busy);
  EXPECT_OK(holds_->unless_held("b", destroy));
  EXPECT_EQ(destroyed, 1);

  const auto missing = holds_->hold("c", []() -> Result<std::filesystem::path> {
    return Error{.code = ErrorCode::not_found, .message = "no c"};
  });

  EXPECT_ERROR(missing, not_found);
  EXPECT_OK(holds_->unless_held("c", destroy));
  EXPECT_THAT(detached_, IsEmpty());
}

TEST_F(HoldingDriver, GoesOnWhereACallThrows) {
  const auto thrown = [] { throw std::runtime_error("a defect"); };
  EXPECT_THROW((void)holds_->unless_held("a",
                                         [&]() -> Result<> {
                                           thrown();
                                           return {};
                                         }),
               std::runtime_error);
  EXPECT_OK(attach("a"));
  EXPECT_THAT(detached_, ElementsAre("a"));
}

TEST_F(HoldingDriver, MayGoBeforeItsHolds) {
  const auto held = attach("a").value();
  holds_.reset();
  EXPECT_EQ(held.path(), "/trees/a");
}

// A tree is attached and detached, and destroyed, by one thread at a time.
TEST(TreeHolds, CallsForOneTreeOneAfterTheOther) {
  std::atomic<int> at_once = 0;
  std::atomic<bool> is_there = true;
  std::atomic<int> wrong = 0;
  const auto alone = [&](const auto& act) {
    if (++at_once != 1) ++wrong;
    std::this_thread::yield();
    act();
    --at_once;
  };
  TreeHolds holds([&](const std::string&) { alone([] {}); });
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int turn = 0; turn < 500; ++turn) {
        {
          const auto held = holds.hold("a", [&]() -> Result<std::filesystem::path> {
            alone([&] { is_there = true; });
            return std::filesystem::path("/a");
          });
          if (!is_there) ++wrong;
        }
        (void)holds.unless_held("a", [&]() -> Result<> {
          alone([&] { is_there = false; });
          return {};
        });
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
  EXPECT_THAT(holds.attached(), IsEmpty());
}

}  // namespace
}  // namespace slip::test
