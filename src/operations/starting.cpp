// SPDX-License-Identifier: Apache-2.0
#include "operations/starting.h"

#include <set>

#include "operations/free_ports.h"
#include "operations/lookup.h"
#include "operations/volume_specs.h"

namespace slip {
namespace {

// What is started learns the password that its container has today.
Result<> use_newest_login(CatalogUnit& catalog, Volume& volume) {
  if (volume.branch.empty()) return {};
  const auto branch = TRY(catalog.branches().find(volume.branch));
  if (!branch) return {};
  const auto container = TRY(catalog.containers().find(branch->container));
  if (container) volume.login = container->login;
  if (container) volume.number = container->number;
  return {};
}

// The sources of the volume that run already.
Result<std::set<std::string>> running_on(World& world, const VolumeId& id) {
  std::set<std::string> running;
  for (const auto& source : TRY(spec_of(world.catalog, id)).sources) {
    const auto state = TRY(world.host.status(instance_on(id, source.name))).state;
    if (state == InstanceState::running || state == InstanceState::frozen) {
      running.insert(source.name);
    }
  }
  return running;
}

// Gives every source of the volume a port that is free now, keeping those it has where possible.
Result<> assign_ports(World& world, CatalogUnit& catalog, Volume& volume,
                      const std::vector<SourceSpec>& sources,
                      const std::set<std::string>& running) {
  auto free = TRY(FreePorts::find(world, catalog, std::hash<VolumeId>()(volume.id), volume.id));
  for (const auto& source : sources) {
    std::uint16_t& port = volume.ports[source.name];
    if (port != 0 && (running.contains(source.name) || free.has(port))) {
      free.take(port);
    } else {
      port = TRY(free.take_next());
    }
  }
  return {};
}

}  // namespace

Result<VolumeSpec> spec_to_start(World& world, const VolumeId& id) {
  const auto running = TRY(running_on(world, id));
  return world.catalog.write([&](CatalogUnit& catalog) -> Result<VolumeSpec> {
    auto volume = TRY(volume_of(catalog, id));
    auto spec = TRY(spec_of(catalog, volume));
    if (spec.sources.empty()) return spec;
    TRY(use_newest_login(catalog, volume));
    TRY(assign_ports(world, catalog, volume, spec.sources, running));
    TRY(catalog.volumes().put(volume));
    spec.login = volume.login;
    spec.number = volume.number;
    spec.quota = TRY(quota_of(catalog, volume));
    for (auto& source : spec.sources) source.port = volume.ports.at(source.name);
    return spec;
  });
}

Result<> start_on(World& world, const VolumeId& volume, StartWhat what,
                  const KeepGoing& keep_going) {
  return world.host.start([&] { return spec_to_start(world, volume); }, what, keep_going);
}

}  // namespace slip
