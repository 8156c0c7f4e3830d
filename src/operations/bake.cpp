// SPDX-License-Identifier: Apache-2.0
#include "operations/lookup.h"

namespace slip {

// Bake: recovers a copy of a point in the background and shuts it down cleanly, so that the next
// copy made from the point starts at once instead of after crash recovery.
Result<Plan> plan(PlanContext& context, const BakePoint& request) {
  CatalogUnit& catalog = context.catalog;
  const auto point = TRY(catalog.points().find(request.point));
  // One that is exact starts at once as it is.
  if (!point || !point->reachable() || !point->baked.empty() || point->exact() == true) {
    return Error{.code = ErrorCode::precondition_failed,
                 .message = "there is nothing to bake in this point"};
  }
  const auto segment = TRY(segment_of(catalog, point->segment));
  const auto branch = TRY(branch_of(catalog, point->branch));
  const auto container = TRY(container_of(catalog, branch.container));
  Volume volume;
  volume.about = "work on a bookmark of " + container.name;
  volume.template_id = container.template_id;
  volume.template_version = segment.template_version;
  volume.branch = branch.id;
  volume.login = container.login;
  volume.number = container.number;

  Plan plan(context, OperationKind::bake, "prepare a bookmark of " + container.name);
  plan.operation.container = container.id;
  plan.operation.branch = branch.id;
  plan.operation.point = point->id;
  plan.lock(point->id.str());
  const VolumeId work = plan.add_branch_volume(std::move(volume));
  const SnapshotId baked = plan.add_snapshot("bookmark of " + container.name + ", ready to start");
  plan.add(CloneSnapshot{point->snapshot, work});
  plan.add(StartInstances{work, StartWhat::databases_in_background});
  plan.add(StopInstances{work, StopHow::in_order});
  plan.add(TakeSnapshot{work, baked, AfterSnapshot::go_on});
  plan.add(Commit{{SetBaked{point->id, baked}}});
  plan.add(DropVolume{work});
  return plan;
}

}  // namespace slip
