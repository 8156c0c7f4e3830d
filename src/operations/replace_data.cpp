// SPDX-License-Identifier: Apache-2.0
#include "operations/replace_data.h"

#include <fmt/format.h>

#include <algorithm>

#include "operations/copy_data.h"

namespace slip {

Volume branch_volume(const Container& container, const BranchId& branch, int template_version,
                     std::string about) {
  Volume volume;
  volume.about = std::move(about);
  volume.template_id = container.template_id;
  volume.template_version = template_version;
  volume.branch = branch;
  volume.login = container.login;
  volume.number = container.number;
  return volume;
}

std::string words_for(const Container& container, const Branch& branch) {
  if (branch.id == container.active) return container.name;
  return fmt::format("branch {} of {}", branch.name, container.name);
}

namespace {

struct Moments {
  HookMoment before;
  HookMoment after;
};

Moments moments_of(SegmentKind begins) {
  if (begins == SegmentKind::refreshed) return {HookMoment::pre_refresh, HookMoment::post_refresh};
  return {HookMoment::pre_restore, HookMoment::post_restore};
}

}  // namespace

std::vector<HookMoment> moments_of_copy(const ChosenPoint& origin) {
  if (origin.branch.template_id.empty() || origin.replay) return {};
  return {HookMoment::configure_clone};
}

void add_copy_hooks(Plan& plan, const TemplateVersion& version, const VolumeId& copy,
                    const std::vector<HookMoment>& moments, RunState wanted) {
  const bool any =
      std::ranges::any_of(moments, [&](HookMoment when) { return has_hooks(version, when); });
  if (!any) return;
  if (wanted == RunState::stopped) plan.add(StartInstances{copy});
  for (const auto when : moments) plan.add_hooks(version, copy, when);
  if (wanted == RunState::stopped) plan.add(StopInstances{copy, StopHow::in_order});
}

namespace {

std::string words_before(const Scene& scene, const Plan& plan) {
  return fmt::format("branch {} of {} before: {}", scene.branch.name, scene.container.name,
                     plan.operation.words);
}

// The branch as it is just before the switch; nothing more is written to it.
Point add_safety_point(Drafting& drafting, Plan& plan, const Scene& scene) {
  const SnapshotId saved = plan.add_snapshot(words_before(scene, plan));
  plan.add(TakeSnapshot{scene.volume.id, saved, AfterSnapshot::stay_frozen});
  Point safety{.id = drafting.next_id<PointId>(),
               .segment = scene.segment.id,
               .branch = scene.branch.id,
               .kind = PointKind::safety,
               .at = drafting.now,
               .snapshot = saved,
               .baked = {},
               .positions = {},
               .operation = plan.operation.id};
  plan.operation.point = safety.id;
  return safety;
}

}  // namespace

Plan draft_replacement(Drafting& drafting, const Scene& scene, const ChosenPoint& target,
                       const Replacement& what) {
  const auto& [container, mould, branch, former_segment, present, now_on] = scene;
  Plan plan(drafting, what.kind, what.words);
  plan.lock(container.id.str());
  plan.operation.container = container.id;
  plan.operation.template_id = container.template_id;
  plan.operation.branch = branch.id;

  const int version = target.segment.template_version;
  auto volume = branch_volume(container, branch.id, version,
                              fmt::format("branch {} of {}", branch.name, container.name));
  volume.read_only = present.read_only;
  const VolumeId next = plan.add_branch_volume(std::move(volume));
  const auto ports = ports_to(container, branch);
  const bool running = scene.runs();

  const auto moments = moments_of(what.begins);
  auto copy_moments = moments_of_copy(target);
  copy_moments.push_back(moments.after);
  if (running) plan.add_hooks(now_on, branch.volume, moments.before);
  Commit commit;
  const CopiedData data = add_copy(drafting, plan, target, next, commit);
  plan.operation.parent = data.parent;
  if (running) plan.add(StartInstances{next});
  if (!running && target.replay) plan.add(StopInstances{next, StopHow::in_order});
  add_copy_hooks(plan, mould.version(version), next, copy_moments, branch.wanted);
  const bool saves = what.safety == Safety::take_point;
  if (running && saves) plan.add_hooks(now_on, branch.volume, HookMoment::pre_snapshot);
  plan.add(HoldEndpoints{container.id, ports});

  Segment segment{.id = drafting.next_id<SegmentId>(),
                  .branch = branch.id,
                  .previous = former_segment.id,
                  .kind = what.begins,
                  .parent = data.parent,
                  .safety_point = {},
                  .template_version = version,
                  .operation = plan.operation.id,
                  .began_at = drafting.now,
                  .base = data.base};
  if (saves) {
    const Point safety = add_safety_point(drafting, plan, scene);
    segment.safety_point = safety.id;
    commit.changes.push_back(AddPoint{safety});
  }
  commit.changes.push_back(BeginSegment{segment, next});
  plan.add(std::move(commit));
  plan.add(ReleaseEndpoints{container.id, ports});
  if (running && saves) plan.add_hooks(now_on, branch.volume, HookMoment::post_snapshot);
  if (running && saves) {
    const SnapshotId whole = plan.add_snapshot(words_before(scene, plan));
    plan.add(KeepWhatIsLeft{branch.volume, segment.safety_point, whole});
  }
  plan.add(StopInstances{branch.volume, StopHow::at_once});
  plan.add(DropVolume{branch.volume});
  return plan;
}

}  // namespace slip
