// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "operations/lookup.h"
#include "operations/routes.h"
#include "tests/support/test_world.h"

namespace slip {
namespace {

std::optional<std::uint16_t> port_of(const std::optional<Target>& target) {
  return target ? std::optional(target->port) : std::nullopt;
}

using Complaints = std::vector<std::string>;

// Nothing in the pool that nobody uses, and everything that somebody does.
Result<> check_pool(CatalogUnit& catalog, FakeStorage& storage, Complaints& out) {
  std::set<std::string> known;
  std::set<std::string> used;
  for (const auto& volume : TRY(catalog.volumes().all())) {
    known.insert(volume.id.str());
    if (volume.state != StorageState::live) out.push_back(volume.id.str() + " is not live");
  }
  for (const auto& snapshot : TRY(catalog.snapshots().all())) {
    known.insert(snapshot.id.str());
    if (snapshot.state != StorageState::live) out.push_back(snapshot.id.str() + " is not live");
  }
  std::set<std::string> there;
  const auto listing = TRY(storage.list());
  for (const auto& entry : listing.volumes) there.insert(entry.id.str());
  for (const auto& entry : listing.snapshots) there.insert(entry.id.str());
  for (const auto& branch : TRY(catalog.branches().all(Trash::with))) {
    if (!branch.volume.empty()) used.insert(branch.volume.str());
    for (const auto& point : TRY(catalog.points().of_branch(branch.id))) {
      if (!point.snapshot.empty()) used.insert(point.snapshot.str());
      if (!point.baked.empty()) used.insert(point.baked.str());
    }
  }
  for (const auto& source : TRY(catalog.sources().all(Trash::with))) {
    if (!source.snapshot.empty()) used.insert(source.snapshot.str());
    if (!source.volume.empty()) used.insert(source.volume.str());
    for (const auto& point : source.history) used.insert(point.snapshot.str());
  }
  for (const auto& one : there) {
    if (!known.contains(one)) out.push_back(one + " is in the pool and not in the catalog");
    if (!used.contains(one)) out.push_back(one + " is in the pool and nobody uses it");
  }
  for (const auto& one : used) {
    if (!there.contains(one)) out.push_back(one + " is used and not in the pool");
    if (!known.contains(one)) out.push_back(one + " is used and not in the catalog");
  }
  return {};
}

// Exactly what is wanted runs, and nothing is frozen.
Result<> check_instances(CatalogUnit& catalog, FakeRuntime& runtime, Complaints& out) {
  std::set<InstanceId> wanted;
  for (const auto& branch : TRY(catalog.branches().all(Trash::with))) {
    const auto container = TRY(catalog.containers().find(branch.container));
    if (branch.wanted == RunState::stopped) continue;
    if (branch.deleted_at || (container && container->deleted_at)) {
      out.push_back("branch " + branch.name + " is in the trash and wanted running");
    }
    wanted.insert(instance_on(branch.volume, "db"));
    // What is only looked at has no application running.
    const auto volume = TRY(catalog.volumes().find(branch.volume));
    if (!volume || !volume->read_only) wanted.insert(instance_on(branch.volume, "app"));
  }
  for (const auto& instance : wanted) {
    const auto status = TRY(runtime.status(instance));
    if (status.state != InstanceState::running) out.push_back(instance.str() + " does not run");
  }
  // What follows production is started by the keeper, some time.
  for (const auto& source : TRY(catalog.sources().all(Trash::without))) {
    if (!source.volume.empty()) wanted.insert(instance_on(source.volume, source.name));
  }
  for (const auto& instance : runtime.running_instances()) {
    if (!wanted.contains(instance)) out.push_back(instance.str() + " runs and is not wanted");
  }
  return {};
}

Result<> check_endpoints(CatalogUnit& catalog, FakeEndpoints& endpoints, Complaints& out) {
  std::set<std::uint16_t> ours;
  for (const auto& container : TRY(catalog.containers().all(Trash::without))) {
    for (const auto& route : TRY(routes_of(catalog, container))) {
      ours.insert(route.port);
      if (!endpoints.is_open(route.port)) {
        out.push_back(fmt::format("port {} of {} is closed", route.port, container.name));
      } else if (endpoints.held(route.port)) {
        out.push_back(fmt::format("port {} of {} is held", route.port, container.name));
      } else if (endpoints.target(route.port) != port_of(route.target)) {
        out.push_back(fmt::format("port {} of {} leads astray", route.port, container.name));
      }
    }
  }
  for (const auto& container : TRY(catalog.containers().all(Trash::without))) {
    for (const auto& branch : TRY(catalog.branches().of_container(container.id, Trash::without))) {
      if (branch.wanted != RunState::running) continue;
      const auto volume = TRY(volume_of(catalog, branch.volume));
      if (branch.id != container.active && !branch.ports.contains("db")) {
        out.push_back(fmt::format("branch {} runs beside and has no address", branch.name));
      }
      for (const auto& [source, port] : branch.ports) {
        if (!volume.ports.contains(source)) continue;
        ours.insert(port);
        if (endpoints.target(port) == volume.ports.at(source) && !endpoints.held(port)) continue;
        out.push_back(fmt::format("port {} of branch {} leads astray", port, branch.name));
      }
    }
  }
  for (const auto port : endpoints.open_ports()) {
    if (!ours.contains(port)) out.push_back(fmt::format("port {} is open and nobody's", port));
  }
  return {};
}

// Segments chain up to the branch's, active branches exist, bookmarks lead to data.
Result<> check_timelines(CatalogUnit& catalog, Complaints& out) {
  for (const auto& container : TRY(catalog.containers().all(Trash::without))) {
    const auto active = TRY(catalog.branches().find(container.active));
    if (!active || active->deleted_at || active->container != container.id) {
      out.push_back(container.name + " has no active branch");
    }
  }
  for (const auto& branch : TRY(catalog.branches().all(Trash::without))) {
    SegmentId expected;
    for (const auto& segment : TRY(catalog.segments().of_branch(branch.id))) {
      if (segment.previous != expected) out.push_back(segment.id.str() + " does not chain");
      expected = segment.id;
      if (segment.id != branch.segment || segment.safety_point.empty()) continue;
      const auto point = TRY(catalog.points().find(segment.safety_point));
      if (!point || !point->reachable()) out.push_back(segment.id.str() + " cannot be undone");
    }
    if (branch.segment != expected) out.push_back(branch.name + " is not on its newest segment");
  }
  for (const auto& bookmark : TRY(catalog.bookmarks().all(Trash::without))) {
    const auto point = TRY(catalog.points().find(bookmark.point));
    if (!point || !point->reachable()) out.push_back(bookmark.name + " has lost its data");
  }
  for (const auto& operation : TRY(catalog.operations().unfinished())) {
    out.push_back("not ended: " + operation.words);
  }
  return {};
}

// Nothing stays attached but what something runs on.
Result<> check_holds(FakeStorage& storage, FakeRuntime& runtime, Complaints& out) {
  std::set<std::string> in_use;
  for (const auto& instance : TRY(runtime.list())) in_use.insert(volume_of(instance).str());
  for (const auto& id : storage.attached()) {
    if (!in_use.contains(id)) out.push_back(id + " is attached, and nothing runs on it");
  }
  return {};
}

}  // namespace

std::vector<std::string> TestWorld::complaints() {
  Complaints out;
  const auto checked = catalog.read([&](CatalogUnit& unit) -> Result<> {
    TRY(check_pool(unit, storage, out));
    TRY(check_instances(unit, runtime, out));
    TRY(check_holds(storage, runtime, out));
    TRY(check_endpoints(unit, endpoints, out));
    return check_timelines(unit, out);
  });
  if (!checked) out.push_back(checked.error().describe());
  return out;
}

}  // namespace slip
