// SPDX-License-Identifier: Apache-2.0
#include "queries/pool.h"

#include <fmt/format.h>

#include "operations/guarded.h"
#include "operations/reaper.h"
#include "queries/reader.h"

namespace slip::queries {
namespace {

std::string host_warning(const HostSpace& host) {
  const auto behind =
      fmt::format("The disk behind the pool's file has {} MB free. ", host.free >> 20);
  switch (host.room()) {
    case HostRoom::none:
      return behind +
             "Databases and applications are stopped until there is room on it, so that nothing is "
             "lost.";
    case HostRoom::little:
      return behind + "Nothing new is begun until there is room on it.";
    case HostRoom::scarce:
      return behind + "Make room on it soon: when it is full, everything stands still.";
    case HostRoom::ample:
      break;
  }
  return "";
}

std::string clock_warning(const ClockDoubt& doubt) {
  return fmt::format(
      "The machine's clock says {} where it should say about {}. Nothing is deleted for its age "
      "for "
      "{} minutes, or until an administrator says that the clock is right: slip doctor "
      "--believe-clock.",
      to_rfc3339(doubt.said), to_rfc3339(doubt.expected), doubt.left / std::chrono::minutes(1) + 1);
}

// What people should know, the gravest first.
std::string warnings(Engine& engine, const PoolSpace& space, const std::string& of_kind) {
  std::vector<std::string> all;
  if (space.host_room() != HostRoom::ample) {
    all.push_back(host_warning(*space.host));
  } else if (engine.stands_still()) {
    all.push_back("Databases and applications are stopped: the disk behind the pool was full.");
  }
  if (space.runs_short()) {
    all.push_back(
        "Less than 5 % of the pool can still be written. No automatic points are taken; of those "
        "taken before one an hour stays.");
  }
  if (const auto doubt = engine.clock_doubt()) all.push_back(clock_warning(*doubt));
  if (all.empty()) return of_kind;
  return fmt::format("{}", fmt::join(all, " "));
}

}  // namespace

Result<PoolView> pool_view(Reader& reader, const Actor& actor) {
  World& world = reader.world();
  const StorageInfo storage = world.storage.info();
  const RuntimeInfo runtime = world.host.info().runtime;
  const PoolSpace space = TRY(world.storage.probe());
  const PoolFacts& facts = reader.pool();
  PoolView view{.driver = storage.driver,
                .kind = facts.kind.empty() ? storage.driver : facts.kind,
                .why = facts.why,
                .warning = warnings(reader.engine(), space, facts.warning),
                .root = storage.root.string(),
                .total = space.total,
                .free = space.free,
                .settings = facts.settings,
                .capabilities = storage.capabilities,
                .isolation = runtime.isolation,
                .isolation_reason = runtime.isolation_reason};
  if (actor.role == SystemRole::admin) {
    view.unknown = TRY(unknown_in_pool(world));
    view.unexpected =
        TRY(reader.read([](CatalogUnit& catalog) { return count_unexpected(catalog); }));
  }
  return view;
}

}  // namespace slip::queries
