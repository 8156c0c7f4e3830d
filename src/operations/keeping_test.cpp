// SPDX-License-Identifier: Apache-2.0
#include "host/keeping.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <latch>

#include "operations/lookup.h"
#include "operations/volume_specs.h"
#include "tests/support/test_world.h"

namespace slip::test {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;

// Until the condition holds, at most 10 seconds.
template <class Condition>
bool soon(const Condition& condition) {
  const auto deadline = std::chrono::steady_clock::now() + 10s;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(2ms);
  }
  return true;
}

// Two containers whose branches run; what is wanted of them is said by the test.
class AKeeping : public ::testing::Test {
 protected:
  KeepingRules rules() {
    return {.spec = [this](const VolumeId& id) { return spec_of(world_->catalog, id); },
            .is_wanted_now = [this](const Wanted&) { return is_wanted_.load(); },
            .has_room = [](const Wanted&) { return true; },
            .start = [this](const Wanted& wanted, const KeepGoing& keep_going) -> Result<> {
              return start_(wanted, keep_going);
            },
            .unexpected =
                [](std::string_view, std::string_view thrown) {
                  return Error{.message = std::string(thrown)};
                }};
  }
  Wanted wanted(const std::string& container, int rank = 0) {
    return {.volume = world_->active(container).volume, .whose = container, .rank = rank};
  }
  bool runs(const std::string& container) {
    return world_->runtime.running(instance_on(world_->active(container).volume, "db"));
  }
  Result<> start(const Wanted& wanted, const KeepGoing& keep_going) {
    return instances_.start(TRY(spec_of(world_->catalog, wanted.volume)), StartWhat::everything,
                            keep_going);
  }

  std::unique_ptr<TestWorld> world_ = TestWorld::with_containers();
  Instances instances_{world_->machine};
  std::atomic<bool> is_wanted_ = true;
  std::function<Result<>(const Wanted&, const KeepGoing&)> start_ =
      [this](const Wanted& wanted, const KeepGoing& keep_going) {
        return start(wanted, keep_going);
      };
};

TEST_F(AKeeping, StartsWhatHasEndedAsSoonAsItIsTold) {
  LocalKeeping keeping(world_->machine, instances_, rules());
  keeping.want({wanted("qa")});
  keeping.begin(2);

  world_->runtime.crash(instance_on(world_->active("qa").volume, "db"));

  EXPECT_TRUE(soon([&] { return runs("qa"); }));
}

TEST_F(AKeeping, BeginsWithTheLowestRank) {
  world_->runtime.reboot();
  std::vector<std::string> order;
  start_ = [&](const Wanted& wanted, const KeepGoing& keep_going) {
    order.push_back(wanted.whose);
    return start(wanted, keep_going);
  };
  LocalKeeping keeping(world_->machine, instances_, rules());
  keeping.want({wanted("dev", 2), wanted("qa", 1)});

  keeping.settle();

  EXPECT_THAT(order, ElementsAre("qa", "dev"));
  EXPECT_TRUE(runs("qa") && runs("dev"));
}

// Neither would go on if they were started one after the other.
TEST_F(AKeeping, StartsSeveralSideBySide) {
  world_->runtime.reboot();
  std::latch both(2);
  start_ = [&](const Wanted& wanted, const KeepGoing& keep_going) {
    both.arrive_and_wait();
    return start(wanted, keep_going);
  };
  LocalKeeping keeping(world_->machine, instances_, rules());
  keeping.want({wanted("qa"), wanted("dev")});

  keeping.begin(2);

  EXPECT_TRUE(soon([&] { return runs("qa") && runs("dev"); }));
}

TEST_F(AKeeping, TriesAgainAfterAPauseWhatFails) {
  world_->runtime.reboot();
  std::atomic<int> tries = 0;
  start_ = [&](const Wanted& wanted, const KeepGoing& keep_going) -> Result<> {
    if (++tries == 1) return Error{.message = "not this time"};
    return start(wanted, keep_going);
  };
  LocalKeeping keeping(world_->machine, instances_, rules());
  keeping.want({wanted("qa")});

  const auto begin = std::chrono::steady_clock::now();
  keeping.begin(1);

  EXPECT_TRUE(soon([&] { return runs("qa"); }));
  EXPECT_EQ(tries, 2);
  EXPECT_GE(std::chrono::steady_clock::now() - begin, 1s);
}

TEST_F(AKeeping, LeavesAloneWhatSomebodyElseIsChanging) {
  world_->runtime.reboot();
  is_wanted_ = false;
  LocalKeeping keeping(world_->machine, instances_, rules());
  keeping.want({wanted("qa")});
  keeping.settle();
  EXPECT_FALSE(runs("qa"));

  is_wanted_ = true;
  keeping.begin(1);
  EXPECT_TRUE(soon([&] { return runs("qa"); })) << "and takes it up once it is let go of";
}

TEST_F(AKeeping, StopsWhatIsNotToRun) {
  auto stopped = wanted("qa");
  stopped.runs = false;
  LocalKeeping keeping(world_->machine, instances_, rules());
  keeping.want({stopped, wanted("dev")});

  keeping.settle();

  EXPECT_FALSE(runs("qa"));
  EXPECT_TRUE(runs("dev"));
}

TEST_F(AKeeping, OutlivesAnExceptionOfOneTry) {
  world_->runtime.reboot();
  start_ = [&](const Wanted& wanted, const KeepGoing& keep_going) -> Result<> {
    if (wanted.whose == "qa") throw std::runtime_error("nobody expected that");
    return start(wanted, keep_going);
  };
  LocalKeeping keeping(world_->machine, instances_, rules());
  keeping.want({wanted("qa"), wanted("dev", 1)});

  keeping.begin(1);

  EXPECT_TRUE(soon([&] { return runs("dev"); }));
}

// Whoever is superuser of a copy may have locked us out before the point; a start mends that, which
// is seen only when the server runs.
TEST(Locked, APointIsStartedOnceMoreWhereNobodyIsLetInWhoCouldLookAfterIt) {
  const auto world = TestWorld::with_containers();
  ASSERT_TRUE(world->bookmark("qa", "locked"));
  world->database->lock_us_out();

  ASSERT_TRUE(world->restore("qa", "locked"));

  EXPECT_EQ(world->runtime.starts(instance_on(world->active("qa").volume, "db")), 2);
}

}  // namespace
}  // namespace slip::test
