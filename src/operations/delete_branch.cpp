// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "operations/replace_data.h"

namespace slip {

Result<Plan> draft_deletion(Drafting& drafting, const Container& container, const Branch& branch,
                            std::size_t branches) {
  if (branches == 1) {
    return Error{.code = ErrorCode::precondition_failed,
                 .message = fmt::format("{} is the only branch of {}", branch.name, container.name),
                 .hint = "Delete the container if you no longer need it."};
  }
  if (branch.id == container.active) {
    return Error{.code = ErrorCode::precondition_failed,
                 .message = fmt::format("branch {} of {} is active", branch.name, container.name),
                 .hint = "Activate another branch first."};
  }
  Plan plan(drafting, OperationKind::delete_branch,
            fmt::format("delete branch {} of {}", branch.name, container.name));
  plan.lock(container.id.str());
  plan.operation.container = container.id;
  plan.operation.template_id = container.template_id;
  plan.operation.branch = branch.id;
  plan.add(Commit{{SetWanted{branch.id, RunState::stopped}, TrashBranch{branch.id}}});
  plan.add(ReleaseEndpoints{container.id, endpoint_ports(container)});
  plan.add(StopInstances{branch.volume, StopHow::in_order});
  return plan;
}

// Delete branch: to the trash, where its data stays for the time the retention policy says.
Result<Plan> plan(PlanContext& context, const DeleteBranch& request) {
  CatalogUnit& catalog = context.catalog;
  const auto container = TRY(find_container(catalog, context.actor, Right::own, request.container));
  const auto branch = TRY(find_branch(catalog, container, request.branch));
  const auto branches = TRY(catalog.branches().of_container(container.id, Trash::without));
  return draft_deletion(context, container, branch, branches.size());
}

}  // namespace slip
