// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "operations/automatic_points.h"
#include "operations/edits/edits.h"
#include "operations/lookup.h"
#include "operations/submit.h"
#include "operations/volume_specs.h"
#include "tests/support/expect_result.h"
#include "tests/support/test_world.h"

namespace slip {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// A template "live" of one source that follows production, and a file source; "live-qa" is of it.
class Rewinding : public ::testing::Test {
 protected:
  Rewinding() {
    EXPECT_OK(world.must(LinkSource{"live.db", {"rows", {{"follow", "yes"}}, {}}}));
    make_template({});
    const Member owner{UserId("usr_qa"), ContainerRole::owner};
    EXPECT_OK(world.must(CreateContainer{"live-qa", "live", {owner}}));
    EXPECT_OK(world.restart());
  }
  void make_template(const std::vector<Hook>& hooks) {
    SourcePlace db{"db", "live.db", 1, 0, {}};
    db.hooks = hooks;
    EXPECT_OK(world.must(CreateTemplate{"live", {db, {"app", "shop.app", 2, 0, {}}}}));
  }
  Timestamp write(const std::string& row) { return world.database->write_in_production(row); }
  Source source() {
    return world.catalog.read([](CatalogUnit& catalog) { return find_source(catalog, "live.db"); })
        .value();
  }
  FromTime template_at(Timestamp at) {
    return FromTime{.at = at, .branch = "", .of_template = true};
  }
  Result<Operation> restore(Timestamp at) {
    return world.act(RestoreContainer{"live-qa", template_at(at)}, "qa");
  }
  std::vector<Point> template_points() {
    return world.catalog
        .read([](CatalogUnit& catalog) -> Result<std::vector<Point>> {
          return catalog.points().of_branch(TRY(find_template(catalog, "live")).master);
        })
        .value();
  }

  std::unique_ptr<TestWorld> made = TestWorld::with_containers();
  TestWorld& world = *made;
};

TEST_F(Rewinding, GoesToAnySecondBetweenTwoSyncs) {
  write("first");
  ASSERT_OK(world.must(SyncSource{"live.db"}));
  write("second");
  const Timestamp then = world.clock.now();
  write("third");
  ASSERT_OK(world.must(SyncSource{"live.db"}));

  const auto restored = restore(then);

  ASSERT_OK(restored);
  ASSERT_EQ(restored->state, OperationState::succeeded) << restored->failure->message;
  EXPECT_EQ(world.rows("live-qa"), "production;first;second;");
  EXPECT_EQ(restored->parent->at, then);
  EXPECT_THAT(restored->words, HasSubstr("template live as of"));
  EXPECT_THAT(world.complaints(), IsEmpty());
  ASSERT_OK(world.must(UndoContainer{"live-qa"}, "qa"));
  EXPECT_EQ(world.rows("live-qa"), "production;");
}

TEST_F(Rewinding, LeavesTheNewestDataTheNewest) {
  write("first");
  const Timestamp then = world.clock.now();
  write("second");
  ASSERT_OK(world.must(SyncSource{"live.db"}));

  ASSERT_OK(world.must(CreateBranch{"live-qa", "then", template_at(then)}, "qa"));
  EXPECT_EQ(world.rows("live-qa"), "production;first;");

  ASSERT_OK(world.must(RefreshContainer{"live-qa"}, "qa"));
  EXPECT_EQ(world.rows("live-qa"), "production;first;second;");
}

TEST_F(Rewinding, GoesToWhatHasNotBeenSyncedYet) {
  write("first");
  const Timestamp then = world.clock.now();
  write("second");
  const auto points = source().history.size();

  ASSERT_EQ(restore(then)->state, OperationState::succeeded);

  EXPECT_EQ(world.rows("live-qa"), "production;first;");
  EXPECT_EQ(source().history.size(), points + 1) << "what the log was taken from is kept";
  ASSERT_OK(world.must(RefreshContainer{"live-qa"}, "qa"));
  EXPECT_EQ(world.rows("live-qa"), "production;") << "syncs decide what is the newest";
  EXPECT_THAT(world.complaints(), IsEmpty());
}

TEST_F(Rewinding, SaysEachSourcesTime) {
  write("first");
  const Timestamp then = world.clock.now();
  ASSERT_OK(world.must(SyncSource{"live.db"}));

  ASSERT_EQ(restore(then)->state, OperationState::succeeded);

  const auto points = template_points();
  const auto point = std::ranges::find(points, then, &Point::at);
  ASSERT_NE(point, points.end());
  EXPECT_EQ(point->positions.at("db").at, then);
  EXPECT_EQ(point->positions.at("db").position, "detached");
  EXPECT_LT(point->positions.at("app").at, then);
}

TEST_F(Rewinding, IsWhatATemplatesBookmarkCanName) {
  write("first");
  const Timestamp then = world.clock.now();
  write("second");
  ASSERT_OK(world.must(SyncSource{"live.db"}));

  CreateTemplateBookmark bookmark{"live", "before it broke", "", {}, then};
  EXPECT_EQ(world.act(bookmark, "qa").error().code, ErrorCode::permission_denied);
  ASSERT_OK(world.must(bookmark));

  ASSERT_OK(world.must(RestoreContainer{"live-qa", FromBookmark{"before it broke"}}, "qa"));
  EXPECT_EQ(world.rows("live-qa"), "production;first;");
  EXPECT_THAT(world.complaints(), IsEmpty());
}

TEST_F(Rewinding, IsMaskedBeforeAnybodyCanSeeIt) {
  SourcePlace db{"db", "live.db", 1, 0, {}};
  db.hooks = {{.when = HookMoment::mask, .sql = "mask"}};
  ASSERT_OK(world.must(VersionTemplate{"live", {db, {"app", "shop.app", 2, 0, {}}}}));
  write("secret");
  const Timestamp then = world.clock.now();
  ASSERT_OK(world.must(SyncSource{"live.db"}));

  ASSERT_EQ(restore(then)->state, OperationState::succeeded);

  EXPECT_EQ(world.rows("live-qa"), "masked;");
}

TEST_F(Rewinding, IsMaskedAsTheTemplateIsToday) {
  write("secret");
  ASSERT_OK(world.must(SyncSource{"live.db"}));
  const Timestamp then = world.clock.now();
  SourcePlace db{"db", "live.db", 1, 0, {}};
  db.hooks = {{.when = HookMoment::mask, .sql = "mask"}};
  ASSERT_OK(world.must(VersionTemplate{"live", {db, {"app", "shop.app", 2, 0, {}}}}));

  ASSERT_EQ(restore(then)->state, OperationState::succeeded);

  EXPECT_EQ(world.rows("live-qa"), "masked;");
}

// The data of a new version takes a while to be made; until then the one before counts.
TEST_F(Rewinding, HasNoGapWhereTheTemplateGetsANewVersion) {
  write("first");
  const auto before = world.clock.now();
  SourcePlace db{"db", "live.db", 1, 0, {}};
  ASSERT_OK(world.must(VersionTemplate{"live", {db, {"app", "shop.app", 2, 0, {}}}}));
  write("second");
  ASSERT_OK(world.must(SyncSource{"live.db"}));
  const auto points = template_points();
  const auto first = std::ranges::find_if(points, [&](const auto& one) { return one.at > before; });
  ASSERT_NE(first, points.end());

  ASSERT_EQ(restore(Timestamp{first->at.ms - 1})->state, OperationState::succeeded);

  EXPECT_EQ(world.rows("live-qa"), "production;first;");
}

TEST_F(Rewinding, CanBeDoneWhenProductionIsGone) {
  write("first");
  ASSERT_OK(world.must(SyncSource{"live.db"}));
  write("second");
  const Timestamp then = world.clock.now();
  write("the mistake");
  ASSERT_OK(world.must(TakeSourcePoint{source().id}));
  world.database->be_unreachable(true);

  ASSERT_EQ(restore(then)->state, OperationState::succeeded);
  EXPECT_EQ(world.rows("live-qa"), "production;first;second;");

  const auto refused = restore(world.clock.now());
  ASSERT_OK(refused);
  EXPECT_EQ(refused->state, OperationState::failed) << "nobody knows what production did since";
  EXPECT_EQ(refused->failure->code, "unavailable");
  EXPECT_THAT(refused->failure->hint, HasSubstr("is here: choose an earlier time"));
  EXPECT_EQ(world.rows("live-qa"), "production;first;second;");
  EXPECT_THAT(world.complaints(), IsEmpty());
}

TEST_F(Rewinding, TrustsNoFollowerThatHasNotNoticedYetThatProductionIsGone) {
  write("first");
  const Timestamp then = world.clock.now();
  ASSERT_OK(world.must(SyncSource{"live.db"}));
  write("second");
  world.database->come_by_itself(true);
  ASSERT_OK(world.host.ask(spec_of(world.catalog, source().volume).value(), AskFollowState{}));
  const Timestamp later = write("third");
  world.database->be_unreachable(true);
  world.database->take_itself_for_connected();

  const auto refused = restore(Timestamp{later.ms - 1});
  ASSERT_OK(refused);
  EXPECT_EQ(refused->state, OperationState::failed);
  EXPECT_EQ(restore(then)->state, OperationState::succeeded) << "a sync has it";
}

// Its commits are of its clock, and ours says what the time is that people ask for.
TEST_F(Rewinding, AllowsForProductionsClockWhenItIsGone) {
  for (const auto& [ahead, succeeds] : std::vector<std::pair<std::optional<std::int64_t>, bool>>{
           {0, true}, {3'600'000, false}, {std::nullopt, false}}) {
    SCOPED_TRACE(ahead.value_or(-1));
    world.database->be_unreachable(false);
    world.database->set_clock_ahead(ahead);
    ASSERT_OK(world.must(ReseedSource{"live.db"}));
    write("first");
    ASSERT_OK(world.must(SyncSource{"live.db"}));
    world.database->come_by_itself(true);
    write("second");
    const Timestamp then = world.clock.now();
    write("third");
    ASSERT_OK(world.host.ask(spec_of(world.catalog, source().volume).value(), AskFollowState{}));
    world.database->come_by_itself(false);
    world.database->be_unreachable(true);

    EXPECT_EQ(restore(then)->state == OperationState::succeeded, succeeds);
  }
}

TEST_F(Rewinding, GoesByTheLogOfAFollowerThatIsNoMore) {
  write("first");
  ASSERT_OK(world.must(SyncSource{"live.db"}));
  write("second");
  const Timestamp then = world.clock.now();
  write("third");
  ASSERT_OK(world.must(TakeSourcePoint{source().id}));
  ASSERT_OK(world.must(ReseedSource{"live.db"}));

  ASSERT_EQ(restore(then)->state, OperationState::succeeded);

  EXPECT_EQ(world.rows("live-qa"), "production;first;second;");
  EXPECT_THAT(world.complaints(), IsEmpty());
}

TEST_F(Rewinding, HasWhatCameUntilTheFollowerWasSeededAnew) {
  write("first");
  ASSERT_OK(world.must(SyncSource{"live.db"}));
  write("second");
  const Timestamp then = world.clock.now();
  write("third");
  ASSERT_OK(world.must(ReseedSource{"live.db"}));

  ASSERT_EQ(restore(then)->state, OperationState::succeeded);

  EXPECT_EQ(world.rows("live-qa"), "production;first;second;");
  EXPECT_THAT(world.complaints(), IsEmpty());
}

TEST_F(Rewinding, GoesBeyondTheFirstSyncOfWhatIsCopied) {
  write("first");
  const Timestamp then = world.clock.now();
  write("second");
  ASSERT_OK(world.must(SyncSource{"live.db"}));
  ASSERT_OK(world.must(SyncSource{"shop.app"}));

  ASSERT_EQ(restore(then)->state, OperationState::succeeded);

  EXPECT_EQ(world.rows("live-qa"), "production;first;");
  EXPECT_THAT(world.complaints(), IsEmpty());
}

TEST_F(Rewinding, CanBeDoneByTwoAtATimeWhileNobodyChangesTheTemplate) {
  write("first");
  const Timestamp then = world.clock.now();
  write("second");
  ASSERT_OK(world.must(SyncSource{"live.db"}));
  const Member owner{UserId("usr_dev"), ContainerRole::owner};
  ASSERT_OK(world.must(CreateContainer{"live-dev", "live", {owner}}));

  const auto one = journal_request(world.world, world.actor_named("qa"),
                                   RestoreContainer{"live-qa", template_at(then)});
  const auto other = journal_request(world.world, world.actor_named("dev"),
                                     RestoreContainer{"live-dev", template_at(then)});
  ASSERT_OK(one);
  ASSERT_OK(other);
  SourcePlace db{"db", "live.db", 1, 0, {}};
  db.hooks = {{.when = HookMoment::mask, .sql = "mask"}};
  const VersionTemplate masked{"live", {db, {"app", "shop.app", 2, 0, {}}}};
  EXPECT_EQ(world.act(masked).error().code, ErrorCode::busy);

  EXPECT_EQ(world.finish(one->id)->state, OperationState::succeeded);
  EXPECT_EQ(world.finish(other->id)->state, OperationState::succeeded);
  EXPECT_EQ(world.rows("live-dev"), "production;first;");
  EXPECT_OK(world.act(masked));
  EXPECT_THAT(world.complaints(), IsEmpty());
}

// What is done with the copy afterwards keeps nobody from syncing the source.
TEST_F(Rewinding, HasTheSourceOnlyUntilItsLogIsThere) {
  write("first");
  const Timestamp then = world.clock.now();
  write("second");

  const auto operation = restore(then);

  ASSERT_OK(operation);
  const auto taken = std::ranges::find_if(operation->steps, [](const StepRecord& record) {
    return std::ranges::find(record.frees, "source live.db") != record.frees.end();
  });
  ASSERT_NE(taken, operation->steps.end());
  EXPECT_EQ(kind_of(taken->step), "take_snapshot");
  EXPECT_EQ(operation->locks, std::vector{world.container("live-qa").id.str()});
}

TEST_F(Rewinding, WithoutALogGoesToThePointBefore) {
  write("first");
  ASSERT_OK(world.must(SyncSource{"live.db"}));
  write("second");
  const Timestamp then = world.clock.now();
  ASSERT_OK(world.must(SyncSource{"live.db"}));
  world.database->keep_no_log();

  ASSERT_EQ(restore(then)->state, OperationState::succeeded);

  EXPECT_EQ(world.rows("live-qa"), "production;first;");
}

TEST_F(Rewinding, ReachesNothingFromBeforeTheTemplate) {
  const auto refused = restore(Timestamp{world.clock.now().ms - 3'600'000});

  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::out_of_range);
}

TEST_F(Rewinding, KeepsItsHistoryAsLongAsLogsAndThinsItOut) {
  write("first");
  ASSERT_OK(world.must(SyncSource{"live.db"}));
  const auto app = [&] {
    return world.catalog.read([](CatalogUnit& catalog) { return find_source(catalog, "shop.app"); })
        .value();
  };
  EXPECT_THAT(app().history, IsEmpty()) << "it was a copy that shares nothing, and of no use yet";
  ASSERT_OK(world.must(SyncSource{"shop.app"}));
  Reaper reaper(world.world);

  world.clock.advance(Duration(30min));
  ASSERT_OK(world.must(SyncSource{"live.db"}));
  ASSERT_EQ(source().history.size(), 3U);
  world.clock.advance(Duration(3h));
  ASSERT_OK(reaper.retire_source_points(world.clock.now()));
  EXPECT_LT(source().history.size(), 3U) << "one an hour";
  world.clock.advance(Duration(24h));
  ASSERT_OK(reaper.retire_source_points(world.clock.now()));
  ASSERT_OK(reaper.destroy_doomed());
  EXPECT_THAT(source().history, IsEmpty());
  EXPECT_EQ(app().history.size(), 1U) << "the newest stays";
  EXPECT_THAT(world.complaints(), IsEmpty());
}

TEST_F(Rewinding, TakesPointsOfItsOwnAccordWhileProductionChanges) {
  AutomaticPoints automatic{world.world};
  const auto due = [&](Duration after) {
    world.clock.advance(after);
    return automatic.due_sources(world.clock.now()).value();
  };
  ASSERT_OK(world.must(SyncSource{"live.db"}));
  EXPECT_THAT(due(10min), IsEmpty()) << "nothing has changed";
  world.database->keep_no_log();
  write("unseen");
  EXPECT_THAT(due(10min), IsEmpty()) << "no log leads anywhere";
  world.database->keep_no_log(false);
  ASSERT_OK(world.must(SyncSource{"live.db"}));
  write("first");
  const auto reached = restore(world.clock.now());
  ASSERT_EQ(reached->state, OperationState::succeeded);
  write("second");
  EXPECT_THAT(due(1min), IsEmpty()) << "it is not time yet, and not here either";

  world.database->come_by_itself(true);
  EXPECT_THAT(due(5min), ::testing::ElementsAre(source().id));
  world.database->be_unreachable(true);
  EXPECT_THAT(due(10min), IsEmpty()) << "it is behind";
}

}  // namespace
}  // namespace slip
