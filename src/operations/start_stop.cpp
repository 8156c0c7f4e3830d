// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "operations/replace_data.h"

namespace slip {
namespace {

Plan plan_for(PlanContext& context, OperationKind kind, std::string_view verb,
              const Container& container, const Branch& branch) {
  Plan plan(context, kind, fmt::format("{} {}", verb, words_for(container, branch)));
  plan.lock(container.id.str());
  plan.operation.container = container.id;
  plan.operation.template_id = container.template_id;
  plan.operation.branch = branch.id;
  return plan;
}

}  // namespace

// Start: all instances of the branch, in order; its data does not change.
Result<Plan> plan(PlanContext& context, const StartContainer& request) {
  const auto container =
      TRY(find_container(context.catalog, context.actor, Right::operate, request.container));
  const auto branch = TRY(find_branch_or_active(context.catalog, container, request.branch));
  Plan plan = plan_for(context, OperationKind::start, "start", container, branch);
  const auto version =
      TRY(version_on(context.catalog, TRY(volume_of(context.catalog, branch.volume))));
  const bool starts = branch.wanted == RunState::stopped;
  if (starts) plan.add_hooks(version, branch.volume, HookMoment::pre_start);
  plan.add(StartInstances{branch.volume});
  if (starts) plan.add_hooks(version, branch.volume, HookMoment::post_start);
  plan.add(Commit{{SetWanted{branch.id, RunState::running}}});
  plan.add(ReleaseEndpoints{container.id, endpoint_ports(container)});
  return plan;
}

// Stop: all instances of the branch, in the other order. A stopped container uses no memory.
Result<Plan> plan(PlanContext& context, const StopContainer& request) {
  const auto container =
      TRY(find_container(context.catalog, context.actor, Right::operate, request.container));
  const auto branch = TRY(find_branch_or_active(context.catalog, container, request.branch));
  Plan plan = plan_for(context, OperationKind::stop, "stop", container, branch);
  const auto version =
      TRY(version_on(context.catalog, TRY(volume_of(context.catalog, branch.volume))));
  const bool stops = branch.wanted == RunState::running;
  if (stops) plan.add_hooks(version, branch.volume, HookMoment::pre_stop);
  plan.add(Commit{{SetWanted{branch.id, RunState::stopped}}});
  plan.add(ReleaseEndpoints{container.id, endpoint_ports(container)});
  plan.add(StopInstances{branch.volume, StopHow::in_order});
  if (stops) plan.add_hooks(version, branch.volume, HookMoment::post_stop);
  return plan;
}

}  // namespace slip
