// SPDX-License-Identifier: Apache-2.0
#include "operations/routes.h"

#include <fmt/format.h>

#include "base/log.h"
#include "operations/free_ports.h"
#include "operations/lookup.h"

namespace slip {

std::vector<std::uint16_t> endpoint_ports(const Container& container) {
  std::vector<std::uint16_t> ports;
  for (const auto& endpoint : container.endpoints) ports.push_back(endpoint.port);
  return ports;
}

std::vector<std::uint16_t> ports_to(const Container& container, const Branch& branch) {
  if (branch.id == container.active) return endpoint_ports(container);
  std::vector<std::uint16_t> ports;
  for (const auto& [source, port] : branch.ports) ports.push_back(port);
  return ports;
}

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

namespace {

// One source of a branch that runs, at the branch's own port.
struct Beside {
  BranchId branch;
  std::string source;
  std::uint16_t port = 0;  // 0: it has none yet
  Target target;
};

struct Routes {
  std::vector<Endpoint> active;
  std::vector<Beside> beside;
};

// One that has always been active needs no port of its own.
Result<std::vector<Beside>> beside_of(CatalogUnit& catalog, const Container& container,
                                      const Branch& branch) {
  std::vector<Beside> all;
  const auto volume = TRY(volume_of(catalog, branch.volume));
  for (const auto& [source, target] : volume.ports) {
    const auto found = branch.ports.find(source);
    const bool has_port = found != branch.ports.end();
    if (target == 0 || (!has_port && branch.id == container.active)) continue;
    all.push_back({branch.id, source, has_port ? found->second : std::uint16_t{0},
                   Target{instance_on(volume.id, source), target}});
  }
  return all;
}

Result<std::vector<std::uint16_t>> ports_to_close(CatalogUnit& catalog, const ContainerId& id) {
  const auto container = TRY(catalog.containers().find(id));
  const bool is_there = container && !container->deleted_at;
  std::vector<std::uint16_t> ports;
  for (const auto& branch : TRY(catalog.branches().of_container(id, Trash::with))) {
    std::map<std::string, std::uint16_t> used;  // a newer version of the template may have fewer
    if (is_there && !branch.deleted_at && branch.wanted == RunState::running) {
      used = TRY(volume_of(catalog, branch.volume)).ports;
    }
    for (const auto& [source, port] : branch.ports) {
      if (!used.contains(source)) ports.push_back(port);
    }
  }
  return ports;
}

// Nothing: the container is not there.
Result<std::optional<Routes>> find_routes(CatalogUnit& catalog, const ContainerId& id) {
  const auto container = TRY(catalog.containers().find(id));
  if (!container || container->deleted_at) return std::optional<Routes>();
  Routes routes{TRY(routes_of(catalog, *container)), {}};
  for (const auto& branch : TRY(catalog.branches().of_container(id, Trash::without))) {
    if (branch.wanted != RunState::running) continue;
    auto more = TRY(beside_of(catalog, *container, branch));
    routes.beside.insert(routes.beside.end(), more.begin(), more.end());
  }
  return std::optional(std::move(routes));
}

// Instead of the one it has. Where another round has chosen meanwhile it is that one's, so that
// both lead to the same.
Result<std::uint16_t> choose_port(World& world, const Beside& one) {
  return world.catalog.write([&](CatalogUnit& catalog) -> Result<std::uint16_t> {
    auto branch = TRY(branch_of(catalog, one.branch));
    const auto chosen = branch.ports.find(one.source);
    if (chosen != branch.ports.end() && chosen->second != one.port) return chosen->second;
    auto free = TRY(FreePorts::find(world, catalog, std::hash<BranchId>()(one.branch)));
    const auto port = TRY(free.take_next());
    branch.ports[one.source] = port;
    TRY(catalog.branches().put(branch));
    return port;
  });
}

Result<> open_beside(World& world, const Beside& one) {
  // In what is only looked at, databases run alone.
  const auto status = TRY(world.host.status(one.target.instance));
  if (status.state != InstanceState::running && status.state != InstanceState::frozen) return {};
  if (one.port != 0) {
    const auto led = world.host.lead(one.port, one.target);
    if (led || led.error().code != ErrorCode::already_exists) return led;
    spdlog::warn("{}: the branch beside gets another address for {}", led.error().describe(),
                 one.source);
  }
  return world.host.lead(TRY(choose_port(world, one)), one.target);
}

std::string why_closed(std::uint16_t port, const Error& error) {
  if (error.code == ErrorCode::already_exists) {
    return fmt::format(
        "Another program listens on port {}: whoever connects there reaches that program, and "
        "gives it the password. End it; the address is there again a moment later.",
        port);
  }
  return fmt::format("Port {} cannot be opened: {}. It is tried again every second.", port,
                     error.message);
}

}  // namespace

Result<> apply_routes(World& world, const ContainerId& id,
                      const std::vector<std::uint16_t>& ports) {
  std::vector<std::uint16_t> close;
  const auto routes =
      TRY(world.catalog.read([&](CatalogUnit& catalog) -> Result<std::optional<Routes>> {
        close = TRY(ports_to_close(catalog, id));
        return find_routes(catalog, id);
      }));
  if (!routes) close.insert(close.end(), ports.begin(), ports.end());
  for (const auto port : close) TRY(world.host.close(port));
  ClosedEndpoints::WhyByPort closed;
  if (!routes) {
    world.closed_endpoints->set(id, {});
    return {};
  }
  Result<> outcome;
  for (const auto& route : routes->active) {
    auto led = world.host.lead(route.port, route.target);
    if (led) continue;
    closed.emplace(route.port, why_closed(route.port, led.error()));
    if (outcome) outcome = std::move(led);
  }
  world.closed_endpoints->set(id, std::move(closed));
  // What is beside must not keep the container from anything.
  for (const auto& one : routes->beside) {
    const auto opened = open_beside(world, one);
    if (!opened) spdlog::warn("reach a branch beside: {}", opened.error().describe());
  }
  return outcome;
}

}  // namespace slip
