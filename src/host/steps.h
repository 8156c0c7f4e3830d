// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "host/instances.h"
#include "ports/host.h"

namespace slip {

// What a step is carried out by.
struct StepContext {
  const Order& order;
  const OrderTalk& talk;
};

// Carries steps out and takes them back. Both are idempotent: after a crash a step may be carried
// out or taken back again, whatever it had done by then. What a step needs to know it is told.
// Those that change the catalog or the routes alone are of whoever orders.
class Steps {
 public:
  Steps(Machine& machine, Instances& instances) : machine_(machine), instances_(instances) {}

  // As Host's, but for the generation.
  Result<StepFindings> carry_out(const StepContext& context);
  Result<> take_back(const StepContext& context);

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
    return Error{.message = "no host carries out this step"};
  }
  // What is made of a volume on which nothing runs, and its tree meanwhile.
  struct Offline {
    HeldTree tree;
    IngestRequest request;
  };
  Result<Offline> offline(const SourceConfig& config, const VolumeId& volume,
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
