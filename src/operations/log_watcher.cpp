// SPDX-License-Identifier: Apache-2.0
#include "operations/log_watcher.h"

#include <algorithm>
#include <iterator>

#include "base/log.h"
#include "operations/volume_specs.h"

namespace slip {

namespace {

// A server that is just being stopped, or changes over to another file, is no news.
void tell(const InstanceId& instance, const Result<>& looked) {
  if (!looked) spdlog::debug("look at the log of {}: {}", instance.str(), looked.error().message);
}

}  // namespace

void LogWatcher::look() {
  for (auto& [instance, watch] : watches_) {
    tell(instance, watch->look());
  }
}

void LogWatcher::ask() {
  for (auto& [instance, watch] : watches_) tell(instance, watch->ask());
}

Result<LogWatcher::Watches> LogWatcher::watch(const VolumeId& volume) {
  return world_.host.watch_logs(TRY(spec_of(world_.catalog, volume)));
}

Result<> LogWatcher::refresh() {
  const auto listed = TRY(world_.host.list());
  const std::set<InstanceId> running(listed.begin(), listed.end());
  std::erase_if(watches_, [&](const auto& one) { return !running.contains(one.first); });
  std::erase_if(known_, [&](const InstanceId& one) { return !running.contains(one); });
  if (std::ranges::includes(known_, running)) return {};
  const auto branches = TRY(world_.catalog.read(
      [](CatalogUnit& catalog) { return catalog.branches().all(Trash::without); }));
  for (const auto& branch : branches) {
    if (branch.volume.empty()) continue;
    const std::string prefix = instance_on(branch.volume, "").str();
    std::set<InstanceId> fresh;
    std::ranges::copy_if(running, std::inserter(fresh, fresh.end()), [&](const InstanceId& one) {
      return one.str().starts_with(prefix) && !known_.contains(one);
    });
    if (fresh.empty()) continue;
    auto watches = watch(branch.volume);
    if (!watches) {
      spdlog::debug("watch the logs of {}: {}", branch.name, watches.error().message);
      continue;
    }
    for (auto& [instance, watch] : *watches) {
      if (fresh.contains(instance)) watches_[instance] = std::move(watch);
    }
    known_.merge(fresh);
  }
  return {};
}

}  // namespace slip
