// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "operations/automatic_points.h"
#include "operations/lookup.h"
#include "operations/volume_specs.h"
#include "tests/support/test_world.h"

namespace slip {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* kPlace = "the tablespace \"fast\" lies in /tmp/fast";

TEST(ABookmark, IsRefusedWhileSomeOfTheDataLiesElsewhere) {
  auto world = TestWorld::with_containers();
  world->write("qa", "-1");
  ASSERT_TRUE(world->bookmark("qa", "whole"));
  world->database->leave_out({kPlace});

  const auto refused = world->bookmark("qa", "half");

  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, AllOf(HasSubstr("lack"), HasSubstr(kPlace)));
  EXPECT_EQ(world->rows("qa"), "production;-1;");
  world->database->leave_out({});
  EXPECT_TRUE(world->bookmark("qa", "whole again"));
}

TEST(GoingBack, WorksWhileSomeOfTheDataLiesElsewhere) {
  auto world = TestWorld::with_containers();
  ASSERT_TRUE(world->bookmark("qa", "whole"));
  world->write("qa", "-1");
  world->database->leave_out({kPlace});

  EXPECT_TRUE(world->restore("qa", "whole"));
  EXPECT_EQ(world->rows("qa"), "production;");
}

TEST(AutomaticPoints, AreNotTriedWhereSomeOfTheDataLiesElsewhere) {
  auto world = TestWorld::with_containers();
  AutomaticPoints automatic{world->world};
  world->write("qa", "-1");
  const auto later = world->clock.now() + std::chrono::hours(1);
  world->database->leave_out({kPlace});
  EXPECT_THAT(automatic.due(later).value(), IsEmpty());

  world->database->leave_out({});
  EXPECT_THAT(automatic.due(later + std::chrono::hours(1)).value(),
              ElementsAre(world->active("qa").id));
}

TEST(AutomaticPoints, AreTakenOfAllOthersWhereOneCannotBeAsked) {
  for (const auto& [lost, whole] : {std::pair("qa", "dev"), {"dev", "qa"}}) {
    auto world = TestWorld::with_containers();
    AutomaticPoints automatic{world->world};
    world->write("qa", "-1");
    world->write("dev", "-1");
    const auto later = world->clock.now() + std::chrono::hours(1);
    ASSERT_TRUE(world->catalog.write([&](CatalogUnit& catalog) {
      return catalog.volumes().remove(world->active(lost).volume);
    }));

    const auto due = automatic.due(later);

    ASSERT_TRUE(due) << due.error().describe();
    EXPECT_THAT(*due, ElementsAre(world->active(whole).id));
  }
}

// As whoever looks at the branch is told.
TEST(Notes, SayWhatIsWrongWithASourceAndItsAddress) {
  auto world = TestWorld::with_containers();
  const auto volume = spec_of(world->catalog, world->active("qa").volume).value();
  EXPECT_THAT(world->host.ask(volume, AskNotes{"db"}).value(), IsEmpty());

  world->database->admit_nobody();
  world->database->leave_out({kPlace});

  EXPECT_THAT(world->host.ask(volume, AskNotes{"db"}).value(),
              ElementsAre(HasSubstr("is not there"), HasSubstr(kPlace)));
}

constexpr const char* kDoubt = "an index may miss rows";

Source source_named(TestWorld& world, const std::string& name) {
  return world.catalog.read([&](CatalogUnit& catalog) { return find_source(catalog, name); })
      .value();
}

TEST(Notes, SayWhatOfARunningSourceIsInDoubt) {
  auto world = TestWorld::with_containers();
  const auto volume = spec_of(world->catalog, world->active("qa").volume).value();
  world->database->be_in_doubt({kDoubt});

  EXPECT_THAT(world->host.ask(volume, AskNotes{"db"}).value(), ElementsAre(kDoubt));
}

TEST(ASync, KeepsWhatIsInDoubtOfItsData) {
  auto world = TestWorld::with_containers();
  world->database->be_in_doubt({kDoubt});

  ASSERT_TRUE(world->must(SyncSource{"shop.db"}));

  EXPECT_THAT(source_named(*world, "shop.db").position->doubts, ElementsAre(kDoubt));
}

TEST(ASync, KeepsWhatIsInDoubtOfWhatFollowsProduction) {
  auto world = TestWorld::with_containers();
  ASSERT_TRUE(world->must(LinkSource{"live.db", {"rows", {{"follow", "yes"}}, {}}}));
  world->database->be_in_doubt({kDoubt});

  ASSERT_TRUE(world->must(SyncSource{"live.db"}));

  EXPECT_THAT(source_named(*world, "live.db").position->doubts, ElementsAre(kDoubt));
}

// Its data is no newer than it was.
TEST(AReindex, PutsTheNewestDataInOrderForItsTemplates) {
  auto world = TestWorld::with_containers();
  world->database->be_in_doubt({kDoubt});
  ASSERT_TRUE(world->must(SyncSource{"shop.db"}));
  const auto before = source_named(*world, "shop.db");
  world->clock.advance(std::chrono::minutes(1));

  ASSERT_TRUE(world->must(ReindexSource{"shop.db"}));

  const auto after = source_named(*world, "shop.db");
  EXPECT_THAT(after.position->doubts, IsEmpty());
  EXPECT_EQ(after.synced_at, before.synced_at);
  EXPECT_EQ(after.position->position, before.position->position);
  EXPECT_FALSE(after.config.setting("reindex"));
  ASSERT_TRUE(world->must(RefreshContainer{"qa"}));
  EXPECT_EQ(world->rows("qa"), "production;sorted;");
  EXPECT_THAT(world->complaints(), IsEmpty());
}

TEST(AReindex, IsDoneAtEachSyncFromThenOnWhereThatIsWanted) {
  auto world = TestWorld::with_containers();

  ASSERT_TRUE(world->must(ReindexSource{"shop.db", true}));

  EXPECT_EQ(source_named(*world, "shop.db").config.setting("reindex"), "automatic");
}

TEST(AReindex, IsRefusedWhereAKindHasNoIndexes) {
  auto world = TestWorld::with_containers();
  const auto refused = world->act(ReindexSource{"shop.app"});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::unsupported);
}

}  // namespace
}  // namespace slip
