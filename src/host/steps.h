// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include "domain/operation.h"
#include "host/instances.h"

namespace slip {

// What a step needs to know beyond what it says itself. Of each that it does not need, nothing.
struct Order {
  VolumeSpec volume = {};                   // what is on the step's volume
  bool is_being_made = false;               // that volume: nobody uses it
  std::optional<std::uint32_t> owner = {};  // of the volume that it makes: a container, by number
  SelfDescription about = {};               // of the volume or snapshot that it makes
  std::optional<Source> follows = {};       // that is kept up with production on the volume
  std::optional<Point> point = {};          // whose data it keeps
  bool opens_endpoints = false;             // they are of a container that is being made
};

// What a running step may ask and tell.
struct StepContext {
  const Operation& operation;
  Order order = {};
  // What is on the step's volume when it is started now: with ports that are free, and the login
  // that its container has today.
  Instances::ToStart to_start = {};
  std::function<bool()> keep_going;                // false: canceled
  std::function<void(std::string_view)> progress;  // words for people
  std::function<void(HookRun)> hook_ran;           // for the step's record, whatever becomes of it
};

// Carries steps out and takes them back. Both are idempotent: after a crash a step may be carried
// out or taken back again, whatever it had done by then. What a step needs to know it is told.
// Those that change the catalog or the routes alone are the runner's own.
class Steps {
 public:
  Steps(Machine& machine, Instances& instances) : machine_(machine), instances_(instances) {}

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
  Result<StepFindings> carry_out_one(const RunHooks& step, const StepContext& context);
  Result<StepFindings> carry_out_one(const CatchUp& step, const StepContext& context);
  Result<StepFindings> carry_out_one(const FindDataTime& step, const StepContext& context);
  Result<StepFindings> carry_out_one(const Detach& step, const StepContext& context);
  Result<StepFindings> carry_out_one(const KeepWhatIsLeft& step, const StepContext& context);
  Result<StepFindings> carry_out_one(const WriteOut& step, const StepContext& context);
  Result<StepFindings> carry_out_one(const SortAnew& step, const StepContext& context);
  template <class OtherStep>
  Result<StepFindings> carry_out_one(const OtherStep&, const StepContext&) {
    return Error{.message = "this step is carried out by the runner"};
  }
  // What is made of a volume on which nothing runs.
  Result<IngestRequest> offline(const SourceConfig& config, const VolumeId& volume,
                                const StepContext& context);
  // Starts what is on the step's volume, and returns that.
  Result<VolumeSpec> start(StartWhat what, const StepContext& context);
  // Take the snapshot while what is on the volume runs, or between a stop and a start.
  Result<StepFindings> snapshot_running(const TakeSnapshot& step, const StepContext& context);
  Result<StepFindings> snapshot_stopped(const TakeSnapshot& step, const StepContext& context);
  Result<> save(const TakeSnapshot& step, const StepContext& context, StepFindings& findings);
  Result<> run_hooks(HookMoment when, const StepContext& context);
  Result<> check_nothing_is_left_out(const VolumeSpec& volume);
  Result<> take_back_hooks(const RunHooks& step, const StepContext& context);

  Machine& machine_;
  Instances& instances_;
};

}  // namespace slip
