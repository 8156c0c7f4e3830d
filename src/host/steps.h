// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include "host/instances.h"
#include "operations/world.h"

namespace slip {

// What a running step may ask and tell.
struct StepContext {
  const Operation& operation;
  std::function<bool()> keep_going;                // false: canceled
  std::function<void(std::string_view)> progress;  // words for people
  std::function<void(HookRun)> hook_ran;           // for the step's record, whatever becomes of it
  VolumeSpec volume = {};                          // what is on the step's volume (spec_for)
};

// Carries steps out and takes them back. Both are idempotent: after a crash a step may be carried
// out or taken back again, whatever it had done by then. Commit steps are the runner's own.
class Steps {
 public:
  Steps(World& world, Instances& instances) : world_(world), instances_(instances) {}

  Result<StepFindings> carry_out(const Step& step, const StepContext& context);

  // What it had made in the pool is doomed by the runner, all at once, and not here.
  Result<> take_back(const Step& step, const StepContext& context);

 private:
  Result<StepFindings> carry_out_one(const CreateVolume& step, const StepContext& context);
  Result<StepFindings> carry_out_one(const CloneSnapshot& step, const StepContext& context);
  Result<StepFindings> carry_out_one(const ReplayLog& step, const StepContext& context);
  Result<StepFindings> carry_out_one(const IngestSource& step, const StepContext& context);
  Result<StepFindings> carry_out_one(const ComposeVolume& step, const StepContext& context);
  Result<StepFindings> carry_out_one(const TakeSnapshot& step, const StepContext& context);
  Result<StepFindings> carry_out_one(const StartInstances& step, const StepContext& context);
  Result<StepFindings> carry_out_one(const StopInstances& step, const StepContext& context);
  Result<StepFindings> carry_out_one(const HoldEndpoints& step, const StepContext& context);
  Result<StepFindings> carry_out_one(const ReleaseEndpoints& step, const StepContext& context);
  Result<StepFindings> carry_out_one(const Commit& step, const StepContext& context);
  Result<StepFindings> carry_out_one(const DropVolume& step, const StepContext& context);
  Result<StepFindings> carry_out_one(const RunHooks& step, const StepContext& context);
  Result<StepFindings> carry_out_one(const CatchUp& step, const StepContext& context);
  Result<StepFindings> carry_out_one(const FindDataTime& step, const StepContext& context);
  Result<StepFindings> carry_out_one(const Detach& step, const StepContext& context);
  Result<StepFindings> carry_out_one(const KeepWhatIsLeft& step, const StepContext& context);
  Result<StepFindings> carry_out_one(const WriteOut& step, const StepContext& context);
  Result<StepFindings> carry_out_one(const SortAnew& step, const StepContext& context);
  // What is made of a volume on which nothing runs.
  Result<IngestRequest> offline(const SourceConfig& config, const VolumeId& volume,
                                const StepContext& context);
  Result<SelfDescription> describe_snapshot(const SnapshotId& id, const Operation& operation);
  // Take the snapshot while what is on the volume runs, or between a stop and a start.
  Result<StepFindings> snapshot_running(const TakeSnapshot& step, SelfDescription about,
                                        const StepContext& context);
  Result<StepFindings> snapshot_stopped(const TakeSnapshot& step, SelfDescription about,
                                        const StepContext& context);
  Result<> save(const TakeSnapshot& step, SelfDescription about, StepFindings& findings);
  Result<> start_again(const VolumeId& volume);
  // Nobody uses what is being made.
  Result<bool> is_being_made(const VolumeId& volume);
  // Writes what the point's sources lack, and its snapshot instead of the one that it has.
  Result<> set_data_of(const Point& point, const std::optional<SnapshotId>& instead);
  Result<SelfDescription> describe_volume(const VolumeId& id, const Operation& operation);
  // Times of the branch's points around that one; empty: it has none.
  Result<std::string> nearest_points(const BranchId& branch, Timestamp at);
  Result<std::optional<Timestamp>> came_before_the_end(const VolumeId& follower,
                                                       const FollowState& state);
  Result<> run_hooks(HookMoment when, const StepContext& context);
  Result<> check_nothing_is_left_out(const VolumeSpec& volume);
  Result<> take_back_hooks(const RunHooks& step, const StepContext& context);

  World& world_;
  Instances& instances_;
};

}  // namespace slip
