// SPDX-License-Identifier: Apache-2.0
#include "operations/reaper.h"

#include <algorithm>
#include <set>

#include "base/log.h"
#include "domain/source_history.h"
#include "domain/step_uses.h"
#include "operations/lookup.h"
#include "operations/purge.h"
#include "operations/volume_specs.h"

namespace slip {
namespace {

// What unfinished operations name: points that they are about to copy, volumes that they have work
// on.
Result<StepUses> in_use(CatalogUnit& catalog) {
  StepUses used;
  for (const auto& operation : TRY(catalog.operations().unfinished())) {
    for (const auto& record : operation.steps) {
      auto uses = uses_of(record.step);
      used.snapshots.merge(uses.snapshots);
      const bool is_through = record.state == StepState::done || record.state == StepState::undone;
      if (!is_through) used.volumes.merge(uses.volumes);
    }
  }
  return used;
}

}  // namespace

namespace {

struct Leaving {
  std::string name;
  SourceConfig config;
  std::vector<SourceConfig> others;
};

// Nothing where the source goes on following, with another follower.
Result<std::optional<Leaving>> leaving(CatalogUnit& catalog, const Volume& follower) {
  const auto source = TRY(catalog.sources().find(follower.follows));
  if (source && !source->deleted_at) return std::optional<Leaving>();
  Leaving found;
  if (source) {
    found = {"source " + source->name, source->config, {}};
  } else if (const auto operation = TRY(catalog.operations().find(follower.operation))) {
    // Of one whose link failed there is what that was to fetch.
    for (const auto& record : operation->steps) {
      const auto* fetched = std::get_if<IngestSource>(&record.step);
      if (fetched == nullptr || fetched->volume != follower.id) continue;
      found = {operation->words, fetched->config, {}};
    }
  }
  if (found.name.empty()) return std::optional<Leaving>();
  for (const auto& other : TRY(catalog.sources().all(Trash::without))) {
    found.others.push_back(other.config);
  }
  for (const auto& operation : TRY(catalog.operations().unfinished())) {
    for (const auto& record : operation.steps) {
      if (const auto* fetched = std::get_if<IngestSource>(&record.step)) {
        found.others.push_back(fetched->config);
      }
    }
  }
  return std::optional(std::move(found));
}

}  // namespace

// What following has left at production goes with the source. Where production does not answer, its
// administrator is told.
void Reaper::leave_origin(const Volume& follower) {
  const auto found =
      world_.catalog.read([&](CatalogUnit& catalog) { return leaving(catalog, follower); });
  if (!found || !*found) return;
  const auto left = world_.host.leave_origin((*found)->config, (*found)->others);
  if (left) return;
  spdlog::warn("{}: it follows production no more, but something may be left there: {}",
               (*found)->name, left.error().describe());
}

Result<> Reaper::destroy(const Volume& volume) {
  TRY(world_.host.let_go(TRY(spec_of(world_.catalog, volume.id))));
  if (!volume.follows.empty()) leave_origin(volume);
  TRY(world_.storage.destroy(volume.id));
  return world_.catalog.write(
      [&](CatalogUnit& catalog) { return catalog.volumes().remove(volume.id); });
}

Result<std::size_t> Reaper::destroy_doomed() {
  struct Doomed {
    std::vector<Volume> volumes;
    std::vector<Snapshot> snapshots;
  };
  const auto [volumes, snapshots] =
      TRY(world_.catalog.read([&](CatalogUnit& catalog) -> Result<Doomed> {
        const auto used = TRY(in_use(catalog));
        Doomed doomed;
        for (auto& volume : TRY(catalog.volumes().all())) {
          if (volume.state == StorageState::doomed && !used.volumes.contains(volume.id)) {
            doomed.volumes.push_back(std::move(volume));
          }
        }
        for (auto& snapshot : TRY(catalog.snapshots().all())) {
          if (snapshot.state == StorageState::doomed && !used.snapshots.contains(snapshot.id)) {
            doomed.snapshots.push_back(std::move(snapshot));
          }
        }
        return doomed;
      }));
  std::size_t left = 0;
  for (const auto& volume : volumes) {
    const auto gone = destroy(volume);
    if (gone) continue;
    ++left;
    spdlog::warn("remove {} ({}): {}", volume.id.str(), volume.about, gone.error().describe());
  }
  for (const auto& snapshot : snapshots) {
    const auto gone = world_.storage.destroy(snapshot.id);
    if (!gone) {
      ++left;
      spdlog::warn("remove {} ({}): {}", snapshot.id.str(), snapshot.about,
                   gone.error().describe());
      continue;
    }
    TRY(world_.catalog.write(
        [&](CatalogUnit& catalog) { return catalog.snapshots().remove(snapshot.id); }));
  }
  return left;
}

Result<RetentionPolicy> Reaper::policy() {
  RetentionPolicy policy = world_.settings.retention;
  if (TRY(world_.storage.probe()).runs_short()) policy.every_automatic = Duration(0);
  return policy;
}

Result<> Reaper::retire_points(Timestamp now) {
  const RetentionPolicy policy = TRY(this->policy());
  const auto find = [&](CatalogUnit& catalog) -> Result<std::vector<PointId>> {
    const auto old = TRY(catalog.points().older_than(now - policy.every_automatic));
    if (old.empty()) return std::vector<PointId>();
    return points_to_reap(old, TRY(find_keepers(catalog, policy, now)), policy, now);
  };
  // Mostly there is nothing to do, and then nobody has to wait for the writer.
  if (TRY(world_.catalog.read(find)).empty()) return {};
  return world_.catalog.write([&](CatalogUnit& catalog) -> Result<> {
    const auto used = TRY(in_use(catalog));
    for (const auto& id : TRY(find(catalog))) {
      const auto point = TRY(point_of(catalog, id));
      if (used.snapshots.contains(point.snapshot) || used.snapshots.contains(point.baked)) continue;
      TRY(purge(catalog, point));
    }
    return {};
  });
}

Result<> Reaper::retire_source_points(Timestamp now) {
  const RetentionPolicy policy = TRY(this->policy());
  const auto old = [&](const Source& source) {
    return history_to_reap(source.history, policy, now);
  };
  const auto sources = TRY(world_.catalog.read(
      [](CatalogUnit& catalog) { return catalog.sources().all(Trash::without); }));
  if (std::ranges::all_of(sources, [&](const Source& one) { return old(one).empty(); })) return {};
  return world_.catalog.write([&](CatalogUnit& catalog) -> Result<> {
    for (auto& source : TRY(catalog.sources().all(Trash::without))) {
      const auto points = old(source);
      if (points.empty()) continue;
      TRY(purge(catalog, source, points));
      TRY(catalog.sources().put(source));
    }
    return {};
  });
}

Result<> Reaper::trim_logs(const VolumeId& volume, Timestamp keep_since) {
  return world_.host.trim_logs(TRY(spec_of(world_.catalog, volume)), keep_since);
}

Result<> Reaper::trim_database_logs(Timestamp now) {
  const auto volumes =
      TRY(world_.catalog.read([](CatalogUnit& catalog) -> Result<std::vector<VolumeId>> {
        std::vector<VolumeId> found;
        for (const auto& branch : TRY(catalog.branches().all(Trash::without))) {
          if (!branch.volume.empty()) found.push_back(branch.volume);
        }
        for (const auto& source : TRY(catalog.sources().all(Trash::without))) {
          if (!source.volume.empty()) found.push_back(source.volume);
        }
        return found;
      }));
  Result<> outcome;
  for (const auto& volume : volumes) {
    auto trimmed = trim_logs(volume, now - world_.settings.retention.logs);
    if (!trimmed && outcome) outcome = std::move(trimmed);
  }
  return outcome;
}

Result<> Reaper::purge_trash(Timestamp now) {
  const RetentionPolicy& policy = world_.settings.retention;
  return world_.catalog.write([&](CatalogUnit& catalog) -> Result<> {
    const auto past = [&](const std::optional<Timestamp>& deleted_at) {
      return deleted_at && *deleted_at + policy.trash <= now;
    };
    for (const auto& container : TRY(catalog.containers().all(Trash::with))) {
      if (past(container.deleted_at)) TRY(purge(catalog, container, policy, now));
    }
    for (const auto& mould : TRY(catalog.templates().all(Trash::with))) {
      if (past(mould.deleted_at)) TRY(purge(catalog, mould));
    }
    for (const auto& branch : TRY(catalog.branches().all(Trash::with))) {
      if (branch.template_id.empty() && past(branch.deleted_at))
        TRY(purge(catalog, branch, policy, now));
    }
    return {};
  });
}

Result<std::vector<std::string>> unknown_in_pool(World& world) {
  const auto listing = TRY(world.storage.list());
  return world.catalog.read([&](CatalogUnit& catalog) -> Result<std::vector<std::string>> {
    std::vector<std::string> unknown = listing.unknown;
    const auto compare = [&](auto& records, const auto& entries) -> Result<> {
      for (const auto& entry : entries) {
        const auto known = TRY(records.find(entry.id));
        if (!known) unknown.push_back(entry.id.str());
        if (!known || known->state != StorageState::building) continue;
        const auto maker = TRY(catalog.operations().find(known->operation));
        if (maker && maker->ended()) {
          unknown.push_back(entry.id.str() + " (left of \"" + maker->words + "\")");
        }
      }
      return {};
    };
    TRY(compare(catalog.volumes(), listing.volumes));
    TRY(compare(catalog.snapshots(), listing.snapshots));
    return unknown;
  });
}

}  // namespace slip
