// SPDX-License-Identifier: Apache-2.0
#include "operations/keeper.h"

#include <algorithm>
#include <set>

#include "base/log.h"
#include "operations/lookup.h"
#include "operations/quotas.h"
#include "operations/routes.h"
#include "operations/starting.h"
#include "operations/submit.h"
#include "operations/volume_specs.h"

namespace slip {
Result<> Keeper::open_endpoints() {
  const auto containers = TRY(world_.catalog.read(
      [](CatalogUnit& catalog) { return catalog.containers().all(Trash::without); }));
  for (const auto& container : containers) {
    const auto opened = apply_routes(world_, container.id, endpoint_ports(container));
    if (opened) continue;
    spdlog::error("open the endpoints of {}: {}", container.name, opened.error().describe());
    closed_[container.id] = true;
  }
  return {};
}

Result<> Keeper::reconcile_branch(const Branch& branch, const Instances::KeepGoing& keep_going) {
  const bool wanted = branch.wanted == RunState::running && !branch.deleted_at;
  const auto volume = TRY(spec_of(world_.catalog, branch.volume));
  if (wanted && TRY(instances_.all_running(volume))) return {};
  const auto still_ours = [&] { return keep_going() && is_ours(branch); };
  if (!still_ours()) return {};
  if (!wanted) return instances_.stop(volume, StopHow::in_order);
  spdlog::warn("branch {} ({}) is not running as it should: starting it", branch.name,
               branch.id.str());
  // One that met its disk quota has to recover before it can make room.
  const RoomToWork room(world_, branch.container);
  const auto started =
      start_on(world_, instances_, branch.volume, StartWhat::everything, still_ours);
  if (!started) return still_ours() ? started : Result<>();
  const auto container = TRY(world_.catalog.read(
      [&](CatalogUnit& catalog) { return container_of(catalog, branch.container); }));
  return apply_routes(world_, container.id, endpoint_ports(container));
}

Result<> Keeper::reconcile_source(const Source& source, const Instances::KeepGoing& keep_going) {
  const auto volume = TRY(spec_of(world_.catalog, source.volume));
  if (TRY(instances_.all_running(volume))) return {};
  const auto still_ours = [&] { return keep_going() && is_ours(source); };
  if (!still_ours()) return {};
  spdlog::info("source {} goes on following production", source.name);
  const auto started =
      start_on(world_, instances_, source.volume, StartWhat::databases, still_ours);
  return started || still_ours() ? started : Result<>();
}

bool Keeper::is_ours(const Branch& branch) {
  const auto ours = world_.catalog.read([&](CatalogUnit& catalog) -> Result<bool> {
    const auto now = TRY(catalog.branches().find(branch.id));
    if (!now || now->volume != branch.volume || now->wanted != branch.wanted ||
        now->deleted_at != branch.deleted_at) {
      return false;
    }
    return check_not_busy(catalog, {branch.container.str()}).has_value();
  });
  return ours && *ours;
}

// What is done with a copy of it need not keep it from following: production may delete the log
// that it lacks.
bool Keeper::is_ours(const Source& source) {
  const auto ours = world_.catalog.read([&](CatalogUnit& catalog) -> Result<bool> {
    const auto now = TRY(catalog.sources().find(source.id));
    if (!now || now->deleted_at || now->volume != source.volume) return false;
    const auto unfinished = TRY(catalog.operations().unfinished());
    return std::ranges::none_of(
        unfinished, [&](const Operation& one) { return one.has_work_on(source.volume); });
  });
  return ours && *ours;
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

bool Keeper::waits_for_room(const Branch& branch) {
  const auto container = world_.catalog.read(
      [&](CatalogUnit& catalog) { return catalog.containers().find(branch.container); });
  if (!container || !*container || !(*container)->quota) return false;
  const auto use = disk_use(world_.storage, (*container)->quota, (*container)->number);
  const bool is_used_up = use && *use && (*use)->room() != DiskRoom::ample;
  if (!is_used_up || runs_whole(branch)) {
    // With room it is tried at once.
    if (waiting_.erase(branch.volume) > 0) pauses_.erase(branch.volume);
    return false;
  }
  if (waiting_.insert(branch.volume).second) {
    spdlog::warn("branch {} of {} is not started again: the container's disk quota is used up",
                 branch.name, (*container)->name);
  }
  return true;
}

// Where nothing can be written it may be that even this cannot be told.
bool Keeper::runs_whole(const Branch& branch) {
  const auto volume = spec_of(world_.catalog, branch.volume);
  if (!volume) return false;
  const auto runs = instances_.all_running(*volume);
  return runs && *runs;
}

Result<> Keeper::reconcile(const Instances::KeepGoing& keep_going) {
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
    if (!keep_going()) return {};
    if (branch.volume.empty() || state.busy.contains(branch.container.str())) continue;
    const bool wanted = branch.wanted == RunState::running && !branch.deleted_at;
    if (!wanted && !runs(branch.volume)) continue;
    if (wanted && waits_for_room(branch)) continue;
    try_keeping(branch.volume, "branch " + branch.name,
                [&] { return reconcile_branch(branch, keep_going); });
  }
  for (const auto& source : state.sources) {
    if (source.volume.empty() || !is_ours(source)) continue;
    try_keeping(source.volume, "source " + source.name,
                [&] { return reconcile_source(source, keep_going); });
  }
  for (auto one = closed_.begin(); one != closed_.end();) {
    const auto container = TRY(world_.catalog.read(
        [&](CatalogUnit& catalog) { return catalog.containers().find(one->first); }));
    const bool open = !container || apply_routes(world_, container->id, endpoint_ports(*container));
    one = open ? closed_.erase(one) : std::next(one);
  }
  return {};
}

}  // namespace slip
