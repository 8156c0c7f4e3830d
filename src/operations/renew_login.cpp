// SPDX-License-Identifier: Apache-2.0
#include "operations/renew_login.h"

#include <fmt/format.h>

#include <set>

#include "operations/replace_data.h"

namespace slip {

// Renew login: a container's databases get a new password. What runs is started anew with it, which
// ends every connection and gives applications the new one; what does not run learns it when it is
// started.
Result<Plan> plan(PlanContext& context, const RenewLogin& request) {
  const auto container =
      TRY(find_container(context.catalog, context.actor, Right::own, request.container));
  Plan plan(context, OperationKind::renew_login,
            fmt::format("give {} a new password for its databases", container.name));
  plan.lock(container.id.str());
  plan.operation.container = container.id;
  plan.operation.template_id = container.template_id;
  plan.operation.branch = container.active;
  const auto ports = endpoint_ports(container);
  plan.add(HoldEndpoints{container.id, ports});
  plan.add(Commit{{SetLogin{container.id, context.secrets->new_password()}}});
  for (const auto& branch :
       TRY(context.catalog.branches().of_container(container.id, Trash::without))) {
    if (branch.wanted != RunState::running) continue;
    plan.add(StopInstances{branch.volume, StopHow::in_order});
    plan.add(StartInstances{branch.volume});
  }
  plan.add(ReleaseEndpoints{container.id, ports});
  return plan;
}

Result<std::vector<ContainerId>> due_login_renewals(World& world) {
  const auto containers = TRY(world.catalog.read(
      [](CatalogUnit& catalog) { return catalog.containers().all(Trash::without); }));
  // Listed after the containers: what one of them names was kept before.
  const auto kept = TRY(world.secrets.list());
  const std::set<SecretId> known(kept.begin(), kept.end());
  std::vector<ContainerId> due;
  for (const auto& container : containers) {
    if (container.renew_login || !known.contains(container.login)) due.push_back(container.id);
  }
  return due;
}

}  // namespace slip
