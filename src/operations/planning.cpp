// SPDX-License-Identifier: Apache-2.0
#include "operations/planning.h"

namespace slip {

Plan::Plan(Drafting& drafting, OperationKind kind, std::string description) : ids_(&drafting.ids) {
  operation.id = drafting.next_id<OperationId>();
  operation.kind = kind;
  operation.actor = drafting.actor;
  operation.words = std::move(description);
  operation.created_at = drafting.now;
}

VolumeId Plan::add_work_volume(std::string about) {
  Volume volume;
  volume.about = std::move(about);
  return add_branch_volume(std::move(volume));
}

VolumeId Plan::add_branch_volume(Volume volume) {
  volume.id = ids_->next<VolumeId>();
  volume.state = StorageState::building;
  volume.operation = operation.id;
  volumes.push_back(std::move(volume));
  return volumes.back().id;
}

SnapshotId Plan::add_snapshot(std::string about) {
  Snapshot snapshot;
  snapshot.id = ids_->next<SnapshotId>();
  snapshot.operation = operation.id;
  snapshot.about = std::move(about);
  snapshots.push_back(std::move(snapshot));
  return snapshots.back().id;
}

void Plan::add(Step step) {
  operation.steps.push_back(StepRecord{.step = std::move(step)});
}

void Plan::add_hooks(const TemplateVersion& version, const VolumeId& volume, HookMoment when) {
  if (has_hooks(version, when)) add(RunHooks{volume, when});
}

}  // namespace slip
