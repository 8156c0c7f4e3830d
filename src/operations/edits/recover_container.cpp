// SPDX-License-Identifier: Apache-2.0
#include "operations/edits/recover_container.h"

#include <fmt/format.h>

#include <set>

#include "base/log.h"
#include "operations/edits/in_trash.h"
#include "operations/lookup.h"
#include "operations/name_free.h"
#include "operations/replace_data.h"
#include "operations/routes.h"

namespace slip {
namespace {

// Each endpoint keeps its port, or gets the next one above it that is free now.
Result<> find_ports(EditContext& context, Container& container) {
  std::set<std::uint16_t> taken;
  for (const auto& other : TRY(context.catalog.containers().all(Trash::without))) {
    for (const auto& endpoint : other.endpoints) taken.insert(endpoint.port);
  }
  for (auto& endpoint : container.endpoints) {
    std::uint32_t port = endpoint.port;
    const auto is_free = [&] {
      const auto candidate = static_cast<std::uint16_t>(port);
      return !taken.contains(candidate) && context.world.host.is_free(candidate);
    };
    while (port <= 65535 && !is_free()) ++port;
    if (port > 65535) {
      return Error{.code = ErrorCode::unavailable,
                   .message = fmt::format("no port from {} on is free", endpoint.port),
                   .hint = "Delete a container that is no longer needed."};
    }
    endpoint.port = static_cast<std::uint16_t>(port);
    taken.insert(endpoint.port);
  }
  return {};
}

}  // namespace

Result<> recover_container(EditContext& context, const ContainerId& id) {
  CatalogUnit& catalog = context.catalog;
  Container container = TRY(container_in_trash(context, id));
  if (TRY(branch_of(catalog, container.active)).volume.empty()) {
    return Error{.code = ErrorCode::not_found,
                 .message = fmt::format("the data of {} is no longer kept", container.name)};
  }
  TRY(check_name_free("container", TRY(catalog.containers().all(Trash::without)), container.name,
                      container.id, "Rename that one first."));
  container.deleted_at.reset();
  container.deleted_by.reset();
  TRY(find_ports(context, container));
  context.operation.branch = container.active;
  context.operation.words = "recover container " + container.name;
  TRY(catalog.containers().put(container));
  return context.tell("container", container.id.str());
}

void open_endpoints_again(World& world, const ContainerId& id) {
  const auto container =
      world.catalog.read([&](CatalogUnit& catalog) { return catalog.containers().find(id); });
  if (!container || !*container) return;
  const auto opened = apply_routes(world, id, endpoint_ports(**container));
  if (opened) return;
  spdlog::error("open the endpoints of {}: {}", (*container)->name, opened.error().describe());
}

}  // namespace slip
