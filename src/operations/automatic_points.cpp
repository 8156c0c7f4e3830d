#include "operations/automatic_points.h"

#include "operations/lookup.h"

namespace slip {
namespace {

struct Last {
  Timestamp at;                // of the newest point, or the segment's beginning if that was later
  std::optional<Point> point;  // what the branch's data has grown from since
};

Result<Last> last_of(CatalogUnit& catalog, const Branch& branch) {
  const auto segment = TRY(segment_of(catalog, branch.segment));
  const auto points = TRY(catalog.points().of_segment(segment.id));
  if (!points.empty()) return Last{std::max(points.back().at, segment.began_at), points.back()};
  if (!segment.parent) return Last{segment.began_at, std::nullopt};
  return Last{segment.began_at, TRY(catalog.points().find(segment.parent->point))};
}

}  // namespace

Result<bool> AutomaticPoints::is_due(const Branch& branch, Timestamp now) {
  const auto last =
      TRY(world_.catalog.read([&](CatalogUnit& catalog) { return last_of(catalog, branch); }));
  if (last.at + *world_.settings.automatic_points > now) {
    asked_[branch.id] = last.at;
    return false;
  }
  asked_[branch.id] = now;
  for (const auto& [source, position] : TRY(instances_.positions(branch.volume, now))) {
    if (!position.mark) continue;
    if (!last.point) return true;
    const auto before = last.point->positions.find(source);
    if (before == last.point->positions.end() || before->second.mark != position.mark) return true;
  }
  return false;
}

Result<std::vector<BranchId>> AutomaticPoints::due(Timestamp now) {
  std::vector<BranchId> found;
  if (!world_.settings.automatic_points) return found;
  const auto branches = TRY(world_.catalog.read(
      [](CatalogUnit& catalog) { return catalog.branches().all(Trash::without); }));
  std::erase_if(asked_,
                [&](const auto& one) { return one.second > now; });  // the clock was set back
  for (const auto& branch : branches) {
    if (branch.volume.empty() || branch.wanted != RunState::running) continue;
    const auto asked = asked_.find(branch.id);
    if (asked != asked_.end() && asked->second + *world_.settings.automatic_points > now) continue;
    if (TRY(is_due(branch, now))) found.push_back(branch.id);
  }
  return found;
}

// Automatic point: as a bookmark without a name. Nobody waits for it.
Result<Plan> plan(PlanContext& context, const TakePoint& request) {
  const auto branch = TRY(branch_of(context.catalog, request.branch));
  const auto container = TRY(container_of(context.catalog, branch.container));
  if (branch.deleted_at || container.deleted_at || branch.wanted != RunState::running) {
    return Error{.code = ErrorCode::precondition_failed,
                 .message = "branch " + branch.name + " does not run"};
  }
  Plan plan(context, OperationKind::automatic_point, "save a point of " + container.name);
  plan.lock(container.id.str());
  plan.operation.container = container.id;
  plan.operation.template_id = container.template_id;
  plan.operation.branch = branch.id;
  const Point point{
      .id = context.next_id<PointId>(),
      .segment = branch.segment,
      .branch = branch.id,
      .kind = PointKind::automatic,
      .at = context.now,
      .snapshot = plan.add_snapshot("branch " + branch.name + " of " + container.name),
      .baked = {},
      .positions = {},
      .operation = plan.operation.id};
  plan.operation.point = point.id;
  plan.add(TakeSnapshot{branch.volume, point.snapshot, AfterSnapshot::go_on});
  plan.add(Commit{{AddPoint{point}}});
  return plan;
}

}  // namespace slip
