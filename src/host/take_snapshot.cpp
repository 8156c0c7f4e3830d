// SPDX-License-Identifier: Apache-2.0
#include <fmt/ranges.h>

#include "base/json.h"
#include "base/log.h"
#include "host/steps.h"

namespace slip {

// A point that lacks some of the data is none.
Result<> Steps::check_nothing_is_left_out(const VolumeSpec& volume) {
  const auto left_out = TRY(instances_.left_out(volume));
  if (left_out.empty()) return {};
  return Error{.code = ErrorCode::precondition_failed,
               .message = fmt::format("it would lack data of {}", fmt::join(left_out, "; ")),
               .hint = "Move that into the branch's own data, or drop it."};
}

Result<StepFindings> Steps::carry_out_one(const TakeSnapshot& step, const StepContext& context) {
  // Going back saves what it can.
  if (step.after != AfterSnapshot::stay_frozen)
    TRY(check_nothing_is_left_out(context.order.volume));
  return step.after == AfterSnapshot::start_again ? snapshot_stopped(step, context)
                                                  : snapshot_running(step, context);
}

Result<> Steps::save(const TakeSnapshot& step, const StepContext& context, StepFindings& findings) {
  findings.at = machine_.clock.now();
  auto about = context.order.about;
  about["volume"] = step.volume.str();
  about["positions"] = to_json_text(findings.positions);
  about["at"] = to_rfc3339(*findings.at);
  TRY(machine_.storage.snapshot(step.volume, step.snapshot, about));
  // A log that is written by a clock behind ours leads to no time of ours.
  const Timestamp taken_by = machine_.clock.now();
  if (taken_by - machine_.clock.wall() <= std::chrono::seconds(1)) findings.taken_by = taken_by;
  return {};
}

Result<StepFindings> Steps::snapshot_running(const TakeSnapshot& step, const StepContext& context) {
  const VolumeSpec& volume = context.order.volume;
  const bool stay = step.after == AfterSnapshot::stay_frozen;
  // An atomic snapshot may hold a later unsynced write without an earlier one. A database alone
  // syncs what matters to it; several sources together must not show an effect without its cause.
  const bool freeze = stay || !machine_.storage.info().capabilities.atomic_snapshot ||
                      TRY(instances_.sources(volume)) > 1;
  // While people wait nothing is asked that can be found out later.
  auto prepare = stay ? Instances::Prepare::look : Instances::Prepare::write_out;
  if (!stay && context.order.is_being_made) prepare = Instances::Prepare::ask;
  const auto copyables = TRY(instances_.prepare_copy(volume, prepare));
  StepFindings findings;
  const auto flush = [&]() -> Result<> {
    findings.positions = TRY(instances_.flush(volume, machine_.clock.now(), copyables));
    return {};
  };
  if (!freeze) {
    TRY(flush());
    TRY(save(step, context, findings));
    return findings;
  }
  auto frozen = instances_.freeze(volume, flush);
  auto saved = frozen ? save(step, context, findings) : std::move(frozen);
  if (stay && saved) return findings;
  auto thawed = instances_.thaw(volume);
  TRY(saved);
  TRY(thawed);
  return findings;
}

Result<StepFindings> Steps::snapshot_stopped(const TakeSnapshot& step, const StepContext& context) {
  const auto copyables =
      TRY(instances_.prepare_copy(context.order.volume, Instances::Prepare::ask));
  StepFindings findings;
  findings.positions = TRY(instances_.flush(context.order.volume, machine_.clock.now(), copyables));
  const auto left = TRY(instances_.stop_whole(context.order.volume, StopHow::in_order, copyables));
  for (auto& [source, position] : findings.positions) position.lacks = left.at(source).lacks;
  TRY(save(step, context, findings));
  TRY(start(StartWhat::everything, context));
  return findings;
}

Result<StepFindings> Steps::carry_out_one(const WriteOut&, const StepContext& context) {
  TRY(instances_.write_out(context.order.volume));
  return StepFindings{};
}

// Once what is left is kept, or it is known that it cannot be, the point is left alone: the step
// may be repeated.
Result<StepFindings> Steps::carry_out_one(const KeepWhatIsLeft& step, const StepContext& context) {
  TRY(instances_.thaw_databases(context.order.volume));
  const auto copyables =
      TRY(instances_.prepare_copy(context.order.volume, Instances::Prepare::ask));
  const auto left = TRY(instances_.stop_whole(context.order.volume, StopHow::at_once, copyables));
  auto point = *context.order.point;
  bool has_more = false;  // than when the point was taken
  bool is_whole = true;
  for (auto& [source, position] : point.positions) {
    const auto found = left.find(source);
    // What did not run when the point was taken has not changed since.
    if (found == left.end() || position.lacks) continue;
    has_more = true;
    is_whole = is_whole && found->second.is_whole;
    position.lacks = found->second.lacks;
  }
  if (!has_more || point.snapshot == step.snapshot) return StepFindings{};
  StepFindings findings;
  findings.positions = point.positions;
  if (!is_whole) return findings;
  auto about = context.order.about;
  about["volume"] = step.volume.str();
  about["positions"] = to_json_text(point.positions);
  about["at"] = to_rfc3339(point.at);
  TRY(machine_.storage.snapshot(step.volume, step.snapshot, about));
  findings.at = point.at;
  return findings;
}

}  // namespace slip
