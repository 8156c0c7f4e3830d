// SPDX-License-Identifier: Apache-2.0
#include <fmt/ranges.h>

#include "base/json.h"
#include "base/log.h"
#include "operations/lookup.h"
#include "operations/self_description.h"
#include "operations/starting.h"
#include "operations/steps.h"

namespace slip {

Result<SelfDescription> Steps::describe_snapshot(const SnapshotId& id, const Operation& operation) {
  return world_.catalog.read([&](CatalogUnit& catalog) -> Result<SelfDescription> {
    const auto found = TRY(catalog.snapshots().find(id));
    if (!found) return Error{.message = "the catalog has no snapshot " + id.str()};
    return describe(catalog, operation, *found);
  });
}

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
  if (step.after != AfterSnapshot::stay_frozen) TRY(check_nothing_is_left_out(context.volume));
  // Before anything is frozen.
  auto about = TRY(describe_snapshot(step.snapshot, context.operation));
  return step.after == AfterSnapshot::start_again
             ? snapshot_stopped(step, std::move(about), context)
             : snapshot_running(step, std::move(about), context);
}

Result<bool> Steps::is_being_made(const VolumeId& volume) {
  return world_.catalog.read([&](CatalogUnit& catalog) -> Result<bool> {
    return TRY(volume_of(catalog, volume)).state == StorageState::building;
  });
}

Result<> Steps::save(const TakeSnapshot& step, SelfDescription about, StepFindings& findings) {
  findings.at = world_.clock.now();
  about["volume"] = step.volume.str();
  about["positions"] = to_json_text(findings.positions);
  about["at"] = to_rfc3339(*findings.at);
  TRY(world_.storage.snapshot(step.volume, step.snapshot, about));
  // A log that is written by a clock behind ours leads to no time of ours.
  const Timestamp taken_by = world_.clock.now();
  if (taken_by - world_.clock.wall() <= std::chrono::seconds(1)) findings.taken_by = taken_by;
  return {};
}

Result<StepFindings> Steps::snapshot_running(const TakeSnapshot& step, SelfDescription about,
                                             const StepContext& context) {
  const VolumeSpec& volume = context.volume;
  const bool stay = step.after == AfterSnapshot::stay_frozen;
  // An atomic snapshot may hold a later unsynced write without an earlier one. A database alone
  // syncs what matters to it; several sources together must not show an effect without its cause.
  const bool freeze = stay || !world_.storage.info().capabilities.atomic_snapshot ||
                      TRY(instances_.sources(volume)) > 1;
  // While people wait nothing is asked that can be found out later.
  auto prepare = stay ? Instances::Prepare::look : Instances::Prepare::write_out;
  if (!stay && TRY(is_being_made(step.volume))) prepare = Instances::Prepare::ask;
  const auto copyables = TRY(instances_.prepare_copy(volume, prepare));
  StepFindings findings;
  const auto flush = [&]() -> Result<> {
    findings.positions = TRY(instances_.flush(volume, world_.clock.now(), copyables));
    return {};
  };
  if (!freeze) {
    TRY(flush());
    TRY(save(step, std::move(about), findings));
    return findings;
  }
  auto frozen = instances_.freeze(volume, flush);
  auto saved = frozen ? save(step, std::move(about), findings) : std::move(frozen);
  if (stay && saved) return findings;
  auto thawed = instances_.thaw(volume);
  TRY(saved);
  TRY(thawed);
  return findings;
}

Result<StepFindings> Steps::snapshot_stopped(const TakeSnapshot& step, SelfDescription about,
                                             const StepContext& context) {
  const auto copyables = TRY(instances_.prepare_copy(context.volume, Instances::Prepare::ask));
  StepFindings findings;
  findings.positions = TRY(instances_.flush(context.volume, world_.clock.now(), copyables));
  const auto left = TRY(instances_.stop_whole(context.volume, StopHow::in_order, copyables));
  for (auto& [source, position] : findings.positions) position.lacks = left.at(source).lacks;
  TRY(save(step, std::move(about), findings));
  TRY(start_on(world_, instances_, step.volume, StartWhat::everything, context.keep_going));
  return findings;
}

Result<> Steps::start_again(const VolumeId& volume) {
  return start_on(world_, instances_, volume, StartWhat::everything, [] { return true; });
}

Result<StepFindings> Steps::carry_out_one(const WriteOut&, const StepContext& context) {
  TRY(instances_.write_out(context.volume));
  return StepFindings{};
}

Result<> Steps::set_data_of(const Point& point, const std::optional<SnapshotId>& instead) {
  return world_.catalog.write([&](CatalogUnit& catalog) -> Result<> {
    auto known = TRY(point_of(catalog, point.id));
    known.positions = point.positions;
    if (instead && known.reachable()) {
      auto before = TRY(catalog.snapshots().find(known.snapshot));
      auto after = TRY(catalog.snapshots().find(*instead));
      if (!before || !after) return Error{.message = "the catalog lacks a snapshot of a point"};
      before->state = StorageState::doomed;
      after->state = StorageState::live;
      TRY(catalog.snapshots().put(*before));
      TRY(catalog.snapshots().put(*after));
      known.snapshot = *instead;
      if (known.taken_by) known.taken_by = world_.clock.now();
    }
    return catalog.points().put(known);
  });
}

// Once what is left is kept, or it is known that it cannot be, the point is left alone: the step
// may be repeated.
Result<StepFindings> Steps::carry_out_one(const KeepWhatIsLeft& step, const StepContext& context) {
  TRY(instances_.thaw_databases(context.volume));
  const auto copyables = TRY(instances_.prepare_copy(context.volume, Instances::Prepare::ask));
  const auto left = TRY(instances_.stop_whole(context.volume, StopHow::at_once, copyables));
  auto point =
      TRY(world_.catalog.read([&](CatalogUnit& catalog) { return point_of(catalog, step.point); }));
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
  std::optional<SnapshotId> instead;
  if (is_whole) {
    instead = step.snapshot;
    auto about = TRY(describe_snapshot(step.snapshot, context.operation));
    about["volume"] = step.volume.str();
    about["positions"] = to_json_text(point.positions);
    about["at"] = to_rfc3339(point.at);
    TRY(world_.storage.snapshot(step.volume, step.snapshot, about));
  }
  TRY(set_data_of(point, instead));
  return StepFindings{};
}

}  // namespace slip
