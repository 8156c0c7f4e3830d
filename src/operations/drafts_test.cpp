// SPDX-License-Identifier: Apache-2.0
#include "operations/drafts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/expect_result.h"
#include "tests/support/fake_clock.h"

namespace slip::test {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

// The kinds of the steps, hooks with their moment: "run_hooks pre_start".
std::vector<std::string> steps_of(const Plan& plan) {
  std::vector<std::string> steps;
  for (const auto& record : plan.operation.steps) {
    std::string step(kind_of(record.step));
    if (const auto* hooks = std::get_if<RunHooks>(&record.step)) {
      step += " " + std::string(name_of(hooks->when));
    }
    steps.push_back(std::move(step));
  }
  return steps;
}

// The first change of that type that the plan commits.
template <class Kind>
const Kind* change_in(const Plan& plan) {
  for (const auto& record : plan.operation.steps) {
    const auto* commit = std::get_if<Commit>(&record.step);
    if (commit == nullptr) continue;
    for (const auto& change : commit->changes) {
      if (const auto* found = std::get_if<Kind>(&change)) return found;
    }
  }
  return nullptr;
}

// Branch "default" of container "qa", which is active and runs one database, and branch "bug",
// which is stopped. There is no catalog.
class ADraft : public ::testing::Test {
 protected:
  ADraft() {
    mould_.id = TemplateId("tpl_shop");
    mould_.name = "shop";
    mould_.master = BranchId("brn_master");
    mould_.versions = {{.number = 1, .sources = {database()}}};
    container_.id = ContainerId("ctr_qa");
    container_.name = "qa";
    container_.template_id = mould_.id;
    container_.active = BranchId("brn_default");
    container_.endpoints = {{"db", 15000}};
    active_ = scene("default", RunState::running);
    other_ = scene("bug", RunState::stopped);
  }

  static TemplateSource database() {
    TemplateSource place;
    place.name = "db";
    place.source = SourceId("src_db");
    return place;
  }
  Scene scene(const std::string& name, RunState wanted) const {
    Scene scene{.container = container_,
                .mould = mould_,
                .branch = {},
                .segment = {},
                .volume = {},
                .on = {}};
    scene.branch.id = BranchId("brn_" + name);
    scene.branch.name = name;
    scene.branch.container = container_.id;
    scene.branch.segment = SegmentId("seg_" + name);
    scene.branch.volume = VolumeId("vol_" + name);
    scene.branch.wanted = wanted;
    scene.segment.id = scene.branch.segment;
    scene.segment.branch = scene.branch.id;
    scene.volume.id = scene.branch.volume;
    scene.volume.template_id = mould_.id;
    scene.volume.template_version = 1;
    scene.on = mould_.newest();
    return scene;
  }
  // At each of the moments there is something to do.
  static void give_hooks(Scene& scene, const std::vector<HookMoment>& moments) {
    for (const auto when : moments) {
      scene.on.sources.front().hooks.push_back({.when = when, .sql = "SELECT 1"});
    }
    scene.mould.versions = {scene.on};
  }
  // A point of the branch, or of the template.
  static ChosenPoint point_of(const Scene& scene) {
    ChosenPoint chosen{.point = {}, .segment = scene.segment, .branch = scene.branch, .parent = {}};
    chosen.point.id = PointId("pnt_then");
    chosen.point.segment = scene.segment.id;
    chosen.point.branch = scene.branch.id;
    chosen.point.snapshot = SnapshotId("snp_then");
    chosen.parent = {chosen.point.id, Timestamp{1}, "bookmark \"then\""};
    return chosen;
  }
  Bookmark bookmark() const {
    Bookmark bookmark;
    bookmark.id = BookmarkId("bkm_1");
    bookmark.container = container_.id;
    bookmark.name = "clean";
    return bookmark;
  }

  CountedIds ids_;
  Drafting drafting_{.ids = ids_,
                     .actor = {UserId("usr_qa"), "qa", SystemRole::member},
                     .now = Timestamp{1'790'000'000'000}};
  Template mould_;
  Container container_;
  Scene active_;
  Scene other_;
};

TEST_F(ADraft, OfAStartRunsHooksAroundItWhereTheBranchDidNotRun) {
  give_hooks(other_, {HookMoment::pre_start, HookMoment::post_start});
  give_hooks(active_, {HookMoment::pre_start, HookMoment::post_start});

  EXPECT_THAT(steps_of(draft_start(drafting_, other_)),
              ElementsAre("run_hooks pre_start", "start_instances", "run_hooks post_start",
                          "commit", "release_endpoints"));
  EXPECT_THAT(steps_of(draft_start(drafting_, active_)),
              ElementsAre("start_instances", "commit", "release_endpoints"));
}

TEST_F(ADraft, OfAStopEndsWhatRunsOnceNobodyIsLedThere) {
  give_hooks(active_, {HookMoment::pre_stop, HookMoment::post_stop});

  const Plan plan = draft_stop(drafting_, active_);

  EXPECT_THAT(steps_of(plan), ElementsAre("run_hooks pre_stop", "commit", "release_endpoints",
                                          "stop_instances", "run_hooks post_stop"));
  EXPECT_EQ(plan.operation.words, "stop qa");
  EXPECT_THAT(plan.operation.locks, ElementsAre("ctr_qa"));
}

TEST_F(ADraft, OfAnActivationStartsTheNextAndStopsTheFormer) {
  const auto plan = draft_activation(drafting_, other_, active_, FormerBranch::stop);
  ASSERT_OK(plan);
  EXPECT_THAT(steps_of(*plan), ElementsAre("start_instances", "hold_endpoints", "commit",
                                           "release_endpoints", "stop_instances"));

  const auto keeping = draft_activation(drafting_, other_, active_, FormerBranch::keep_running);
  ASSERT_OK(keeping);
  EXPECT_THAT(steps_of(*keeping), Not(Contains("stop_instances")));
}

TEST_F(ADraft, OfAnActivationIsRefusedWhereItCannotBe) {
  EXPECT_ERROR(draft_activation(drafting_, active_, active_, FormerBranch::stop),
               precondition_failed);
  other_.volume.read_only = true;
  EXPECT_ERROR(draft_activation(drafting_, other_, active_, FormerBranch::stop),
               precondition_failed);
}

TEST_F(ADraft, OfADeletionIsRefusedForTheActiveBranchAndTheLast) {
  EXPECT_ERROR(draft_deletion(drafting_, container_, active_.branch, 2), precondition_failed);
  EXPECT_ERROR(draft_deletion(drafting_, container_, other_.branch, 1), precondition_failed);
  const auto plan = draft_deletion(drafting_, container_, other_.branch, 2);
  ASSERT_OK(plan);
  EXPECT_THAT(steps_of(*plan), ElementsAre("commit", "release_endpoints", "stop_instances"));
}

TEST_F(ADraft, OfARestoreSwitchesToACopyAndKeepsWhatCameAfter) {
  const Plan plan = draft_replacement(
      drafting_, active_, point_of(active_),
      {OperationKind::restore, SegmentKind::restored, "restore qa", Safety::take_point});

  EXPECT_THAT(steps_of(plan), ElementsAre("clone_snapshot", "start_instances", "hold_endpoints",
                                          "take_snapshot", "commit", "release_endpoints",
                                          "keep_what_is_left", "stop_instances", "drop_volume"));
  const auto* begun = change_in<BeginSegment>(plan);
  ASSERT_NE(begun, nullptr);
  EXPECT_EQ(begun->segment.previous, active_.segment.id);
  EXPECT_EQ(begun->segment.parent->words, "bookmark \"then\"");
  EXPECT_EQ(begun->segment.safety_point, plan.operation.point);
  EXPECT_EQ(begun->segment.base, SnapshotId("snp_then"));
}

TEST_F(ADraft, OfARestoreOfAStoppedBranchStartsNothing) {
  const Plan plan = draft_replacement(
      drafting_, other_, point_of(active_),
      {OperationKind::restore, SegmentKind::restored, "restore qa", Safety::none});

  EXPECT_THAT(steps_of(plan), ElementsAre("clone_snapshot", "hold_endpoints", "commit",
                                          "release_endpoints", "stop_instances", "drop_volume"));
  EXPECT_TRUE(plan.operation.point.empty()) << "without a safety point there is no undo";
}

// What is only looked at stays so; and it has the login and the number of its container.
TEST_F(ADraft, OfARestoreLeavesABranchWhatItIs) {
  active_.volume.read_only = true;
  active_.container.number = 7;

  const Plan plan =
      draft_replacement(drafting_, active_, point_of(active_),
                        {OperationKind::reset, SegmentKind::reset, "reset qa", Safety::take_point});

  ASSERT_EQ(plan.volumes.size(), 1U);
  EXPECT_TRUE(plan.volumes.front().read_only);
  EXPECT_EQ(plan.volumes.front().number, 7U);
}

TEST_F(ADraft, OfARefreshRunsTheHooksOfDataThatComesFromTheTemplate) {
  give_hooks(active_, {HookMoment::pre_refresh, HookMoment::configure_clone,
                       HookMoment::post_refresh, HookMoment::pre_restore});
  ChosenPoint newest = point_of(active_);
  newest.branch = {};
  newest.branch.id = mould_.master;
  newest.branch.template_id = mould_.id;
  newest.segment.template_version = 1;

  const auto steps = steps_of(draft_replacement(
      drafting_, active_, newest,
      {OperationKind::refresh, SegmentKind::refreshed, "refresh qa", Safety::take_point}));

  EXPECT_THAT(steps, Contains("run_hooks pre_refresh"));
  EXPECT_THAT(steps, Contains("run_hooks configure_clone"));
  EXPECT_THAT(steps, Contains("run_hooks post_refresh"));
  EXPECT_THAT(steps, Not(Contains("run_hooks pre_restore")));
}

TEST_F(ADraft, OfANewBranchTakesItsPlaceOrGoesBeside) {
  const Plan in_place =
      draft_branch(drafting_, active_, {.name = "fix"}, Origin(point_of(active_)));
  EXPECT_THAT(steps_of(in_place), ElementsAre("clone_snapshot", "start_instances", "hold_endpoints",
                                              "commit", "release_endpoints", "stop_instances"));
  EXPECT_NE(change_in<SetActive>(in_place), nullptr);

  const Plan peek =
      draft_branch(drafting_, active_, {.name = "peek", .activation = Activation::look},
                   Origin(point_of(active_)));
  EXPECT_THAT(steps_of(peek),
              ElementsAre("clone_snapshot", "start_instances", "commit", "release_endpoints"));
  EXPECT_EQ(change_in<SetActive>(peek), nullptr);
  EXPECT_TRUE(peek.volumes.back().read_only);
}

// A branch of now is of another one, as that is when the plan is carried out.
TEST_F(ADraft, OfABranchOfNowTakesAPointOfTheOtherFirst) {
  give_hooks(other_, {HookMoment::pre_snapshot, HookMoment::configure_clone});

  const Plan plan = draft_branch(drafting_, active_, {.name = "fix"}, Origin(other_));

  EXPECT_EQ(steps_of(plan).front(), "take_snapshot") << "what is stopped has no hooks to run";
  EXPECT_THAT(steps_of(plan), Not(Contains(HasSubstr("run_hooks"))));
  const auto* point = change_in<AddPoint>(plan);
  ASSERT_NE(point, nullptr);
  EXPECT_EQ(point->point.branch, other_.branch.id);
  EXPECT_THAT(plan.operation.words, HasSubstr("from branch bug as of"));
}

TEST_F(ADraft, OfAnExactBookmarkStopsWhatRunsAndStartsItAgain) {
  const auto exact = BookmarkManner::exact;
  EXPECT_THAT(
      steps_of(draft_bookmark(drafting_, active_, bookmark(), exact)),
      ElementsAre("write_out", "hold_endpoints", "take_snapshot", "release_endpoints", "commit"));
  EXPECT_THAT(steps_of(draft_bookmark(drafting_, other_, bookmark(), exact)),
              ElementsAre("take_snapshot", "commit"))
      << "what is stopped is exact as it lies there";
  active_.on.bookmarks = exact;
  EXPECT_THAT(steps_of(draft_bookmark(drafting_, active_, bookmark(), std::nullopt)),
              Contains("write_out"))
      << "the template says so";
  EXPECT_THAT(steps_of(draft_bookmark(drafting_, active_, bookmark(), BookmarkManner::running)),
              ElementsAre("take_snapshot", "commit"));
}

TEST_F(ADraft, OfAnAutomaticPointDisturbsNobody) {
  give_hooks(active_, {HookMoment::pre_snapshot, HookMoment::post_snapshot});

  const Plan plan = draft_automatic_point(drafting_, active_);

  EXPECT_THAT(steps_of(plan), ElementsAre("take_snapshot", "commit"));
  EXPECT_EQ(change_in<AddBookmark>(plan), nullptr);
  EXPECT_THAT(plan.volumes, IsEmpty());
}

}  // namespace
}  // namespace slip::test
