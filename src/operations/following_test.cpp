// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "domain/schedule.h"
#include "host/reveal.h"
#include "operations/edits/edits.h"
#include "operations/lookup.h"
#include "operations/scheduled_syncs.h"
#include "tests/support/expect_result.h"
#include "tests/support/test_world.h"

namespace slip {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

// A template "live" of one source that follows production, "live.db", and qa's container of it.
class Following : public ::testing::Test {
 protected:
  Following() {
    EXPECT_OK(world.must(LinkSource{"live.db", {"rows", {{"follow", "yes"}}, {}}}));
    EXPECT_OK(world.must(
        CreateTemplate{"live", {{"db", "live.db", 1, 0, {}}, {"app", "shop.app", 2, 0, {}}}}));
    const Member owner{UserId("usr_qa"), ContainerRole::owner};
    EXPECT_OK(world.must(CreateContainer{"live-qa", "live", {owner}}));
    EXPECT_OK(world.restart());  // and the keeper sees what is there now
  }
  Source source() {
    return world.catalog.read([](CatalogUnit& catalog) { return find_source(catalog, "live.db"); })
        .value();
  }
  bool follows_on(const VolumeId& volume) {
    return world.runtime.running(instance_on(volume, "live.db"));
  }
  std::string rows_after_refresh() {
    EXPECT_OK(world.must(RefreshContainer{"live-qa"}));
    return world.rows("live-qa");
  }

  std::unique_ptr<TestWorld> made = TestWorld::with_containers();
  TestWorld& world = *made;
};

TEST_F(Following, IsKeptUpByAnInstanceOfItsOwn) {
  EXPECT_TRUE(follows_on(source().volume));
  EXPECT_EQ(world.database->times_seeded(), 1);
  EXPECT_EQ(world.storage.read(source().snapshot, "address").value_or(""), "")
      << "what templates are made of stands alone";
  EXPECT_EQ(world.rows("live-qa"), "production;");
}

TEST_F(Following, BringsTheNewestDataBySyncWithoutCopyingAllOfItAgain) {
  world.database->set_production("newer;");

  ASSERT_OK(world.must(SyncSource{"live.db"}));

  EXPECT_EQ(rows_after_refresh(), "newer;");
  EXPECT_EQ(world.database->times_seeded(), 1);
  EXPECT_TRUE(follows_on(source().volume));
  EXPECT_THAT(world.complaints(), IsEmpty());
}

TEST_F(Following, FailsToSyncWhileProductionDoesNotAnswerAndGoesOnWhenItDoes) {
  world.database->set_production("newer;");
  world.database->be_unreachable(true);

  const auto refused = world.act(SyncSource{"live.db"});
  ASSERT_OK(refused);
  ASSERT_EQ(refused->state, OperationState::failed);
  EXPECT_EQ(refused->failure->code, "unavailable");
  EXPECT_EQ(rows_after_refresh(), "production;") << "the data there is stays";
  EXPECT_TRUE(follows_on(source().volume)) << "and goes on trying";

  world.database->be_unreachable(false);
  ASSERT_OK(world.must(SyncSource{"live.db"}));
  EXPECT_EQ(rows_after_refresh(), "newer;");
}

TEST_F(Following, IsSeededAnewBesideTheDataThereIs) {
  const auto before = source().volume;
  world.database->set_production("anew;");
  world.database->be_unreachable(true);
  EXPECT_EQ(world.act(ReseedSource{"live.db"})->state, OperationState::failed);
  EXPECT_EQ(source().volume, before);
  EXPECT_TRUE(follows_on(before));

  world.database->be_unreachable(false);
  ASSERT_OK(world.must(ReseedSource{"live.db"}));
  ASSERT_OK(world.restart());

  EXPECT_NE(source().volume, before);
  EXPECT_TRUE(follows_on(source().volume));
  EXPECT_FALSE(follows_on(before));
  EXPECT_EQ(rows_after_refresh(), "anew;");
  EXPECT_EQ(world.database->times_left(), 0) << "it still follows";
  EXPECT_THAT(world.complaints(), IsEmpty());
}

TEST_F(Following, LeavesProductionWhenItIsUnlinked) {
  const auto volume = source().volume;
  ASSERT_OK(world.must(DeleteContainer{"live-qa"}));
  ASSERT_OK(edit(world.world, world.actor_named("admin"), DeleteTemplate{"live"}));
  ASSERT_OK(edit(world.world, world.actor_named("admin"), UnlinkSource{"live.db"}));
  ASSERT_OK(world.restart());

  EXPECT_FALSE(follows_on(volume));
  EXPECT_EQ(world.database->times_left(), 1);
  EXPECT_THAT(world.complaints(), IsEmpty());
}

TEST_F(Following, LeavesProductionWhenItCannotBeLinked) {
  world.database->be_unreachable(true);
  const auto failed = world.act(LinkSource{"more.db", {"rows", {{"follow", "yes"}}, {}}});
  ASSERT_OK(failed);
  ASSERT_EQ(failed->state, OperationState::failed);
  ASSERT_OK(world.restart());

  EXPECT_EQ(world.database->times_left(), 1);
  EXPECT_THAT(world.complaints(), IsEmpty());
}

// Production's password was changed, or it moved.
TEST_F(Following, GoesOnWithAnotherUrlThatItIsGiven) {
  ASSERT_OK(world.must(LinkSource{
      "moved.db", {"rows", {{"follow", "yes"}, {"url", "sql://me:old@here/shop"}}, {}}}));
  const auto moved = [&] {
    return world.catalog.read([](CatalogUnit& catalog) { return find_source(catalog, "moved.db"); })
        .value();
  };
  const auto before = moved();

  ASSERT_OK(world.must(ChangeUrl{"moved.db", "sql://me:new@there/shop?tls=1"}));

  EXPECT_EQ(reveal(world.secrets, moved().config)->setting("url"), "sql://me:new@there/shop?tls=1");
  EXPECT_EQ(moved().volume, before.volume);
  EXPECT_EQ(moved().snapshot, before.snapshot);
  EXPECT_FALSE(world.runtime.running(instance_on(before.volume, "moved.db")));
  ASSERT_OK(world.restart());
  EXPECT_TRUE(world.runtime.running(instance_on(before.volume, "moved.db")));
  ASSERT_OK(world.must(SyncSource{"moved.db"}));
  const auto other = world.act(ChangeUrl{"moved.db", "sql://me:new@there/stock"});
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().code, ErrorCode::invalid_argument);
  const auto refused = world.act(ChangeUrl{"live.db", "new"});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::precondition_failed);
  EXPECT_THAT(world.complaints(), IsEmpty());
}

TEST_F(Following, CannotBeSeededAnewWhereItDoesNot) {
  const auto refused = world.act(ReseedSource{"shop.db"});

  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::precondition_failed);
}

TEST_F(Following, OnAScheduleOnly) {
  ScheduledSyncs syncs(world.world);
  EXPECT_THAT(syncs.due(world.clock.now()).value(), IsEmpty());
  ASSERT_OK(edit(world.world, world.actor_named("admin"),
                 EditSource{"live.db", "every 15min", std::nullopt}));
  const Timestamp last = *source().synced_at;

  EXPECT_EQ(next_sync(source()), last + Duration(15min));
  EXPECT_THAT(syncs.due(last + Duration(14min)).value(), IsEmpty());
  EXPECT_THAT(syncs.due(last + Duration(15min)).value(), ElementsAre("live.db"));
  EXPECT_THAT(syncs.due(last + Duration(16min)).value(), IsEmpty())
      << "one that fails is not tried all the time";
  EXPECT_THAT(syncs.due(last + Duration(30min)).value(), ElementsAre("live.db"));
  syncs.put_back("live.db");
  EXPECT_THAT(syncs.due(last + Duration(30min)).value(), ElementsAre("live.db"))
      << "it was busy, and is tried as soon as it can be";

  const auto refused = edit(world.world, world.actor_named("admin"),
                            EditSource{"live.db", "at full moon", std::nullopt});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::invalid_argument);
}

TEST_F(Following, LooksAtAMomentBesideTheActiveBranch) {
  CreateBookmark bookmark;
  bookmark.container = "live-qa";
  bookmark.name = "then";
  ASSERT_OK(world.must(bookmark));

  ASSERT_OK(world.must(CreateBranch{"live-qa", "peek", FromBookmark{"then"}, Activation::look}));

  const auto peek = world.branch("live-qa", "peek");
  EXPECT_EQ(world.active("live-qa").name, "default");
  EXPECT_TRUE(world.runtime.running(instance_on(peek.volume, "db")));
  EXPECT_FALSE(world.runtime.running(instance_on(peek.volume, "app")));
  EXPECT_EQ(world.database->last_purpose(), Purpose::look);
  EXPECT_THAT(world.complaints(), IsEmpty());
  const auto refused = world.act(ActivateBranch{"live-qa", "peek"});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::precondition_failed);
}

TEST_F(Following, AsksBeforeASourceGoesMuchFurtherBackThanTheRest) {
  const std::vector<SourcePlace> places{{"db", "shop.db", 1, 5433, {}},
                                        {"app", "shop.app", 2, 1080, {}}};
  ASSERT_OK(world.must(VersionTemplate{"shop", places, 10}));
  ASSERT_OK(world.must(RefreshContainer{"qa"}));
  ASSERT_OK(world.bookmark("qa", "before"));
  const Timestamp bookmarked = world.points("qa").back().at;
  world.clock.advance(Duration(30s));

  const auto near = world.act(RestoreContainer{"qa", FromTime{bookmarked + Duration(9s), ""}});
  EXPECT_TRUE(near) << near.error().describe();
  const FromTime far{bookmarked + Duration(20s), ""};
  const auto refused = world.act(CreateBranch{"qa", "far", far});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::precondition_failed);
  EXPECT_THAT(refused.error().message, ::testing::HasSubstr("app")) << "names the source";
  EXPECT_OK(world.must(CreateBranch{"qa", "far", FromTime{far.at, "", true}}));
}

}  // namespace
}  // namespace slip
