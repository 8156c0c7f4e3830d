// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <semaphore>
#include <thread>

#include "operations/believed_clock.h"
#include "operations/clock_watch.h"
#include "operations/engine.h"
#include "operations/hybrid_clock.h"
#include "tests/support/expect_result.h"
#include "tests/support/test_world.h"

namespace slip {
namespace {

using namespace std::chrono_literals;

// A machine whose clock and whose steady time tests set.
struct ClockOfAMachine {
  Timestamp wall{1'790'000'000'000};
  HybridClock::Steady steady{};

  void pass(Duration by) {
    wall = wall + by;
    steady += by;
  }
  HybridClock clock(Timestamp newest = {0}) {
    return HybridClock([this] { return wall; }, newest, [this] { return steady; });
  }
};

TEST(AHybridClock, TellsTheMachinesTimeWhileThatGoesOn) {
  ClockOfAMachine machine;
  HybridClock clock = machine.clock();
  EXPECT_EQ(clock.now(), machine.wall);
  machine.pass(5min);
  EXPECT_EQ(clock.now(), machine.wall);
  EXPECT_FALSE(clock.is_ahead());
}

TEST(AHybridClock, NeverGoesBackAndCatchesUpAtHalfItsPace) {
  ClockOfAMachine machine;
  HybridClock clock = machine.clock();
  const Timestamp before = clock.now();

  machine.wall = machine.wall - 1h;

  EXPECT_EQ(clock.now(), before);
  EXPECT_TRUE(clock.is_ahead());
  machine.pass(1h);
  EXPECT_EQ(clock.now(), before + 30min);
  machine.pass(1h);
  EXPECT_EQ(clock.now(), before + 1h);
  EXPECT_EQ(clock.now(), machine.wall);
  machine.pass(1h);
  EXPECT_EQ(clock.now(), machine.wall);
}

TEST(AHybridClock, GoesOnFromWhatWasRecordedBeforeARestart) {
  ClockOfAMachine machine;
  const Timestamp newest = machine.wall + 24h;
  HybridClock clock = machine.clock(newest);
  EXPECT_EQ(clock.now(), newest);
  machine.pass(2s);
  EXPECT_EQ(clock.now(), newest + 1s);
}

TEST(AHybridClock, IsOfTheNewestTimeInTheCatalog) {
  const auto world = TestWorld::with_containers();
  const Timestamp before = world->clock.now();
  ASSERT_OK(world->bookmark("qa", "base"));
  const auto newest =
      world->catalog.read([](CatalogUnit& catalog) { return newest_recorded(catalog); });
  ASSERT_OK(newest);
  EXPECT_GT(*newest, before);
  EXPECT_LE(*newest, world->clock.now());
}

class AClockWatch : public ::testing::Test {
 protected:
  bool is_doubted() { return watch_.doubt().has_value(); }
  void look() { watch_.look(machine_.wall, machine_.steady); }

  ClockOfAMachine machine_;
  ClockWatch watch_;
};

TEST_F(AClockWatch, BelievesAClockThatIsWhereItShouldBe) {
  watch_.begin(machine_.wall - 59min, false, machine_.wall, machine_.steady);
  EXPECT_FALSE(is_doubted());
  // However long nothing is recorded.
  for (int hour = 0; hour < 100; ++hour) {
    machine_.pass(1h);
    look();
    EXPECT_FALSE(is_doubted());
  }
}

TEST_F(AClockWatch, DoubtsOneThatIsFarFromWhatWasRecordedEitherWay) {
  for (const Duration away : {Duration(61min), Duration(-61min), Duration(24h * 400)}) {
    watch_.begin(machine_.wall, false, machine_.wall + away, machine_.steady);
    EXPECT_TRUE(is_doubted()) << away.count();
  }
}

TEST_F(AClockWatch, DoubtsOneThatJumpsUntilItHasRunSteadilyForAnHour) {
  watch_.begin(machine_.wall, false, machine_.wall, machine_.steady);
  machine_.wall = machine_.wall + 24h * 365;
  look();
  EXPECT_TRUE(is_doubted());
  machine_.pass(59min);
  look();
  EXPECT_TRUE(is_doubted());
  // It jumps again: back to what is right, as it may be.
  machine_.wall = machine_.wall - 24h * 365;
  look();
  machine_.pass(59min);
  look();
  EXPECT_TRUE(is_doubted());
  machine_.pass(1min);
  look();
  EXPECT_FALSE(is_doubted());
}

TEST_F(AClockWatch, KeepsItsDoubtOverARestart) {
  // What has been recorded since the jump is of the doubtful time, too.
  watch_.begin(machine_.wall, true, machine_.wall, machine_.steady);
  EXPECT_TRUE(is_doubted());
}

TEST_F(AClockWatch, TakesAnAdministratorsWord) {
  watch_.begin(machine_.wall - 2h, false, machine_.wall, machine_.steady);
  EXPECT_TRUE(is_doubted());
  watch_.believe();
  machine_.pass(1s);
  look();
  EXPECT_FALSE(is_doubted());
}

// One hour back must not make Reset go to the wrong bookmark.
TEST(ASetBackClock, LeavesResetWithTheBookmarkThatWasTakenLast) {
  const auto world = TestWorld::with_containers();
  world->write("qa", "one");
  ASSERT_OK(world->bookmark("qa", "first"));
  world->write("qa", "two");
  world->clock.set_back(1h);
  ASSERT_OK(world->bookmark("qa", "second"));
  world->write("qa", "three");

  ASSERT_OK(world->must(ResetContainer{"qa", Safety::take_point}, "qa"));

  EXPECT_EQ(world->rows("qa"), "production;one;two;");
}

TEST(ASetBackClock, LeavesRefreshWithTheDataThatWasSyncedLast) {
  const auto world = TestWorld::with_containers();
  const auto newest = [&] {
    const auto mould = world->catalog.read(
        [](CatalogUnit& catalog) { return catalog.templates().find_named("shop"); });
    return world->catalog
        .read([&](CatalogUnit& catalog) { return catalog.points().newest((*mould)->master); })
        .value();
  };
  const auto before = newest();
  world->clock.set_back(1h);
  ASSERT_OK(world->must(SyncSource{"shop.db"}));
  ASSERT_TRUE(before && newest());
  EXPECT_NE(newest()->id, before->id);
}

TEST(ADoubtedClock, DeletesNothingForItsAge) {
  const auto world = TestWorld::with_containers();
  const VolumeId volume = world->active("dev").volume;
  ASSERT_OK(world->must(DeleteContainer{"dev"}));
  const auto is_kept = [&] { return world->storage.attach(volume).has_value(); };
  // The machine was off for long, or its clock is wrong: nobody can tell.
  world->world.settings.reap_after = Duration(0);
  world->clock.advance(24h * 400);
  {
    Engine engine(world->world);
    ASSERT_OK(engine.start());
    EXPECT_TRUE(engine.clock_doubt().has_value());
    EXPECT_ERROR(engine.believe_clock(world->actor_named("qa")), permission_denied);
    // People go on all the same.
    CreateBookmark request;
    request.container = "qa";
    request.name = "meanwhile";
    const auto made = engine.submit(world->actor_named("qa"), request);
    ASSERT_OK(made);
    EXPECT_EQ(engine.wait(made->id, 10s)->state, OperationState::succeeded);
  }
  EXPECT_TRUE(is_kept());
  {
    // What has been recorded meanwhile does not make it right.
    Engine again(world->world);
    ASSERT_OK(again.start());
    EXPECT_TRUE(again.clock_doubt().has_value());
    ASSERT_OK(again.believe_clock(world->actor_named("admin")));
  }
  Engine believing(world->world);
  ASSERT_OK(believing.start());
  EXPECT_FALSE(believing.clock_doubt().has_value());
  const auto deadline = std::chrono::steady_clock::now() + 10s;
  while (is_kept() && std::chrono::steady_clock::now() < deadline) std::this_thread::yield();
  EXPECT_FALSE(is_kept());
}

// Tells when it is looked at.
class WatchedClock : public Clock {
 public:
  explicit WatchedClock(Clock& inner) : inner_(inner) {}
  Timestamp now() override { return inner_.now(); }
  Timestamp wall() override {
    looked_at.release();
    return inner_.wall();
  }
  std::counting_semaphore<> looked_at{0};

 private:
  Clock& inner_;
};

TEST(ADoubtedClock, IsNotedAsItIsWhenItIsWrittenDown) {
  const auto fakes = TestWorld::with_containers();
  WatchedClock clock(fakes->clock);
  World world{.host = fakes->host,
              .storage = fakes->storage,
              .adapters = fakes->machine.adapters,
              .clock = clock,
              .secrets = fakes->secrets,
              .catalog = fakes->catalog,
              .ids = fakes->ids};
  BelievedClock believed(world);
  ASSERT_OK(believed.begin());
  ASSERT_TRUE(clock.looked_at.try_acquire());
  fakes->clock.advance(24h * 400);

  std::thread doubting;
  ASSERT_OK(fakes->catalog.write([&](CatalogUnit&) -> Result<> {
    // It waits for us to write the doubt down, which is none any more when it comes to that.
    doubting = std::thread([&] { believed.look(); });
    clock.looked_at.acquire();
    believed.believe();
    return {};
  }));
  doubting.join();

  const auto noted =
      fakes->catalog.read([](CatalogUnit& catalog) { return catalog.facts().find("clock_doubt"); });
  ASSERT_OK(noted);
  EXPECT_FALSE(noted->has_value());
}

}  // namespace
}  // namespace slip
