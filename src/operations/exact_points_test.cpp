// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "operations/lookup.h"
#include "tests/support/test_world.h"

namespace slip {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Optional;

// qa has a row on disk and one in memory, which only a clean stop writes; "clean" is before
// them.
std::unique_ptr<TestWorld> world_with_a_row_in_memory() {
  auto world = TestWorld::with_containers();
  EXPECT_TRUE(world->bookmark("qa", "clean"));
  world->write("qa", "on disk");
  world->database->write_unlogged(world->active("qa").volume, "in memory");
  return world;
}

std::string in_memory(TestWorld& world) {
  return world.database->unlogged(world.active("qa").volume);
}

Point point_of_kind(TestWorld& world, PointKind kind) {
  const auto points = world.points("qa");
  const auto found = std::ranges::find(points.rbegin(), points.rend(), kind, &Point::kind);
  EXPECT_NE(found, points.rend());
  return *found;
}

CreateBookmark bookmark_of(BookmarkManner manner) {
  CreateBookmark request;
  request.container = "qa";
  request.name = "now";
  request.manner = manner;
  return request;
}

TEST(SafetyPoint, HasWhatOnlyAStopInGoodOrderWrites) {
  const auto world = world_with_a_row_in_memory();

  ASSERT_TRUE(world->restore("qa", "clean"));

  EXPECT_THAT(in_memory(*world), IsEmpty());
  EXPECT_THAT(point_of_kind(*world, PointKind::safety).exact(), Optional(true));
  ASSERT_TRUE(world->must(UndoContainer{"qa"}));
  EXPECT_EQ(in_memory(*world), "in memory;");
  EXPECT_EQ(world->rows("qa"), "production;on disk;");
  EXPECT_THAT(world->complaints(), IsEmpty());
}

TEST(SafetyPoint, OfADatabaseThatDoesNotAnswerIsTakenAndSaysWhatItLacks) {
  const auto world = world_with_a_row_in_memory();
  world->database->fall_silent(world->active("qa").volume);
  world->runtime.on_ask_to_end([](const InstanceId&) {});  // nor does it end when it is asked to

  ASSERT_TRUE(world->restore("qa", "clean"));

  const Point safety = point_of_kind(*world, PointKind::safety);
  EXPECT_THAT(safety.exact(), Optional(false));
  EXPECT_THAT(safety.positions.at("db").lacks,
              Optional(Contains(HasSubstr("did not answer when the copy was made"))));
  ASSERT_TRUE(world->must(UndoContainer{"qa"}));
  EXPECT_EQ(world->rows("qa"), "production;on disk;");
}

// As a MEMORY table's rows are.
TEST(SafetyPoint, SaysWhatAStopInGoodOrderLoses) {
  const auto world = world_with_a_row_in_memory();
  world->database->lose_when_stopped("the rows of m");

  ASSERT_TRUE(world->restore("qa", "clean"));

  const Point safety = point_of_kind(*world, PointKind::safety);
  EXPECT_THAT(safety.positions.at("db").lacks, Optional(ElementsAre("the rows of m")));
  EXPECT_THAT(safety.exact(), Optional(false));
}

// The switch is through, and the data from before it is kept, if not all of it.
TEST(SafetyPoint, StaysWhereWhatIsLeftCannotBeKept) {
  const auto world = world_with_a_row_in_memory();
  int snapshots = 0;
  world->storage.on_call([&](std::string_view method, FakeStorage::When when) -> Result<> {
    if (method != "snapshot" || when == FakeStorage::When::after || ++snapshots == 1) return {};
    return Error{.code = ErrorCode::no_space, .message = "full"};
  });

  ASSERT_TRUE(world->restore("qa", "clean"));

  const Point safety = point_of_kind(*world, PointKind::safety);
  EXPECT_NE(safety.exact(), true);
  EXPECT_EQ(world->rows(safety), "production;on disk;");
  EXPECT_THAT(world->complaints(), IsEmpty());
}

TEST(Bookmark, SaysWhatItLacksWhereNothingIsInterrupted) {
  const auto world = world_with_a_row_in_memory();
  const int starts = world->runtime.starts();

  ASSERT_TRUE(world->must(bookmark_of(BookmarkManner::running)));

  const Point point = point_of_kind(*world, PointKind::bookmark);
  EXPECT_THAT(point.exact(), Optional(false));
  EXPECT_THAT(point.positions.at("db").lacks, Optional(ElementsAre("what is unlogged")));
  EXPECT_THAT(point.positions.at("app").lacks, Optional(IsEmpty()));
  EXPECT_EQ(world->runtime.starts(), starts);
}

TEST(Bookmark, OfADatabaseThatDoesNotAnswerIsTakenAndSaysSo) {
  const auto world = world_with_a_row_in_memory();
  world->database->fall_silent(world->active("qa").volume);

  ASSERT_TRUE(world->must(bookmark_of(BookmarkManner::running)));

  const Point point = point_of_kind(*world, PointKind::bookmark);
  EXPECT_EQ(world->rows(point), "production;on disk;");
  EXPECT_THAT(point.positions.at("db").lacks, Optional(Contains(HasSubstr("did not answer"))));
}

TEST(ExactBookmark, HasWhatOnlyAStopInGoodOrderWritesAndLetsThemGoOn) {
  const auto world = world_with_a_row_in_memory();

  ASSERT_TRUE(world->must(bookmark_of(BookmarkManner::exact)));

  const Point point = point_of_kind(*world, PointKind::bookmark);
  EXPECT_THAT(point.exact(), Optional(true));
  EXPECT_EQ(in_memory(*world), "in memory;");
  EXPECT_TRUE(world->runtime.running(instance_on(world->active("qa").volume, "app")));
  EXPECT_THAT(world->complaints(), IsEmpty());
  world->write("qa", "later");
  world->database->write_unlogged(world->active("qa").volume, "later");
  ASSERT_TRUE(world->restore("qa", "now"));
  EXPECT_EQ(in_memory(*world), "in memory;");
  EXPECT_EQ(world->rows("qa"), "production;on disk;");
}

TEST(ExactBookmark, ThatCannotBeKeptLetsThemGoOn) {
  const auto world = world_with_a_row_in_memory();
  world->storage.fail_next("snapshot", Error{.code = ErrorCode::no_space, .message = "full"});

  const auto ended = world->act(bookmark_of(BookmarkManner::exact));

  ASSERT_TRUE(ended);
  EXPECT_EQ(ended->state, OperationState::failed);
  world->write("qa", "later");
  EXPECT_EQ(in_memory(*world), "in memory;");
  EXPECT_THAT(world->complaints(), IsEmpty());
}

TEST(ExactBookmark, IsWhatTheTemplateSaysUnlessSomebodySaysOtherwise) {
  const auto world = TestWorld::with_containers();
  ASSERT_TRUE(world->must(
      VersionTemplate{.tmpl = "shop",
                      .sources = {{"db", "shop.db", 1, 5433, {}}, {"app", "shop.app", 2, 1080, {}}},
                      .bookmarks = BookmarkManner::exact}));
  ASSERT_TRUE(world->must(RefreshContainer{"qa"}));

  ASSERT_TRUE(world->bookmark("qa", "as the template says"));
  EXPECT_THAT(point_of_kind(*world, PointKind::bookmark).exact(), Optional(true));
  ASSERT_TRUE(world->must(bookmark_of(BookmarkManner::running)));
  EXPECT_THAT(point_of_kind(*world, PointKind::bookmark).exact(), Optional(false));
}

TEST(ExactBookmark, OfATimeIsRefused) {
  const auto world = world_with_a_row_in_memory();
  auto request = bookmark_of(BookmarkManner::exact);
  request.at = FromTime{world->clock.now(), ""};

  const auto ended = world->act(request);

  ASSERT_FALSE(ended);
  EXPECT_EQ(ended.error().code, ErrorCode::invalid_argument);
}

TEST(Bookmark, OfAStoppedBranchIsExact) {
  const auto world = world_with_a_row_in_memory();
  ASSERT_TRUE(world->must(StopContainer{"qa", ""}));

  ASSERT_TRUE(world->must(bookmark_of(BookmarkManner::exact)));

  EXPECT_THAT(point_of_kind(*world, PointKind::bookmark).exact(), Optional(true));
  EXPECT_FALSE(world->runtime.running(instance_on(world->active("qa").volume, "db")));
}

TEST(Bookmark, OfABranchWhoseDatabaseHasDiedSaysSo) {
  const auto world = world_with_a_row_in_memory();
  world->runtime.crash(instance_on(world->active("qa").volume, "db"));

  ASSERT_TRUE(world->must(bookmark_of(BookmarkManner::running)));

  EXPECT_THAT(point_of_kind(*world, PointKind::bookmark).positions.at("db").lacks,
              Optional(Contains(HasSubstr("had ended otherwise"))));
}

TEST(TemplatePoint, IsExact) {
  const auto world = TestWorld::with_containers();
  const auto newest = world->catalog.read([&](CatalogUnit& catalog) -> Result<Point> {
    const auto mould = TRY(find_template(catalog, "shop"));
    return *TRY(catalog.points().newest(mould.master));
  });
  ASSERT_TRUE(newest);
  EXPECT_THAT(newest->exact(), Optional(true));
}

}  // namespace
}  // namespace slip
