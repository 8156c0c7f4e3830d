// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "domain/name.h"
#include "operations/drafts.h"
#include "operations/name_free.h"
#include "operations/replace_data.h"

namespace slip {
namespace {

// The first port from `first` on that no container has and nothing listens on.
Result<std::uint16_t> free_port(PlanContext& context, std::uint16_t first,
                                std::set<std::uint16_t>& taken) {
  const PortRange range = context.world.settings.endpoint_ports;
  const std::uint32_t begin = first == 0 ? range.first : first;
  const std::uint32_t end = first == 0 ? range.last : std::min<std::uint32_t>(first + 999, 65535);
  for (std::uint32_t port = begin; port <= end; ++port) {
    const auto candidate = static_cast<std::uint16_t>(port);
    if (taken.contains(candidate) || !context.world.host.is_free(candidate)) continue;
    taken.insert(candidate);
    return candidate;
  }
  return Error{.code = ErrorCode::unavailable,
               .message = fmt::format("no port from {} to {} is free", begin, end),
               .hint =
                   "Delete a container that is no longer needed, or give the template's source "
                   "another \"port\"."};
}

// A tree of files has none, unless it is an application.
Result<bool> has_address(PlanContext& context, const SourceConfig& config) {
  const Adapter* adapter = TRY(context.world.adapter(config.kind));
  InstanceContext of_nobody;
  of_nobody.config = config;
  return adapter->connection(of_nobody, "127.0.0.1", 1).has_value();
}

Result<std::vector<ContainerEndpoint>> assign_endpoints(PlanContext& context,
                                                        const TemplateVersion& version) {
  std::set<std::uint16_t> taken;
  for (const auto& other : TRY(context.catalog.containers().all(Trash::without))) {
    for (const auto& endpoint : other.endpoints) taken.insert(endpoint.port);
  }
  std::vector<ContainerEndpoint> endpoints;
  for (const auto& place : version.sources) {
    const auto source = TRY(context.catalog.sources().find(place.source));
    if (source && !TRY(has_address(context, source->config))) continue;
    endpoints.push_back({place.name, TRY(free_port(context, place.port, taken))});
  }
  return endpoints;
}

// One that no container has, also of those in the trash and those that are being made.
Result<std::uint32_t> next_number(CatalogUnit& catalog) {
  std::uint32_t last = kNobodys;
  for (const auto& other : TRY(catalog.containers().all(Trash::with))) {
    last = std::max(last, other.number.value_or(kNobodys));
  }
  for (const auto& volume : TRY(catalog.volumes().all())) {
    last = std::max(last, volume.number.value_or(kNobodys));
  }
  return last + 1;
}

}  // namespace

Plan draft_container(Drafting& drafting, const Container& container, const Template& mould,
                     const ChosenPoint& origin) {
  const int version = origin.segment.template_version;
  Plan plan(drafting, OperationKind::create_container,
            fmt::format("create container {} of template {}", container.name, mould.name));
  plan.lock(container.id.str());
  plan.operation.container = container.id;
  plan.operation.template_id = mould.id;
  plan.operation.branch = container.active;
  plan.operation.parent = origin.parent;
  Branch branch{.id = container.active,
                .name = "default",
                .container = container.id,
                .template_id = {},
                .segment = drafting.next_id<SegmentId>(),
                .volume = {},
                .wanted = RunState::running,
                .created_at = drafting.now,
                .deleted_at = {}};
  branch.volume = plan.add_branch_volume(branch_volume(
      container, branch.id, version, fmt::format("branch default of {}", container.name)));
  const Segment segment{.id = branch.segment,
                        .branch = branch.id,
                        .previous = {},
                        .kind = SegmentKind::created,
                        .parent = origin.parent,
                        .safety_point = {},
                        .template_version = version,
                        .operation = plan.operation.id,
                        .began_at = drafting.now,
                        .base = origin.point.best_snapshot()};
  const auto ports = endpoint_ports(container);
  plan.add(HoldEndpoints{container.id, ports});
  plan.add(CloneSnapshot{origin.point.best_snapshot(), branch.volume});
  plan.add(StartInstances{branch.volume});
  plan.add_hooks(mould.version(version), branch.volume, HookMoment::configure_clone);
  plan.add(Commit{{AddContainer{container}, AddBranch{branch, segment}}});
  plan.add(ReleaseEndpoints{container.id, ports});
  return plan;
}

Plan draft_container_deletion(Drafting& drafting, const Container& container,
                              const std::vector<Branch>& branches) {
  Plan plan(drafting, OperationKind::delete_container,
            fmt::format("delete container {}", container.name));
  plan.lock(container.id.str());
  plan.operation.container = container.id;
  plan.operation.template_id = container.template_id;
  Commit commit;
  for (const auto& branch : branches) {
    commit.changes.push_back(SetWanted{branch.id, RunState::stopped});
  }
  commit.changes.push_back(TrashContainer{container.id});
  plan.add(std::move(commit));
  plan.add(ReleaseEndpoints{container.id, endpoint_ports(container)});
  for (const auto& branch : branches) {
    plan.add(StopInstances{branch.volume, StopHow::in_order});
  }
  return plan;
}

Result<Plan> plan(PlanContext& context, const CreateContainer& request) {
  TRY(must_be_admin(context.actor));
  CatalogUnit& catalog = context.catalog;
  const auto name = TRY(accept_name("container name", request.name));
  TRY(check_name_free("container", TRY(catalog.containers().all(Trash::without)), name,
                      ContainerId()));
  const auto mould = TRY(find_template(catalog, request.tmpl));
  const Container container{.id = context.next_id<ContainerId>(),
                            .name = name,
                            .template_id = mould.id,
                            .active = context.next_id<BranchId>(),
                            .members = request.members,
                            .endpoints = TRY(assign_endpoints(context, mould.newest())),
                            .login = context.secrets->new_password(),
                            .lock = {},
                            .created_at = context.now,
                            .deleted_at = {},
                            .renew_login = false,
                            .number = TRY(next_number(catalog))};
  TRY(own_user(context.world.host.info(), *container.number));
  return draft_container(context, container, mould, TRY(choose_newest(context, mould)));
}

Result<Plan> plan(PlanContext& context, const DeleteContainer& request) {
  CatalogUnit& catalog = context.catalog;
  const auto container = TRY(find_container(catalog, context.actor, Right::own, request.container));
  return draft_container_deletion(
      context, container, TRY(catalog.branches().of_container(container.id, Trash::without)));
}

}  // namespace slip
