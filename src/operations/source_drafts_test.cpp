// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "operations/drafts.h"
#include "secrets/memory/memory_secrets.h"
#include "tests/support/fake_clock.h"

namespace slip::test {
namespace {

using ::testing::ElementsAre;

// Source "db" in template "shop", beside source "app". There is no catalog.
class ASourceDraft : public ::testing::Test {
 protected:
  ASourceDraft() {
    db_.id = SourceId("src_db");
    db_.name = "db";
    db_.config.kind = "postgresql";
    db_.snapshot = SnapshotId("snp_db");
    app_.id = SourceId("src_app");
    app_.name = "app";
    app_.snapshot = SnapshotId("snp_app");
    shop_.mould.id = TemplateId("tpl_shop");
    shop_.mould.name = "shop";
    shop_.mould.master = shop_.master.id = BranchId("brn_master");
    shop_.master.segment = SegmentId("seg_master");
    TemplateSource db;
    db.name = "database";
    db.source = db_.id;
    TemplateSource app;
    app.name = "application";
    app.source = app_.id;
    shop_.mould.versions = {{.number = 1, .sources = {db, app}}};
    shop_.sources = {db_, app_};
  }

  SourceScene scene(Upkeep upkeep) const {
    return {.source = db_, .upkeep = upkeep, .keeps_points = true, .templates = {shop_}};
  }
  template <class Kind>
  static std::vector<Kind> steps_in(const Plan& plan) {
    std::vector<Kind> found;
    for (const auto& record : plan.operation.steps) {
      if (const auto* step = std::get_if<Kind>(&record.step)) found.push_back(*step);
    }
    return found;
  }
  template <class Kind>
  static std::vector<Kind> changes_in(const Plan& plan) {
    std::vector<Kind> found;
    for (const auto& commit : steps_in<Commit>(plan)) {
      for (const auto& change : commit.changes) {
        if (const auto* one = std::get_if<Kind>(&change)) found.push_back(*one);
      }
    }
    return found;
  }
  // Of the first step of that kind.
  template <class Kind>
  static std::ptrdiff_t place_of(const Plan& plan) {
    const auto& steps = plan.operation.steps;
    return std::ranges::find_if(
               steps, [](const auto& one) { return std::holds_alternative<Kind>(one.step); }) -
           steps.begin();
  }

  CountedIds ids_;
  Drafting drafting_{.ids = ids_,
                     .actor = {UserId("usr_admin"), "admin", SystemRole::admin},
                     .now = Timestamp{1'790'000'000'000}};
  Source db_;
  Source app_;
  TemplateScene shop_;
};

TEST_F(ASourceDraft, OfASyncBringsEveryTemplateUpToDate) {
  const auto plan = draft_sync(drafting_, scene(Upkeep::copied));

  const auto synced = changes_in<RecordSync>(plan);
  ASSERT_EQ(synced.size(), 1U);
  const auto composed = steps_in<ComposeVolume>(plan);
  ASSERT_EQ(composed.size(), 1U);
  ASSERT_EQ(composed[0].parts.size(), 2U);
  EXPECT_EQ(composed[0].parts[0].source_name, "database");
  EXPECT_EQ(composed[0].parts[0].snapshot, synced[0].snapshot);
  EXPECT_EQ(composed[0].parts[1].snapshot, app_.snapshot);
  const auto points = changes_in<AddPoint>(plan);
  ASSERT_EQ(points.size(), 1U);
  EXPECT_EQ(points[0].point.segment, shop_.master.segment);
  EXPECT_THAT(plan.operation.locks, ElementsAre("source db", "tpl_shop"));
  // All that it worked in goes.
  EXPECT_EQ(steps_in<DropVolume>(plan).size(), plan.volumes.size());
}

TEST_F(ASourceDraft, OfASyncGoesOnFromTheLastCopyWhereThatCanBe) {
  EXPECT_TRUE(steps_in<CloneSnapshot>(draft_sync(drafting_, scene(Upkeep::copied))).empty());

  const auto updated = steps_in<CloneSnapshot>(draft_sync(drafting_, scene(Upkeep::updated)));
  ASSERT_EQ(updated.size(), 1U);
  EXPECT_EQ(updated[0].snapshot, db_.snapshot);
}

// What is copied whole takes its space anew each time: worth it beside what can be gone back to.
TEST_F(ASourceDraft, OfASyncKeepsAPointOfWhatSharesOrIsBesideAFollower) {
  EXPECT_TRUE(changes_in<AddSourcePoint>(draft_sync(drafting_, scene(Upkeep::copied))).empty());
  EXPECT_EQ(changes_in<AddSourcePoint>(draft_sync(drafting_, scene(Upkeep::updated))).size(), 1U);

  shop_.sources[1].volume = VolumeId("vol_follower");
  auto beside = scene(Upkeep::copied);
  EXPECT_EQ(changes_in<AddSourcePoint>(draft_sync(drafting_, beside)).size(), 1U);
  beside.keeps_points = false;
  EXPECT_TRUE(changes_in<AddSourcePoint>(draft_sync(drafting_, beside)).empty());
}

TEST_F(ASourceDraft, OfTheFirstSyncOfWhatFollowsSeedsItsFollower) {
  const auto plan = draft_link(drafting_, scene(Upkeep::followed));

  EXPECT_EQ(changes_in<AddSource>(plan).size(), 1U);
  const auto seeded = changes_in<SetFollower>(plan);
  ASSERT_EQ(seeded.size(), 1U);
  EXPECT_EQ(steps_in<Detach>(plan).size(), 1U);
  EXPECT_TRUE(steps_in<CatchUp>(plan).empty());
  for (const auto& dropped : steps_in<DropVolume>(plan)) {
    EXPECT_NE(dropped.volume, seeded[0].volume);
  }
}

TEST_F(ASourceDraft, OfALaterSyncCatchesUp) {
  db_.volume = VolumeId("vol_follower");
  const auto plan = draft_sync(drafting_, scene(Upkeep::followed));

  EXPECT_TRUE(changes_in<SetFollower>(plan).empty());
  EXPECT_EQ(steps_in<CatchUp>(plan).size(), 1U);
  EXPECT_TRUE(steps_in<StopInstances>(plan).empty());
}

// The former follower ends when the new one is known, and not before.
TEST_F(ASourceDraft, OfSeedingAnewKeepsTheFormerFollowerUntilTheOtherIsThere) {
  db_.volume = VolumeId("vol_former");
  const auto plan = draft_reseed(drafting_, scene(Upkeep::followed));

  const auto stopped = steps_in<StopInstances>(plan);
  ASSERT_EQ(stopped.size(), 1U);
  EXPECT_EQ(stopped[0].volume, db_.volume);
  EXPECT_GT(place_of<StopInstances>(plan), place_of<Commit>(plan));
  EXPECT_EQ(changes_in<AddSourcePoint>(plan).size(), 2U);
}

TEST_F(ASourceDraft, OfReindexingChangesTheConfigurationOnlyWhereOneIsGiven) {
  EXPECT_TRUE(
      changes_in<SetSourceConfig>(draft_reindex(drafting_, scene(Upkeep::copied), {})).empty());

  SourceConfig automatic = db_.config;
  automatic.settings["reindex"] = "automatic";
  const auto plan = draft_reindex(drafting_, scene(Upkeep::copied), automatic);
  EXPECT_EQ(changes_in<SetSourceConfig>(plan).size(), 1U);
  EXPECT_EQ(steps_in<SortAnew>(plan).at(0).config.setting("reindex"), "automatic");
}

TEST_F(ASourceDraft, OfAnotherUrlStopsTheFollowerFirst) {
  EXPECT_TRUE(steps_in<StopInstances>(draft_new_url(drafting_, db_, db_.config)).empty());

  db_.volume = VolumeId("vol_follower");
  const auto plan = draft_new_url(drafting_, db_, db_.config);
  EXPECT_LT(place_of<StopInstances>(plan), place_of<Commit>(plan));
}

TEST_F(ASourceDraft, OfATemplateVersionBeginsASegmentAfterTheNewest) {
  const auto plan = draft_template_version(drafting_, shop_,
                                           {2, {shop_.mould.newest().sources[1]}, {}, {}}, {app_});

  const auto added = changes_in<AddTemplateVersion>(plan);
  ASSERT_EQ(added.size(), 1U);
  EXPECT_EQ(added[0].segment.previous, shop_.master.segment);
  EXPECT_EQ(changes_in<AddPoint>(plan).at(0).point.segment, added[0].segment.id);
  EXPECT_THAT(plan.operation.locks, ElementsAre("tpl_shop", "source app"));
}

TEST_F(ASourceDraft, OfATemplateMasksBeforeThePointIsTaken) {
  auto version = shop_.mould.newest();
  version.sources[0].hooks.push_back({.when = HookMoment::mask, .sql = "SELECT 1"});
  MemorySecrets kept;
  NewSecrets secrets(kept, ids_);
  drafting_.secrets = &secrets;
  const auto plan = draft_template(drafting_, "masked", version, shop_.sources);

  EXPECT_LT(place_of<RunHooks>(plan), place_of<TakeSnapshot>(plan));
  EXPECT_LT(place_of<StopInstances>(plan), place_of<TakeSnapshot>(plan));
}

}  // namespace
}  // namespace slip::test
