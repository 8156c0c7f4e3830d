// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "operations/replace_data.h"

namespace slip {
namespace {

Plan plan_for(Drafting& drafting, OperationKind kind, std::string_view verb, const Scene& scene) {
  const Container& container = scene.container;
  Plan plan(drafting, kind, fmt::format("{} {}", verb, words_for(container, scene.branch)));
  plan.lock(container.id.str());
  plan.operation.container = container.id;
  plan.operation.template_id = container.template_id;
  plan.operation.branch = scene.branch.id;
  return plan;
}

}  // namespace

Plan draft_start(Drafting& drafting, const Scene& scene) {
  const VolumeId& volume = scene.volume.id;
  Plan plan = plan_for(drafting, OperationKind::start, "start", scene);
  if (!scene.runs()) plan.add_hooks(scene.on, volume, HookMoment::pre_start);
  plan.add(StartInstances{volume});
  if (!scene.runs()) plan.add_hooks(scene.on, volume, HookMoment::post_start);
  plan.add(Commit{{SetWanted{scene.branch.id, RunState::running}}});
  plan.add(ReleaseEndpoints{scene.container.id, endpoint_ports(scene.container)});
  return plan;
}

Plan draft_stop(Drafting& drafting, const Scene& scene) {
  const VolumeId& volume = scene.volume.id;
  Plan plan = plan_for(drafting, OperationKind::stop, "stop", scene);
  if (scene.runs()) plan.add_hooks(scene.on, volume, HookMoment::pre_stop);
  plan.add(Commit{{SetWanted{scene.branch.id, RunState::stopped}}});
  plan.add(ReleaseEndpoints{scene.container.id, endpoint_ports(scene.container)});
  plan.add(StopInstances{volume, StopHow::in_order});
  if (scene.runs()) plan.add_hooks(scene.on, volume, HookMoment::post_stop);
  return plan;
}

// Start: all instances of the branch, in order; its data does not change.
Result<Plan> plan(PlanContext& context, const StartContainer& request) {
  return draft_start(context, TRY(find_scene(context.catalog, context.actor, Right::operate,
                                             request.container, request.branch)));
}

// Stop: all instances of the branch, in the other order. A stopped container uses no memory.
Result<Plan> plan(PlanContext& context, const StopContainer& request) {
  return draft_stop(context, TRY(find_scene(context.catalog, context.actor, Right::operate,
                                            request.container, request.branch)));
}

}  // namespace slip
