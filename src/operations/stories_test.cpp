// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "operations/edits/edits.h"
#include "operations/lookup.h"
#include "operations/missing_kinds.h"
#include "operations/volume_specs.h"
#include "tests/support/test_world.h"

namespace slip {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

TEST(DestructiveTesting, BringsTheDataBackAgainAndAgain) {
  auto world = TestWorld::with_containers();
  world->write("qa", "-1");
  ASSERT_TRUE(world->bookmark("qa", "after the edge case data"));
  for (int round = 0; round < 3; ++round) {
    const auto now = world->active("qa");
    ASSERT_TRUE(world->storage.write(now.volume, "db/rows", ""));

    ASSERT_TRUE(world->restore("qa", "after the edge case data"));

    EXPECT_EQ(world->rows("qa"), "production;-1;");
  }
  EXPECT_THAT(world->complaints(), IsEmpty());
}

TEST(ABugWithItsData, IsBranchedPrivatelyByTheDeveloper) {
  auto world = TestWorld::with_containers();
  world->write("qa", "''");
  ASSERT_TRUE(world->bookmark("qa", "Bug 4711 data", Audience::everyone));

  ASSERT_TRUE(
      world->must(CreateBranch{"dev", "bug-4711", FromBookmark{"qa/Bug 4711 data"}}, "dev"));
  world->write("dev", "debugging");
  world->write("qa", "more tests");

  EXPECT_EQ(world->rows("dev"), "production;'';debugging;");
  EXPECT_EQ(world->rows("qa"), "production;'';more tests;");
  ASSERT_TRUE(world->must(ActivateBranch{"dev", "default"}, "dev"));
  EXPECT_EQ(world->rows("dev"), "production;");
  ASSERT_TRUE(world->must(ActivateBranch{"dev", "bug-4711"}, "dev"));
  EXPECT_EQ(world->rows("dev"), "production;'';debugging;");
}

TEST(Sharing, ShowsNothingThatWasNotShared) {
  auto world = TestWorld::with_containers();
  ASSERT_TRUE(world->bookmark("qa", "private"));

  const auto tried =
      world->act(RestoreContainer{"dev", FromBookmark{"qa/private"}, Safety::take_point}, "dev");

  ASSERT_FALSE(tried);
  EXPECT_EQ(tried.error().code, ErrorCode::not_found);
}

TEST(Restore, KeepsWhatCameAfterAsAnOlderSegment) {
  auto world = TestWorld::with_containers();
  ASSERT_TRUE(world->bookmark("qa", "clean base"));
  world->write("qa", "edge case row");

  ASSERT_TRUE(world->restore("qa", "clean base"));

  EXPECT_THAT(world->rows("qa"), Not(HasSubstr("edge case row")));
  const auto segments = world->segments("qa");
  ASSERT_EQ(segments.size(), 2u);
  EXPECT_EQ(segments[1].kind, SegmentKind::restored);
  const auto saved = world->points("qa").back();
  EXPECT_EQ(saved.kind, PointKind::safety);
  EXPECT_EQ(saved.segment, segments[0].id);
  EXPECT_THAT(world->rows(saved), HasSubstr("edge case row"));
}

TEST(Undo, TakesBackTheLastAndUndoingThatBringsItAgain) {
  auto world = TestWorld::with_containers();
  ASSERT_TRUE(world->bookmark("qa", "clean base"));
  world->write("qa", "later");
  ASSERT_TRUE(world->restore("qa", "clean base"));

  ASSERT_TRUE(world->must(UndoContainer{"qa"}, "qa"));
  EXPECT_EQ(world->rows("qa"), "production;later;");
  ASSERT_TRUE(world->must(UndoContainer{"qa"}, "qa"));
  EXPECT_EQ(world->rows("qa"), "production;");
}

TEST(Undo, IsRefusedWhereNothingWasReplaced) {
  auto world = TestWorld::with_containers();
  const auto tried = world->act(UndoContainer{"qa"}, "qa");
  ASSERT_FALSE(tried);
  EXPECT_EQ(tried.error().code, ErrorCode::precondition_failed);
}

TEST(Undo, IsRefusedWhenNoSafetyPointWasTaken) {
  auto world = TestWorld::with_containers();
  ASSERT_TRUE(world->bookmark("qa", "base"));
  ASSERT_TRUE(world->must(RestoreContainer{"qa", FromBookmark{"base"}, Safety::none}, "qa"));
  EXPECT_FALSE(world->act(UndoContainer{"qa"}, "qa"));
}

TEST(Reset, GoesBackToTheNewestBookmarkAndThenAgain) {
  auto world = TestWorld::with_containers();
  world->write("qa", "edge");
  ASSERT_TRUE(world->bookmark("qa", "clean"));
  for (int round = 0; round < 3; ++round) {
    world->write("qa", "dirt");
    ASSERT_TRUE(world->must(ResetContainer{"qa"}, "qa"));
    EXPECT_EQ(world->rows("qa"), "production;edge;");
  }
}

TEST(Reset, GoesBackToWhereTheBranchBeganWhenThereIsNoBookmark) {
  auto world = TestWorld::with_containers();
  world->write("qa", "dirt");
  ASSERT_TRUE(world->must(ResetContainer{"qa"}, "qa"));
  EXPECT_EQ(world->rows("qa"), "production;");
}

TEST(Refresh, BringsTheTemplatesNewestData) {
  auto world = TestWorld::with_containers();
  world->database->set_production("newer;");
  ASSERT_TRUE(world->must(SyncSource{"shop.db"}));
  EXPECT_EQ(world->rows("qa"), "production;");

  ASSERT_TRUE(world->must(RefreshContainer{"qa"}, "qa"));

  EXPECT_EQ(world->rows("qa"), "newer;");
}

TEST(RestoreToATime, TakesThePointAtOrBeforeIt) {
  auto world = TestWorld::with_containers();
  world->write("qa", "first");
  ASSERT_TRUE(world->bookmark("qa", "one"));
  const Timestamp between = world->clock.now();
  world->write("qa", "second");
  ASSERT_TRUE(world->bookmark("qa", "two"));

  ASSERT_TRUE(world->must(RestoreContainer{"qa", FromTime{between, ""}, Safety::take_point}, "qa"));

  EXPECT_EQ(world->rows("qa"), "production;first;");
}

TEST(RestoreToATime, BeforeTheFirstPointIsWhatTheSegmentBeganWith) {
  auto world = TestWorld::with_containers();
  const Timestamp early = world->clock.now();
  world->write("qa", "first");
  ASSERT_TRUE(world->bookmark("qa", "one"));

  ASSERT_TRUE(world->must(RestoreContainer{"qa", FromTime{early, ""}, Safety::take_point}, "qa"));

  EXPECT_EQ(world->rows("qa"), "production;");
}

TEST(RestoreToATime, OutsideTheRangeIsRefusedWithTheRange) {
  auto world = TestWorld::with_containers();
  const auto early =
      world->act(RestoreContainer{"qa", FromTime{Timestamp{0}, ""}, Safety::take_point}, "qa");
  ASSERT_FALSE(early);
  EXPECT_EQ(early.error().code, ErrorCode::out_of_range);
  EXPECT_THAT(early.error().hint, HasSubstr("from"));
  const auto future = world->clock.now() + Duration(1'000'000);
  EXPECT_FALSE(world->act(RestoreContainer{"qa", FromTime{future, ""}, Safety::take_point}, "qa"));
}

TEST(AnApplicationThatNeverAnswers, LeavesTheUserExactlyWhereHeWas) {
  auto world = TestWorld::with_containers();
  ASSERT_TRUE(world->bookmark("qa", "base"));
  world->write("qa", "later");
  const auto before = world->active("qa");
  world->application->never_ready(true);

  const auto operation =
      world->act(RestoreContainer{"qa", FromBookmark{"base"}, Safety::take_point}, "qa");

  ASSERT_TRUE(operation);
  EXPECT_EQ(operation->state, OperationState::failed);
  EXPECT_EQ(operation->failure->code, "timed_out");
  EXPECT_EQ(world->active("qa").volume, before.volume);
  EXPECT_EQ(world->rows("qa"), "production;later;");
  EXPECT_THAT(world->complaints(), IsEmpty());
}

TEST(AFullPool, RefusesBeforeAnythingHasBegun) {
  auto world = TestWorld::with_containers();
  world->storage.set_capacity(1 << 20);
  CreateBookmark request;
  request.container = "qa";
  request.name = "too much";

  const auto tried = world->act(request, "qa");

  ASSERT_FALSE(tried);
  EXPECT_EQ(tried.error().code, ErrorCode::no_space);
  EXPECT_THAT(world->complaints(), IsEmpty());
}

TEST(ASecondOperation, IsRefusedNamingTheFirstAndItsUser) {
  auto world = TestWorld::with_containers();
  ASSERT_TRUE(world->bookmark("qa", "base"));
  const auto first = journal_request(world->world, world->actor_named("qa"),
                                     RestoreContainer{"qa", FromBookmark{"base"}});
  ASSERT_TRUE(first);

  const auto second =
      journal_request(world->world, world->actor_named("admin"), ResetContainer{"qa"});

  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::busy);
  EXPECT_THAT(second.error().message, HasSubstr("qa is in the middle of: restore qa"));
}

TEST(TheSameIdempotencyKey, GivesTheSameOperation) {
  auto world = TestWorld::with_containers();
  const auto actor = world->actor_named("qa");
  const auto first = journal_request(world->world, actor, ResetContainer{"qa"}, {"key"});
  const auto again = journal_request(world->world, actor, ResetContainer{"qa"}, {"key"});
  ASSERT_TRUE(first && again);
  EXPECT_EQ(first->id, again->id);
}

TEST(DeletingABranch, IsRefusedForTheActiveAndTheOnlyOne) {
  auto world = TestWorld::with_containers();
  EXPECT_FALSE(world->act(DeleteBranch{"qa", "default"}, "qa"));
  ASSERT_TRUE(world->must(CreateBranch{"qa", "second", FromNow{}}, "qa"));
  EXPECT_FALSE(world->act(DeleteBranch{"qa", "second"}, "qa"));
  EXPECT_TRUE(world->must(DeleteBranch{"qa", "default"}, "qa"));
}

TEST(Names, ThatExistOrCannotBeAreRefused) {
  auto world = TestWorld::with_containers();
  ASSERT_TRUE(world->bookmark("qa", "base"));
  EXPECT_FALSE(world->bookmark("qa", "base"));
  EXPECT_FALSE(world->bookmark("qa", ""));
  EXPECT_FALSE(world->bookmark("qa", "line\nbreak"));
  EXPECT_FALSE(world->bookmark("qa", "\xff\xfe"));
  EXPECT_FALSE(world->bookmark("qa", std::string(257, 'x')));
  EXPECT_TRUE(world->bookmark("qa", std::string(256, 'x')));
  EXPECT_FALSE(world->act(CreateBranch{"qa", "default", FromNow{}}, "qa"));
  EXPECT_FALSE(world->act(CreateContainer{"qa", "shop", {}}));
}

TEST(Names, ThatLookLikeOthersAreRefusedWithBothNamed) {
  auto world = TestWorld::with_containers();
  ASSERT_TRUE(world->bookmark("qa", "clean base"));
  const auto refused = world->bookmark("qa", "cl\u0435an base");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::already_exists);
  EXPECT_THAT(refused.error().message, HasSubstr("\"cl\u0435an base\""));
  EXPECT_THAT(refused.error().message, HasSubstr("\"clean base\""));
  EXPECT_FALSE(world->bookmark("qa", "clean  base"));
  EXPECT_FALSE(world->act(CreateBranch{"qa", "d\u0435fault", FromNow{}}, "qa"));
  EXPECT_FALSE(world->act(CreateContainer{"q\u0430", "shop", {}}));
  EXPECT_FALSE(world->act(CreateTemplate{.name = "\u0455hop", .sources = {}}));
}

TEST(Names, AreFoundInWhicheverFormTheyAreTyped) {
  auto world = TestWorld::with_containers();
  ASSERT_TRUE(world->bookmark("qa", "caf\u00e9"));
  EXPECT_FALSE(world->bookmark("qa", "cafe\u0301"));
  EXPECT_TRUE(world->restore("qa", "cafe\u0301"));
  ASSERT_TRUE(world->must(CreateBranch{"qa", "e\u0301t\u00e9", FromNow{}}, "qa"));
  EXPECT_FALSE(world->act(CreateBranch{"qa", "\u00e9te\u0301", FromNow{}}, "qa"));
  EXPECT_TRUE(world->must(DeleteBranch{"qa", "default"}, "qa"));
  EXPECT_FALSE(world->act(DeleteBranch{"qa", "\u00e9te\u0301"}, "qa"));  // the only one
}

TEST(Roles, LetViewersLookAndStrangersSeeNothing) {
  auto world = TestWorld::with_containers();
  const auto stranger = world->act(ResetContainer{"qa"}, "dev");
  ASSERT_FALSE(stranger);
  EXPECT_EQ(stranger.error().code, ErrorCode::not_found);
  auto container = world->container("qa");
  container.members.push_back({UserId("usr_dev"), ContainerRole::viewer});
  ASSERT_TRUE(
      world->catalog.write([&](CatalogUnit& unit) { return unit.containers().put(container); }));
  const auto viewer = world->act(ResetContainer{"qa"}, "dev");
  ASSERT_FALSE(viewer);
  EXPECT_EQ(viewer.error().code, ErrorCode::permission_denied);
}

TEST(Retention, ReapsWhatNobodyNamedAndNeverWhatIsBookmarkedOrNeeded) {
  auto world = TestWorld::with_containers();
  ASSERT_TRUE(world->bookmark("qa", "kept"));
  ASSERT_TRUE(world->restore("qa", "kept"));
  ASSERT_TRUE(world->must(ResetContainer{"qa"}, "qa"));
  const auto before = world->points("qa");
  world->clock.advance(std::chrono::hours(24 * 365));
  Reaper reaper(world->world);

  ASSERT_TRUE(reaper.purge_trash(world->clock.now()));
  ASSERT_TRUE(reaper.retire_points(world->clock.now()));
  ASSERT_TRUE(reaper.destroy_doomed());

  int reaped = 0;
  for (const auto& point : world->points("qa")) reaped += point.reachable() ? 0 : 1;
  EXPECT_EQ(before.size(), 3u);
  EXPECT_EQ(reaped, 1) << "the first safety point, which nothing leads back to";
  EXPECT_TRUE(world->restore("qa", "kept"));
  EXPECT_THAT(world->complaints(), IsEmpty());
}

TEST(ADeletedContainer, IsGoneForGoodOnlyAfterItsTimeInTheTrash) {
  auto world = TestWorld::with_containers();
  ASSERT_TRUE(world->must(DeleteContainer{"qa"}));
  Reaper reaper(world->world);
  ASSERT_TRUE(reaper.purge_trash(world->clock.now()));
  ASSERT_TRUE(reaper.retire_points(world->clock.now()));
  ASSERT_TRUE(reaper.destroy_doomed());
  const auto kept = world->storage.list()->volumes.size();
  world->clock.advance(std::chrono::hours(24 * 8));

  ASSERT_TRUE(reaper.purge_trash(world->clock.now()));
  ASSERT_TRUE(reaper.retire_points(world->clock.now()));
  ASSERT_TRUE(reaper.destroy_doomed());

  EXPECT_EQ(world->storage.list()->volumes.size(), kept - 1);
  EXPECT_THAT(world->complaints(), IsEmpty());
}

TEST(AKindThatIsGone, KeepsNothingFromBeingStoppedAndRemoved) {
  auto world = TestWorld::with_containers();
  const VolumeId volume = world->active("qa").volume;
  ASSERT_TRUE(world->runtime.running(instance_on(volume, "app")));
  world->machine.adapters.erase("app");
  EXPECT_THAT(*missing_kinds(world->world),
              ElementsAre(AllOf(HasSubstr("the kind \"app\" of the source"), HasSubstr("app"))));
  EXPECT_THAT(*world->host.ask(*spec_of(world->catalog, volume), AskNotes{"app"}),
              ElementsAre(HasSubstr("the kind \"app\" of app is not there")));

  ASSERT_TRUE(world->must(StopContainer{"qa", ""}));
  EXPECT_FALSE(world->runtime.running(instance_on(volume, "app")));
  EXPECT_FALSE(world->runtime.running(instance_on(volume, "db")));

  const VolumeId other = world->active("dev").volume;
  ASSERT_TRUE(world->must(DeleteContainer{"dev"}));
  EXPECT_FALSE(world->runtime.running(instance_on(other, "app")));
  world->clock.advance(std::chrono::hours(24 * 8));
  const auto before = world->storage.list()->volumes.size();
  Reaper reaper(world->world);
  ASSERT_TRUE(reaper.purge_trash(world->clock.now()));
  EXPECT_EQ(*reaper.destroy_doomed(), 0U);
  EXPECT_EQ(world->storage.list()->volumes.size(), before - 1);
}

// The snapshots there are once everything doomed is destroyed.
std::size_t snapshots_left(TestWorld& world) {
  EXPECT_TRUE(Reaper(world.world).destroy_doomed());
  return world.storage.list()->snapshots.size();
}

BookmarkId bookmark_named(TestWorld& world, const std::string& name) {
  const auto all =
      world.catalog.read([](CatalogUnit& unit) { return unit.bookmarks().all(Trash::with); });
  for (const auto& one : *all) {
    if (one.name == name) return one.id;
  }
  return {};
}

TEST(PurgingABookmark, FreesItsDataAtOnceButNotWhatIsStillNeeded) {
  auto world = TestWorld::with_containers();
  const auto actor = world->actor_named("qa");
  ASSERT_TRUE(world->bookmark("qa", "needed"));
  ASSERT_TRUE(world->bookmark("qa", "not needed"));
  ASSERT_TRUE(world->must(RestoreContainer{"qa", FromBookmark{"needed"}, Safety::none}, "qa"));
  const auto before = snapshots_left(*world);
  for (const char* name : {"needed", "not needed"}) {
    const auto id = bookmark_named(*world, name).str();
    EXPECT_FALSE(edit(world->world, actor, PurgeFromTrash{id})) << "it is not in the trash";
    ASSERT_TRUE(edit(world->world, actor, DeleteBookmark{OfContainer{"qa"}, name}));
    EXPECT_FALSE(edit(world->world, world->actor_named("dev"), PurgeFromTrash{id}));
    ASSERT_TRUE(edit(world->world, actor, PurgeFromTrash{id}));
    EXPECT_FALSE(edit(world->world, actor, RecoverFromTrash{id})) << "it was to be for good";
  }

  EXPECT_EQ(snapshots_left(*world), before - 1);
  EXPECT_THAT(world->complaints(), IsEmpty());
}

TEST(PurgingABranch, LeavesWhatOthersBeganWith) {
  auto world = TestWorld::with_containers();
  const auto actor = world->actor_named("qa");
  ASSERT_TRUE(world->bookmark("qa", "in the trash"));
  const auto before = world->branch("qa", "default").id.str();
  ASSERT_TRUE(world->must(CreateBranch{"qa", "work", FromNow{}}, "qa"));
  ASSERT_TRUE(edit(world->world, actor, DeleteBookmark{OfContainer{"qa"}, "in the trash"}));
  ASSERT_TRUE(world->must(DeleteBranch{"qa", "default"}, "qa"));

  ASSERT_TRUE(edit(world->world, actor, PurgeFromTrash{before}));
  (void)snapshots_left(*world);

  EXPECT_TRUE(world->must(ResetContainer{"qa"}, "qa"));
  const auto id = bookmark_named(*world, "in the trash").str();
  EXPECT_TRUE(edit(world->world, actor, RecoverFromTrash{id}));
  EXPECT_TRUE(world->restore("qa", "in the trash"));
  EXPECT_THAT(world->complaints(), IsEmpty());
}

TEST(AContainerThatCameAndWent, KeepsNoPointOfItsTemplate) {
  auto world = TestWorld::with_containers();
  ASSERT_TRUE(world->must(SyncSource{"shop.db"}));
  const Member owner{UserId("usr_qa"), ContainerRole::owner};
  ASSERT_TRUE(world->must(CreateContainer{"ci", "shop", {owner}}));
  ASSERT_TRUE(world->must(SyncSource{"shop.db"}));
  const auto id = world->container("ci").id.str();
  ASSERT_TRUE(world->must(DeleteContainer{"ci"}));
  ASSERT_TRUE(edit(world->world, world->actor_named("qa"), PurgeFromTrash{id}));
  world->clock.advance(std::chrono::hours(24 * 365));

  ASSERT_TRUE(Reaper(world->world).retire_points(world->clock.now()));

  const auto points = world->catalog.read([](CatalogUnit& catalog) -> Result<std::vector<Point>> {
    return catalog.points().of_branch(TRY(find_template(catalog, "shop")).master);
  });
  ASSERT_TRUE(points);
  ASSERT_EQ(points->size(), 3U);
  EXPECT_TRUE(points->at(0).reachable()) << "others began with it";
  EXPECT_FALSE(points->at(1).reachable());
  EXPECT_TRUE(points->at(2).reachable()) << "the newest";
}

TEST(PurgingAContainer, FreesAllOfItAtOnceAndForGood) {
  auto world = TestWorld::with_containers();
  const auto before = snapshots_left(*world);
  const auto volumes = world->storage.list()->volumes.size();
  ASSERT_TRUE(world->bookmark("qa", "base"));
  ASSERT_TRUE(world->must(ResetContainer{"qa"}, "qa"));
  const auto id = world->container("qa").id.str();
  ASSERT_TRUE(world->must(DeleteContainer{"qa"}));

  ASSERT_TRUE(edit(world->world, world->actor_named("qa"), PurgeFromTrash{id}));

  EXPECT_EQ(snapshots_left(*world), before);
  EXPECT_EQ(world->storage.list()->volumes.size(), volumes - 1);
  EXPECT_FALSE(edit(world->world, world->actor_named("qa"), RecoverFromTrash{id}));
  EXPECT_THAT(world->complaints(), IsEmpty());
}

TEST(ADeletedTemplate, FreesItsDataAfterItsTimeInTheTrash) {
  auto world = TestWorld::with_containers();
  const auto held_by = [&](const char* name) {
    std::size_t count = 0;
    const auto listing = world->storage.list().value();
    for (const auto& one : listing.snapshots) {
      count += one.description.at("about").find(name) != std::string::npos ? 1 : 0;
    }
    return count;
  };
  ASSERT_TRUE(world->must(DeleteContainer{"qa"}));
  ASSERT_TRUE(world->must(DeleteContainer{"dev"}));
  ASSERT_TRUE(edit(world->world, world->actor_named("admin"), DeleteTemplate{"shop"}));
  Reaper reaper(world->world);
  world->clock.advance(std::chrono::hours(24 * 6));
  ASSERT_TRUE(reaper.purge_trash(world->clock.now()));
  ASSERT_TRUE(reaper.retire_points(world->clock.now()));
  ASSERT_TRUE(reaper.destroy_doomed());
  EXPECT_EQ(held_by("template shop"), 1u);
  world->clock.advance(std::chrono::hours(24 * 2));

  ASSERT_TRUE(reaper.purge_trash(world->clock.now()));
  ASSERT_TRUE(reaper.retire_points(world->clock.now()));
  ASSERT_TRUE(reaper.purge_trash(world->clock.now()));
  ASSERT_TRUE(reaper.retire_points(world->clock.now()));
  ASSERT_TRUE(reaper.destroy_doomed());

  EXPECT_EQ(held_by("template shop"), 0u);
  EXPECT_EQ(world->storage.list()->snapshots.size(), 2u) << "those of the two sources";
  EXPECT_THAT(world->complaints(), IsEmpty());
}

// Between our look for a free port and the start, it was free.
TEST(Start, TakesAnotherPortWhenAnotherProgramWasQuicker) {
  const auto world = TestWorld::with_containers();
  std::set<std::uint16_t> lost;
  world->runtime.on_start([&](const InstanceId& instance) -> Result<> {
    if (!lost.empty() || instance.str().find("db") == std::string::npos) return {};
    const auto volumes =
        TRY(world->catalog.read([](CatalogUnit& catalog) { return catalog.volumes().all(); }));
    for (const auto& volume : volumes) {
      if (instance_on(volume.id, "db") != instance) continue;
      lost.insert(volume.ports.at("db"));
      world->endpoints.take(volume.ports.at("db"));
    }
    return Error{.code = ErrorCode::failed, .message = "could not bind: address in use"};
  });

  ASSERT_TRUE(world->must(ResetContainer{.container = "qa"}, "qa"));

  ASSERT_EQ(lost.size(), 1U);
  const auto volume = world->catalog.read(
      [&](CatalogUnit& catalog) { return catalog.volumes().find(world->active("qa").volume); });
  EXPECT_NE((*volume)->ports.at("db"), *lost.begin());
}

}  // namespace
}  // namespace slip
