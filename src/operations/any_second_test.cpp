// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "operations/automatic_points.h"
#include "operations/lookup.h"
#include "operations/moment.h"
#include "tests/support/test_world.h"

namespace slip {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

Result<Operation> restore_to(TestWorld& world, Timestamp at) {
  return world.must(RestoreContainer{"qa", FromTime{at, ""}, Safety::take_point}, "qa");
}

// qa has a row, a bookmark, and two more rows; gives the times between them.
struct Written {
  Timestamp before_first;
  Timestamp after_first;
  Timestamp after_bookmark;
  Timestamp after_second;
};
Written write_rows(TestWorld& world) {
  Written times;
  times.before_first = world.clock.now();
  world.write("qa", "first");
  times.after_first = world.clock.now();
  EXPECT_TRUE(world.bookmark("qa", "one"));
  times.after_bookmark = world.clock.now();
  world.write("qa", "second");
  times.after_second = world.clock.now();
  world.write("qa", "third");
  return times;
}

TEST(AnySecond, IsReachedFromThePointBeforeItByTheLogOfThePointAfterIt) {
  auto world = TestWorld::with_containers();
  const Written times = write_rows(*world);
  ASSERT_TRUE(world->bookmark("qa", "two"));

  ASSERT_TRUE(restore_to(*world, times.after_second));

  EXPECT_EQ(world->rows("qa"), "production;first;second;");
  EXPECT_THAT(world->complaints(), IsEmpty());
}

TEST(AnySecond, IsReachedBetweenTheNewestPointAndNow) {
  auto world = TestWorld::with_containers();
  const Written times = write_rows(*world);

  ASSERT_TRUE(restore_to(*world, times.after_second));

  EXPECT_EQ(world->rows("qa"), "production;first;second;");
  ASSERT_TRUE(world->must(UndoContainer{"qa"}, "qa"));
  EXPECT_EQ(world->rows("qa"), "production;first;second;third;");
  EXPECT_THAT(world->complaints(), IsEmpty());
}

TEST(AnySecond, IsReachedFromWhatTheSegmentBeganWith) {
  auto world = TestWorld::with_containers();
  const Written times = write_rows(*world);
  ASSERT_TRUE(restore_to(*world, times.after_first));
  EXPECT_EQ(world->rows("qa"), "production;first;");
  world->write("qa", "other");
  const Timestamp after_other = world->clock.now();
  world->write("qa", "more");

  ASSERT_TRUE(restore_to(*world, after_other));
  EXPECT_EQ(world->rows("qa"), "production;first;other;");
  ASSERT_TRUE(restore_to(*world, times.before_first));
  EXPECT_EQ(world->rows("qa"), "production;");
  EXPECT_THAT(world->complaints(), IsEmpty());
}

TEST(AnySecond, OnASegmentThatWasLeftIsReachedUpToItsEnd) {
  auto world = TestWorld::with_containers();
  const Written times = write_rows(*world);
  ASSERT_TRUE(world->restore("qa", "one"));

  ASSERT_TRUE(restore_to(*world, times.after_second));

  EXPECT_EQ(world->rows("qa"), "production;first;second;");
}

TEST(AnySecond, OfASegmentThatWasLeftWithoutASafetyPointEndsAtItsLastPoint) {
  auto world = TestWorld::with_containers();
  const Written times = write_rows(*world);
  ASSERT_TRUE(world->must(RestoreContainer{"qa", FromBookmark{"one"}, Safety::none}, "qa"));

  const auto restored = restore_to(*world, times.after_second);

  ASSERT_TRUE(restored);
  EXPECT_EQ(world->rows("qa"), "production;first;");
  EXPECT_LT(restored->parent->at, times.after_second) << "it says which moment it took";
}

TEST(AnySecond, IsWhereResetComesBackTo) {
  auto world = TestWorld::with_containers();
  const Written times = write_rows(*world);
  ASSERT_TRUE(restore_to(*world, times.after_second));
  world->write("qa", "dirt");

  ASSERT_TRUE(world->must(ResetContainer{"qa"}, "qa"));

  EXPECT_EQ(world->rows("qa"), "production;first;second;");
}

TEST(AnySecond, OfAStoppedContainerIsReachedAndItStaysStopped) {
  auto world = TestWorld::with_containers();
  const Written times = write_rows(*world);
  ASSERT_TRUE(world->must(StopContainer{"qa", ""}));

  ASSERT_TRUE(restore_to(*world, times.after_second));

  EXPECT_EQ(world->rows("qa"), "production;first;second;");
  EXPECT_THAT(world->complaints(), IsEmpty());
}

TEST(AnySecond, CanBeBranchedFromBesideTheActiveBranch) {
  auto world = TestWorld::with_containers();
  const Written times = write_rows(*world);

  ASSERT_TRUE(world->must(
      CreateBranch{"qa", "then", FromTime{times.after_second, ""}, Activation::beside}, "qa"));

  EXPECT_EQ(world->rows(world->branch("qa", "then")), "production;first;second;");
  EXPECT_EQ(world->rows("qa"), "production;first;second;third;");
  EXPECT_THAT(world->complaints(), IsEmpty());
}

TEST(AnySecond, CanBeBookmarkedAndIsKeptAsThatMoment) {
  auto world = TestWorld::with_containers();
  const Written times = write_rows(*world);
  CreateBookmark request;
  request.container = "qa";
  request.name = "just then";
  request.at = FromTime{times.after_second, ""};

  ASSERT_TRUE(world->must(request, "qa"));

  const auto points = world->points("qa");
  const auto made = std::ranges::find_if(
      points, [](const Point& point) { return point.replayed_from.has_value(); });
  ASSERT_NE(made, points.end());
  EXPECT_EQ(made->at, times.after_second);
  EXPECT_EQ(made->positions.at("db").at, times.after_second);
  EXPECT_LT(made->positions.at("app").at, times.after_second) << "files are of the point before";
  EXPECT_EQ(world->rows(*made), "production;first;second;");
  ASSERT_TRUE(world->restore("qa", "just then"));
  EXPECT_EQ(world->rows("qa"), "production;first;second;");
  EXPECT_THAT(world->complaints(), IsEmpty());
}

SourceMoment moment_of_db(TestWorld& world, Timestamp at) {
  const Branch branch = world.active("qa");
  const auto found = world.catalog.read([&](CatalogUnit& catalog) {
    PlanContext context{
        {world.world.ids, world.actor_named("qa"), world.clock.now()}, catalog, world.world};
    const auto container = container_of(catalog, branch.container).value();
    const auto mould = template_of(catalog, container.template_id).value();
    return source_moments(context, find_moment(context, mould, branch, at).value());
  });
  EXPECT_TRUE(found);
  return *std::ranges::find(*found, "db", &SourceMoment::source);
}

TEST(AnySecond, SaysWhatItLacksBeforeItIsChosenAndAfter) {
  auto world = TestWorld::with_containers();
  const Written times = write_rows(*world);
  // The bookmark before it was made while the database ran.
  EXPECT_THAT(moment_of_db(*world, times.after_second).lacks,
              testing::Optional(testing::ElementsAre("what is unlogged")));
  // What began with the template's data had everything then.
  EXPECT_THAT(moment_of_db(*world, times.after_first).lacks,
              testing::Optional(testing::ElementsAre("what is unlogged")))
      << "the bookmark after it tells";
  ASSERT_TRUE(world->must(StopContainer{"qa", ""}));
  ASSERT_TRUE(world->bookmark("qa", "of what is stopped"));
  ASSERT_TRUE(world->must(StartContainer{"qa", ""}));
  world->write("qa", "more");
  const Timestamp at = world->clock.now();
  world->write("qa", "last");
  EXPECT_THAT(moment_of_db(*world, at).lacks,
              testing::Optional(testing::ElementsAre(HasSubstr("does not log"))));

  CreateBookmark request;
  request.container = "qa";
  request.name = "just then";
  request.at = FromTime{at, ""};
  ASSERT_TRUE(world->must(request, "qa"));

  const auto points = world->points("qa");
  const auto made = std::ranges::find_if(
      points, [](const Point& point) { return point.replayed_from.has_value(); });
  ASSERT_NE(made, points.end());
  EXPECT_EQ(made->exact(), false);
  EXPECT_THAT(made->positions.at("db").lacks,
              testing::Optional(testing::ElementsAre(HasSubstr("does not log"))));
}

TEST(AnySecond, OfALogWithAHoleNamesThePointsAroundIt) {
  auto world = TestWorld::with_containers();
  const Written times = write_rows(*world);
  const auto volume = world->active("qa").volume;
  ASSERT_TRUE(world->storage.write(volume, "db/log", "something else"));

  const auto failed = world->act(
      RestoreContainer{"qa", FromTime{times.after_second, ""}, Safety::take_point}, "qa");

  ASSERT_TRUE(failed);
  ASSERT_EQ(failed->state, OperationState::failed);
  EXPECT_THAT(failed->failure->hint,
              HasSubstr("the nearest: " + to_rfc3339(world->points("qa").front().at)));
  EXPECT_EQ(world->rows("qa"), "production;first;second;third;");
}

TEST(AnySecond, WhoseReplayDoesNotEndInTimeLeavesAllAsItWas) {
  auto world = TestWorld::with_containers();
  const Written times = write_rows(*world);
  world->machine.machine_settings.replay_patience = Duration(30);
  world->database->never_ready(true);

  const auto failed = world->act(
      RestoreContainer{"qa", FromTime{times.after_second, ""}, Safety::take_point}, "qa");

  ASSERT_TRUE(failed);
  ASSERT_EQ(failed->state, OperationState::failed);
  EXPECT_EQ(failed->failure->code, "timed_out");
  EXPECT_THAT(failed->failure->hint, HasSubstr("sooner after a point"));
  world->database->never_ready(false);
  EXPECT_EQ(world->rows("qa"), "production;first;second;third;");
  ASSERT_TRUE(restore_to(*world, times.after_second));
  EXPECT_EQ(world->rows("qa"), "production;first;second;");
  EXPECT_THAT(world->complaints(), IsEmpty());
}

// Its log ends in a way of its own: neither a replay's beginning nor its end.
TEST(AnySecond, IsNeverReplayedFromAPointThatWasReplayedItself) {
  auto world = TestWorld::with_containers();
  const Written times = write_rows(*world);
  ASSERT_TRUE(world->bookmark("qa", "two"));
  CreateBookmark request;
  request.container = "qa";
  request.name = "just then";
  request.at = FromTime{times.after_bookmark, ""};
  ASSERT_TRUE(world->must(request, "qa"));

  ASSERT_TRUE(restore_to(*world, times.after_second));

  EXPECT_EQ(world->rows("qa"), "production;first;second;");
}

TEST(AnySecond, BeyondWhatTheLogIsKeptForIsTheLastPointBeforeIt) {
  auto world = TestWorld::with_containers();
  const Written times = write_rows(*world);
  world->clock.advance(std::chrono::hours(25));
  ASSERT_TRUE(world->bookmark("qa", "a day later"));

  ASSERT_TRUE(restore_to(*world, times.after_second));

  EXPECT_EQ(world->rows("qa"), "production;first;");
}

// Other databases of the container must not be left behind.
TEST(AnySecond, IsNotReachedWhereADatabaseKeepsNoLog) {
  auto world = TestWorld::with_containers();
  const Written times = write_rows(*world);
  world->database->keep_no_log();

  ASSERT_TRUE(restore_to(*world, times.after_second));

  EXPECT_EQ(world->rows("qa"), "production;first;");
}

class PointsOfTheirOwnAccord : public testing::Test {
 protected:
  std::vector<BranchId> due() {
    auto found = automatic.due(world->clock.now());
    EXPECT_TRUE(found);
    return found.value_or(std::vector<BranchId>());
  }
  void wait() { world->clock.advance(std::chrono::minutes(6)); }

  std::unique_ptr<TestWorld> world = TestWorld::with_containers();
  AutomaticPoints automatic{world->world};
};

TEST_F(PointsOfTheirOwnAccord, AreTakenOfWhatHasChangedAndOfNothingElse) {
  wait();
  EXPECT_THAT(due(), IsEmpty()) << "nothing was written since production's data came";
  world->write("qa", "row");
  wait();
  const auto found = due();
  ASSERT_THAT(found, testing::ElementsAre(world->active("qa").id));

  const auto taken = world->must(TakePoint{found.front()});

  ASSERT_TRUE(taken);
  EXPECT_EQ(world->rows(world->points("qa").back()), "production;row;");
  wait();
  EXPECT_THAT(due(), IsEmpty()) << "nothing was written since";
  EXPECT_THAT(world->complaints(), IsEmpty());
}

TEST_F(PointsOfTheirOwnAccord, AreNotTakenSoonAfterAnother) {
  wait();
  world->write("qa", "row");
  ASSERT_TRUE(world->bookmark("qa", "just now"));
  world->write("qa", "another");
  EXPECT_THAT(due(), IsEmpty());
  wait();
  EXPECT_THAT(due(), testing::SizeIs(1));
}

TEST_F(PointsOfTheirOwnAccord, AreTakenSoonerWhereMuchIsWritten) {
  world->world.settings.log_between_points = 200;
  ASSERT_TRUE(world->bookmark("qa", "base"));
  world->write("qa", "little");
  world->clock.advance(std::chrono::seconds(40));
  EXPECT_THAT(due(), IsEmpty());
  world->write("qa", std::string(200, 'x'));
  EXPECT_THAT(due(), IsEmpty()) << "its database is not asked all the time";
  world->clock.advance(std::chrono::seconds(40));
  const auto found = due();
  ASSERT_THAT(found, testing::SizeIs(1));

  ASSERT_TRUE(world->must(TakePoint{found.front()}));

  world->clock.advance(std::chrono::seconds(40));
  EXPECT_THAT(due(), IsEmpty()) << "what is to be replayed counts from the newest point";
}

TEST_F(PointsOfTheirOwnAccord, AreTakenWhenTheLogIsExpectedToBeThatLongAgain) {
  world->world.settings.log_between_points = 200;
  ASSERT_TRUE(world->bookmark("qa", "base"));
  world->write("qa", std::string(200, 'x'));
  world->clock.advance(std::chrono::seconds(11));
  const auto found = due();
  ASSERT_THAT(found, testing::SizeIs(1));
  ASSERT_TRUE(world->must(TakePoint{found.front()}));
  world->write("qa", std::string(200, 'y'));
  world->clock.advance(std::chrono::seconds(5));
  EXPECT_THAT(due(), IsEmpty()) << "it is not asked all the time";
  world->clock.advance(std::chrono::seconds(7));
  EXPECT_THAT(due(), testing::SizeIs(1)) << "at this rate it was to be expected";
}

TEST_F(PointsOfTheirOwnAccord, MakeRoomWhereThePoolRunsShort) {
  Timestamp after_third;
  for (const std::string row : {"1", "2", "3", "4"}) {
    world->write("qa", row);
    if (row == "3") after_third = world->clock.now();
    wait();
    ASSERT_TRUE(world->must(TakePoint{world->active("qa").id}));
  }
  world->write("qa", "5");
  wait();
  ASSERT_THAT(due(), testing::SizeIs(1));
  const auto space = world->storage.probe();
  const std::int64_t used = space->total - space->free;
  world->storage.set_capacity(used + used / 30);

  EXPECT_THAT(due(), IsEmpty());
  Reaper reaper(world->world);
  ASSERT_TRUE(reaper.retire_points(world->clock.now()));

  const auto points = world->points("qa");
  EXPECT_LE(std::ranges::count_if(points, &Point::reachable), 2) << "of each hour the first";
  world->storage.set_capacity(std::nullopt);
  wait();
  EXPECT_THAT(due(), testing::SizeIs(1));
  ASSERT_TRUE(restore_to(*world, after_third));
  EXPECT_EQ(world->rows("qa"), "production;1;2;3;");
  EXPECT_THAT(world->complaints(), IsEmpty());
}

TEST_F(PointsOfTheirOwnAccord, AreNotTakenOfWhatIsStopped) {
  world->write("qa", "row");
  ASSERT_TRUE(world->must(StopContainer{"qa", ""}));
  wait();
  EXPECT_THAT(due(), IsEmpty());
  EXPECT_FALSE(world->act(TakePoint{world->active("qa").id}));
}

}  // namespace
}  // namespace slip
