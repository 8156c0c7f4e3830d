// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "operations/replace_data.h"

namespace slip {

Result<Plan> draft_activation(Drafting& drafting, const Scene& next, const Scene& former,
                              FormerBranch what_becomes_of_it) {
  const Container& container = next.container;
  const Branch& branch = next.branch;
  if (branch.id == former.branch.id) {
    return Error{
        .code = ErrorCode::precondition_failed,
        .message = fmt::format("branch {} of {} is active already", branch.name, container.name)};
  }
  if (next.volume.read_only) {
    return Error{.code = ErrorCode::precondition_failed,
                 .message = fmt::format("branch {} is only to look at", branch.name),
                 .hint = "To work on its data, create a branch from the same moment."};
  }
  Plan plan(drafting, OperationKind::activate_branch,
            fmt::format("activate branch {} of {}", branch.name, container.name));
  plan.lock(container.id.str());
  plan.operation.container = container.id;
  plan.operation.template_id = container.template_id;
  plan.operation.branch = branch.id;
  if (!next.runs()) {
    plan.add_hooks(next.on, next.volume.id, HookMoment::pre_start);
    plan.add(StartInstances{next.volume.id});
    plan.add_hooks(next.on, next.volume.id, HookMoment::post_start);
  }
  const bool stop = what_becomes_of_it == FormerBranch::stop;
  const bool stops = stop && former.runs();
  if (stops) plan.add_hooks(former.on, former.volume.id, HookMoment::pre_stop);
  const auto ports = endpoint_ports(container);
  plan.add(HoldEndpoints{container.id, ports});
  Commit commit{{SetActive{container.id, branch.id}, SetWanted{branch.id, RunState::running}}};
  if (stop) commit.changes.push_back(SetWanted{former.branch.id, RunState::stopped});
  plan.add(std::move(commit));
  plan.add(ReleaseEndpoints{container.id, ports});
  if (stop) plan.add(StopInstances{former.volume.id, StopHow::in_order});
  if (stops) plan.add_hooks(former.on, former.volume.id, HookMoment::post_stop);
  return plan;
}

// Activate: the container's endpoints lead to that branch from now on. The former is stopped and
// kept, or kept running.
Result<Plan> plan(PlanContext& context, const ActivateBranch& request) {
  CatalogUnit& catalog = context.catalog;
  const auto former =
      TRY(find_scene(catalog, context.actor, Right::operate, request.container, ""));
  const auto next =
      TRY(scene_of(catalog, former, TRY(find_branch(catalog, former.container, request.branch))));
  return draft_activation(context, next, former, request.former);
}

}  // namespace slip
