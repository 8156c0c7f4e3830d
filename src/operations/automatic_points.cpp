// SPDX-License-Identifier: Apache-2.0
#include "operations/automatic_points.h"

#include <algorithm>

#include "base/log.h"
#include "operations/drafts.h"
#include "operations/lookup.h"
#include "operations/quotas.h"
#include "operations/scenes.h"
#include "operations/volume_specs.h"

namespace slip {

struct AutomaticPoints::Last {
  Timestamp at;                // of the newest point, or the segment's beginning if that was later
  std::optional<Point> point;  // what the branch's data has grown from since
};

Result<AutomaticPoints::Last> AutomaticPoints::last_of(const Branch& branch) {
  return world_.catalog.read([&](CatalogUnit& catalog) -> Result<Last> {
    const auto segment = TRY(segment_of(catalog, branch.segment));
    const auto points = TRY(catalog.points().of_segment(segment.id));
    if (!points.empty()) return Last{std::max(points.back().at, segment.began_at), points.back()};
    if (!segment.parent) return Last{segment.began_at, std::nullopt};
    return Last{segment.began_at, TRY(catalog.points().find(segment.parent->point))};
  });
}

namespace {

// A source that cannot tell counts as unchanged.
bool has_changed(const std::map<std::string, DataPosition>& now,
                 const std::optional<Point>& before) {
  return std::ranges::any_of(now, [&](const auto& one) {
    const auto& [source, position] = one;
    if (!position.mark) return false;
    if (!before) return true;
    const auto known = before->positions.find(source);
    return known == before->positions.end() || known->second.mark != position.mark;
  });
}

}  // namespace

Result<bool> AutomaticPoints::is_due(const Branch& branch, Timestamp now) {
  const auto volume = TRY(spec_of(world_.catalog, branch.volume));
  const auto use = TRY(disk_use(world_.storage, volume.quota, volume.number));
  if (use && use->room() != DiskRoom::ample) return false;
  // One that lacks data would be refused; whoever looks at the branch is told why.
  return TRY(has_changed_enough(branch, volume, now)) &&
         TRY(world_.host.ask(volume, AskLeftOut{})).empty();
}

Result<bool> AutomaticPoints::has_changed_enough(const Branch& branch, const VolumeSpec& volume,
                                                 Timestamp now) {
  const Duration interval = *world_.settings.automatic_points;
  const auto last = TRY(last_of(branch));
  const bool is_time = last.at + interval <= now;
  const auto positions = TRY(world_.host.ask(volume, AskPositions{now}));
  const bool changed = has_changed(positions, last.point);
  ask_next_[branch.volume] = now + (changed ? interval / 10 : interval);
  if (is_time || !changed || !last.point) return changed && is_time;
  const auto log = TRY(world_.host.ask(volume, AskLogBetween{last.point->positions, positions}));
  ask_when_much_is_written(branch.volume, now, {.bytes = log, .since = last.at});
  return log >= world_.settings.log_between_points;
}

template <class Record>
bool AutomaticPoints::is_found_due(const Record& record, const std::string& what, Timestamp now) {
  const auto due = is_due(record, now);
  if (due) return *due;
  spdlog::warn("look whether {} is to get a point: {}", what, due.error().describe());
  ask_next_[record.volume] = now + *world_.settings.automatic_points / 10;
  return false;
}

Result<std::vector<BranchId>> AutomaticPoints::due(Timestamp now) {
  std::vector<BranchId> found;
  if (!world_.settings.automatic_points || TRY(world_.storage.probe()).runs_short()) return found;
  const auto branches = TRY(world_.catalog.read(
      [](CatalogUnit& catalog) { return catalog.branches().all(Trash::without); }));
  ask_all_after_the_clock_was_set_back(now);
  for (const auto& branch : branches) {
    if (branch.volume.empty() || branch.wanted != RunState::running) continue;
    if (!is_asked(branch.volume, now)) continue;
    if (is_found_due(branch, "branch " + branch.id.str(), now)) found.push_back(branch.id);
  }
  return found;
}

Result<bool> AutomaticPoints::is_due(const Source& source, Timestamp now) {
  const Adapter* adapter = TRY(world_.adapter(source.config.kind));
  // Without a log points lead nowhere but to themselves, and nobody has asked for those.
  if (adapter->log_replay() == nullptr || world_.settings.retention.logs <= Duration(0)) {
    return false;
  }
  const Duration interval = *world_.settings.automatic_points;
  ask_next_[source.volume] = now + interval / 10;
  const auto volume = TRY(spec_of(world_.catalog, source.volume));
  const auto state = world_.host.ask(volume, AskFollowState{});
  if (!state || state->health != FollowHealth::following) return false;
  if (source.history.empty() || source.history.back().follower != source.volume) return true;
  const SourcePoint& last = source.history.back();
  const auto positions = TRY(world_.host.ask(volume, AskPositions{now}));
  const auto here = positions.find(source.name);
  const bool changed = here != positions.end() && here->second.position != last.position;
  if (!changed) return false;
  const std::map<std::string, DataPosition> then{
      {source.name, {.at = last.taken_by, .position = last.position}}};
  const auto log = TRY(world_.host.ask(volume, AskLogBetween{then, positions}));
  ask_when_much_is_written(source.volume, now, {.bytes = log, .since = last.taken_by});
  return last.taken_by + interval <= now || log >= world_.settings.log_between_points;
}

Result<std::vector<SourceId>> AutomaticPoints::due_sources(Timestamp now) {
  std::vector<SourceId> found;
  if (!world_.settings.automatic_points || TRY(world_.storage.probe()).runs_short()) return found;
  const auto sources = TRY(world_.catalog.read(
      [](CatalogUnit& catalog) { return catalog.sources().all(Trash::without); }));
  ask_all_after_the_clock_was_set_back(now);
  for (const auto& source : sources) {
    if (source.volume.empty() || !is_asked(source.volume, now)) continue;
    if (is_found_due(source, "source " + source.name, now)) found.push_back(source.id);
  }
  return found;
}

void AutomaticPoints::ask_when_much_is_written(const VolumeId& volume, Timestamp now,
                                               const Written& log) {
  const Duration interval = *world_.settings.automatic_points;
  if (log.bytes <= 0 || now <= log.since) return;
  // With so much there is a point, and the log begins anew.
  const std::int64_t enough = world_.settings.log_between_points;
  const std::int64_t left = log.bytes < enough ? enough - log.bytes : enough;
  const double per_ms = static_cast<double>(log.bytes) / static_cast<double>(now.ms - log.since.ms);
  const double full_in = static_cast<double>(left) / per_ms;
  if (full_in >= static_cast<double>((interval / 10).count())) return;
  const Duration soon(static_cast<std::int64_t>(full_in));
  ask_next_[volume] = now + std::max(soon, interval / 30);
}

bool AutomaticPoints::is_asked(const VolumeId& volume, Timestamp now) const {
  const auto next = ask_next_.find(volume);
  return next == ask_next_.end() || next->second <= now;
}

void AutomaticPoints::ask_all_after_the_clock_was_set_back(Timestamp now) {
  std::erase_if(ask_next_, [&](const auto& one) {
    return one.second > now + *world_.settings.automatic_points;
  });
}

Plan draft_automatic_point(Drafting& drafting, const Scene& scene) {
  const auto& [container, mould, branch, segment, volume, on] = scene;
  Plan plan(drafting, OperationKind::automatic_point, "save a point of " + container.name);
  plan.lock(container.id.str());
  plan.operation.container = container.id;
  plan.operation.template_id = container.template_id;
  plan.operation.branch = branch.id;
  const Point point{
      .id = drafting.next_id<PointId>(),
      .segment = branch.segment,
      .branch = branch.id,
      .kind = PointKind::automatic,
      .at = drafting.now,
      .snapshot = plan.add_snapshot("branch " + branch.name + " of " + container.name),
      .baked = {},
      .positions = {},
      .operation = plan.operation.id};
  plan.operation.point = point.id;
  plan.add(TakeSnapshot{volume.id, point.snapshot, AfterSnapshot::go_on});
  plan.add(Commit{{AddPoint{point}}});
  return plan;
}

// Automatic point: nobody waits for it.
Result<Plan> plan(PlanContext& context, const TakePoint& request) {
  const auto branch = TRY(branch_of(context.catalog, request.branch));
  const auto container = TRY(container_of(context.catalog, branch.container));
  if (branch.deleted_at || container.deleted_at || branch.wanted != RunState::running) {
    return Error{.code = ErrorCode::precondition_failed,
                 .message = "branch " + branch.name + " does not run"};
  }
  return draft_automatic_point(context, TRY(scene_of(context.catalog, container, branch)));
}

}  // namespace slip
