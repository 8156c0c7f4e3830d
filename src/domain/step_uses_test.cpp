// SPDX-License-Identifier: Apache-2.0
#include "domain/step_uses.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "domain/operation.h"

namespace slip::test {
namespace {

using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

TEST(StepUses, AreTheVolumesAndSnapshotsThatItNames) {
  const auto uses = uses_of(ReplayLog{VolumeId("vol_1"), SnapshotId("snp_1"), Timestamp{5}});
  EXPECT_THAT(uses.volumes, UnorderedElementsAre(VolumeId("vol_1")));
  EXPECT_THAT(uses.snapshots, UnorderedElementsAre(SnapshotId("snp_1")));
}

TEST(StepUses, AreFoundInItsPartsAndChanges) {
  const auto composed = uses_of(ComposeVolume{
      VolumeId("vol_1"), {{"db", SnapshotId("snp_1")}, {"app", SnapshotId("snp_2")}}});
  EXPECT_THAT(composed.snapshots, UnorderedElementsAre(SnapshotId("snp_1"), SnapshotId("snp_2")));

  AddBranch added;
  added.branch.volume = VolumeId("vol_2");
  const auto committed = uses_of(Commit{{added, SetBaked{PointId("pnt_1"), SnapshotId("snp_3")}}});
  EXPECT_THAT(committed.volumes, UnorderedElementsAre(VolumeId("vol_2")));
  EXPECT_THAT(committed.snapshots, UnorderedElementsAre(SnapshotId("snp_3")));
}

TEST(Operation, HasNoWorkOnAVolumeThatItOnlyWritesDown) {
  AddBranch added;
  added.branch.volume = VolumeId("vol_2");
  Operation operation;
  for (const Step& step : {Step(Detach{{}, VolumeId("vol_1")}), Step(Commit{{added}})}) {
    operation.steps.push_back({.step = step});
  }

  EXPECT_TRUE(operation.has_work_on(VolumeId("vol_1")));
  EXPECT_FALSE(operation.has_work_on(VolumeId("vol_2")));
  operation.steps.front().state = StepState::done;
  EXPECT_FALSE(operation.has_work_on(VolumeId("vol_1")));
}

TEST(StepUses, AreNoneOfAStepThatTouchesNoData) {
  const auto uses = uses_of(HoldEndpoints{ContainerId("ctr_1"), {5433}});
  EXPECT_THAT(uses.volumes, IsEmpty());
  EXPECT_THAT(uses.snapshots, IsEmpty());
}

}  // namespace
}  // namespace slip::test
