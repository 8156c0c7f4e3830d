#include "operations/routes.h"

#include "base/log.h"
#include "operations/lookup.h"

namespace slip {

Result<std::vector<Endpoint>> routes_of(CatalogUnit& catalog, const Container& container) {
  const auto branch = TRY(branch_of(catalog, container.active));
  std::optional<Volume> volume;
  if (branch.wanted == RunState::running) volume = TRY(volume_of(catalog, branch.volume));
  std::vector<Endpoint> routes;
  for (const auto& endpoint : container.endpoints) {
    Endpoint route{endpoint.port, std::nullopt};
    if (volume) {
      const auto found = volume->ports.find(endpoint.source);
      if (found != volume->ports.end()) {
        route.target = Target{instance_on(volume->id, endpoint.source), found->second};
      }
    }
    routes.push_back(route);
  }
  return routes;
}

Result<std::vector<Endpoint>> routes_beside(CatalogUnit& catalog, const Container& container) {
  std::vector<Endpoint> routes;
  for (const auto& branch : TRY(catalog.branches().of_container(container.id, Trash::without))) {
    if (branch.id == container.active || branch.wanted != RunState::running) continue;
    const auto volume = TRY(volume_of(catalog, branch.volume));
    for (const auto& [source, port] : volume.ports) {
      if (port != 0) routes.push_back({port, Target{instance_on(volume.id, source), port}});
    }
  }
  return routes;
}

namespace {

// What runs in the host's network answers at its port itself.
Result<> open_beside(World& world, const Endpoint& route) {
  const auto status = TRY(world.runtime.status(route.target->instance));
  const bool runs = status.state == InstanceState::running || status.state == InstanceState::frozen;
  if (!runs || status.network.empty()) return {};
  return world.endpoints.open(route.port, route.target);
}

}  // namespace

Result<> apply_routes(World& world, const ContainerId& id,
                      const std::vector<std::uint16_t>& ports) {
  using Routes = std::optional<std::vector<Endpoint>>;
  std::vector<Endpoint> beside;
  const auto routes = TRY(world.catalog.read([&](CatalogUnit& catalog) -> Result<Routes> {
    const auto container = TRY(catalog.containers().find(id));
    if (!container || container->deleted_at) return Routes();
    beside = TRY(routes_beside(catalog, *container));
    return Routes(TRY(routes_of(catalog, *container)));
  }));
  if (!routes) {
    for (const auto port : ports) TRY(world.endpoints.close(port));
    return {};
  }
  for (const auto& route : *routes) {
    TRY(world.endpoints.open(route.port, route.target));
    TRY(world.endpoints.release(route.port, route.target));
  }
  // Nothing holds such a port on the host while the daemon is down: another program may have taken
  // it, and that must not keep the container from anything.
  for (const auto& route : beside) {
    const auto opened = open_beside(world, route);
    if (!opened) spdlog::warn("reach a branch beside: {}", opened.error().describe());
  }
  return {};
}

}  // namespace slip
