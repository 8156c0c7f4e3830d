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

Result<std::vector<HookMoment>> moments_of_copy(CatalogUnit& catalog, const ChosenPoint& origin) {
  const auto branch = TRY(branch_of(catalog, origin.point.branch));
  if (branch.template_id.empty() || origin.replay) return std::vector<HookMoment>();
  return std::vector{HookMoment::configure_clone};
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

Result<Plan> plan_replacement(PlanContext& context, const Container& container,
                              const Branch& branch, const ChosenPoint& target,
                              const Replacement& what) {
  Plan plan(context, what.kind, what.words);
  plan.lock(container.id.str());
  plan.operation.container = container.id;
  plan.operation.template_id = container.template_id;
  plan.operation.branch = branch.id;

  const int version = target.segment.template_version;
  const auto present = TRY(volume_of(context.catalog, branch.volume));
  auto volume = branch_volume(container, branch.id, version,
                              fmt::format("branch {} of {}", branch.name, container.name));
  volume.read_only = present.read_only;
  const VolumeId next = plan.add_branch_volume(std::move(volume));
  const auto ports = ports_to(container, branch);
  const bool running = branch.wanted == RunState::running;

  const auto mould = TRY(template_of(context.catalog, container.template_id));
  const auto now_on = TRY(version_on(context.catalog, present));
  const auto moments = moments_of(what.begins);
  auto copy_moments = TRY(moments_of_copy(context.catalog, target));
  copy_moments.push_back(moments.after);
  if (running) plan.add_hooks(now_on, branch.volume, moments.before);
  Commit commit;
  const CopiedData data = add_copy(context, plan, target, next, commit);
  plan.operation.parent = data.parent;
  if (running) plan.add(StartInstances{next});
  if (!running && target.replay) plan.add(StopInstances{next, StopHow::in_order});
  add_copy_hooks(plan, mould.version(version), next, copy_moments, branch.wanted);
  const bool saves = what.safety == Safety::take_point;
  if (running && saves) plan.add_hooks(now_on, branch.volume, HookMoment::pre_snapshot);
  plan.add(HoldEndpoints{container.id, ports});

  Segment segment{.id = context.next_id<SegmentId>(),
                  .branch = branch.id,
                  .previous = branch.segment,
                  .kind = what.begins,
                  .parent = data.parent,
                  .safety_point = {},
                  .template_version = version,
                  .operation = plan.operation.id,
                  .began_at = context.now,
                  .base = data.base};
  if (saves) {
    const SnapshotId saved = plan.add_snapshot(
        fmt::format("branch {} of {} before: {}", branch.name, container.name, what.words));
    plan.add(TakeSnapshot{branch.volume, saved, AfterSnapshot::stay_frozen});
    Point safety{.id = context.next_id<PointId>(),
                 .segment = branch.segment,
                 .branch = branch.id,
                 .kind = PointKind::safety,
                 .at = context.now,
                 .snapshot = saved,
                 .baked = {},
                 .positions = {},
                 .operation = plan.operation.id};
    segment.safety_point = safety.id;
    plan.operation.point = safety.id;
    commit.changes.push_back(AddPoint{safety});
  }
  commit.changes.push_back(BeginSegment{segment, next});
  plan.add(std::move(commit));
  plan.add(ReleaseEndpoints{container.id, ports});
  if (running && saves) plan.add_hooks(now_on, branch.volume, HookMoment::post_snapshot);
  if (running && saves) {
    const SnapshotId whole = plan.add_snapshot(
        fmt::format("branch {} of {} before: {}", branch.name, container.name, what.words));
    plan.add(KeepWhatIsLeft{branch.volume, segment.safety_point, whole});
  }
  plan.add(StopInstances{branch.volume, StopHow::at_once});
  plan.add(DropVolume{branch.volume});
  return plan;
}

}  // namespace slip
