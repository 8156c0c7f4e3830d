#include "operations/keeper.h"

#include <algorithm>
#include <set>

#include "base/log.h"
#include "operations/lookup.h"
#include "operations/routes.h"

namespace slip {
namespace {

std::vector<std::uint16_t> ports_of(const Container& container) {
  std::vector<std::uint16_t> ports;
  for (const auto& endpoint : container.endpoints) ports.push_back(endpoint.port);
  return ports;
}

}  // namespace

Result<> Keeper::open_endpoints() {
  const auto containers = TRY(world_.catalog.read(
      [](CatalogUnit& catalog) { return catalog.containers().all(Trash::without); }));
  for (const auto& container : containers) {
    const auto opened = apply_routes(world_, container.id, ports_of(container));
    if (opened) continue;
    spdlog::error("open the endpoints of {}: {}", container.name, opened.error().describe());
    closed_[container.id] = true;
  }
  return {};
}

Result<> Keeper::reconcile_branch(const Branch& branch) {
  const bool wanted = branch.wanted == RunState::running && !branch.deleted_at;
  if (!wanted) return instances_.stop(branch.volume, StopHow::in_order);
  if (TRY(instances_.all_running(branch.volume))) return {};
  spdlog::warn("branch {} ({}) is not running as it should: starting it", branch.name,
               branch.id.str());
  TRY(instances_.start(branch.volume, StartWhat::everything, [] { return true; }));
  const auto container = TRY(world_.catalog.read(
      [&](CatalogUnit& catalog) { return container_of(catalog, branch.container); }));
  if (container.active == branch.id) {
    TRY(apply_routes(world_, container.id, ports_of(container)));
  }
  return {};
}

Result<> Keeper::reconcile_source(const Source& source) {
  if (TRY(instances_.all_running(source.volume))) return {};
  spdlog::info("source {} goes on following production", source.name);
  return instances_.start(source.volume, StartWhat::databases, [] { return true; });
}

void Keeper::try_keeping(const VolumeId& volume, const std::string& whose,
                         const std::function<Result<>()>& keep) {
  const Timestamp now = world_.clock.now();
  const auto pause = pauses_.find(volume);
  if (pause != pauses_.end() && now < pause->second.until) return;
  const auto done = keep();
  if (done) {
    pauses_.erase(volume);
    return;
  }
  spdlog::error("keep {} running: {}", whose, done.error().describe());
  const Duration length =
      pause == pauses_.end() ? Duration(1000) : std::min(pause->second.length * 2, Duration(60000));
  pauses_[volume] = {now + length, length};
}

Result<> Keeper::reconcile() {
  struct State {
    std::vector<Branch> branches;
    std::vector<Source> sources;
    std::set<std::string> busy;
  };
  const auto state = TRY(world_.catalog.read([](CatalogUnit& catalog) -> Result<State> {
    State out{
        TRY(catalog.branches().all(Trash::with)), TRY(catalog.sources().all(Trash::without)), {}};
    for (const auto& operation : TRY(catalog.operations().unfinished())) {
      out.busy.insert(operation.locks.begin(), operation.locks.end());
    }
    return out;
  }));
  const auto running = TRY(world_.runtime.list());
  const auto runs = [&](const VolumeId& volume) {
    const std::string prefix = instance_on(volume, "").str();
    return std::ranges::any_of(running,
                               [&](const InstanceId& id) { return id.str().starts_with(prefix); });
  };
  for (const auto& branch : state.branches) {
    if (branch.volume.empty() || state.busy.contains(branch.container.str())) continue;
    const bool wanted = branch.wanted == RunState::running && !branch.deleted_at;
    if (!wanted && !runs(branch.volume)) continue;
    try_keeping(branch.volume, "branch " + branch.name, [&] { return reconcile_branch(branch); });
  }
  for (const auto& source : state.sources) {
    if (source.volume.empty() || state.busy.contains("source " + source.name)) continue;
    try_keeping(source.volume, "source " + source.name, [&] { return reconcile_source(source); });
  }
  for (auto one = closed_.begin(); one != closed_.end();) {
    const auto container = TRY(world_.catalog.read(
        [&](CatalogUnit& catalog) { return catalog.containers().find(one->first); }));
    const bool open = !container || apply_routes(world_, container->id, ports_of(*container));
    one = open ? closed_.erase(one) : std::next(one);
  }
  return {};
}

}  // namespace slip
