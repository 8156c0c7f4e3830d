// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "operations/replace_data.h"

namespace slip {

// Activate: the container's endpoints lead to that branch from now on. The former is stopped and
// kept, or kept running.
Result<Plan> plan(PlanContext& context, const ActivateBranch& request) {
  CatalogUnit& catalog = context.catalog;
  const auto container =
      TRY(find_container(catalog, context.actor, Right::operate, request.container));
  const auto next = TRY(find_branch(catalog, container, request.branch));
  const auto former = TRY(branch_of(catalog, container.active));
  if (next.id == former.id) {
    return Error{
        .code = ErrorCode::precondition_failed,
        .message = fmt::format("branch {} of {} is active already", next.name, container.name)};
  }
  if (TRY(volume_of(catalog, next.volume)).read_only) {
    return Error{.code = ErrorCode::precondition_failed,
                 .message = fmt::format("branch {} is only to look at", next.name),
                 .hint = "To work on its data, create a branch from the same moment."};
  }
  Plan plan(context, OperationKind::activate_branch,
            fmt::format("activate branch {} of {}", next.name, container.name));
  plan.lock(container.id.str());
  plan.operation.container = container.id;
  plan.operation.template_id = container.template_id;
  plan.operation.branch = next.id;
  const bool stop = request.former == FormerBranch::stop;
  const auto former_on = TRY(version_on(catalog, TRY(volume_of(catalog, former.volume))));
  if (next.wanted == RunState::stopped) {
    const auto next_on = TRY(version_on(catalog, TRY(volume_of(catalog, next.volume))));
    plan.add_hooks(next_on, next.volume, HookMoment::pre_start);
    plan.add(StartInstances{next.volume});
    plan.add_hooks(next_on, next.volume, HookMoment::post_start);
  }
  const bool stops = stop && former.wanted == RunState::running;
  if (stops) plan.add_hooks(former_on, former.volume, HookMoment::pre_stop);
  const auto ports = endpoint_ports(container);
  plan.add(HoldEndpoints{container.id, ports});
  Commit commit{{SetActive{container.id, next.id}, SetWanted{next.id, RunState::running}}};
  if (stop) commit.changes.push_back(SetWanted{former.id, RunState::stopped});
  plan.add(std::move(commit));
  plan.add(ReleaseEndpoints{container.id, ports});
  if (stop) plan.add(StopInstances{former.volume, StopHow::in_order});
  if (stops) plan.add_hooks(former_on, former.volume, HookMoment::post_stop);
  return plan;
}

}  // namespace slip
