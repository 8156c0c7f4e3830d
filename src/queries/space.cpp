// SPDX-License-Identifier: Apache-2.0
#include "queries/space.h"

#include <set>

namespace slip::queries {
namespace {

Space from_usage(const StorageUsage& usage) {
  return {usage.unique, usage.logical - usage.unique, usage.logical};
}

}  // namespace

Result<Holding> everything_of(CatalogUnit& catalog, const ContainerId& container) {
  Holding holding;
  for (const auto& branch : TRY(catalog.branches().of_container(container, Trash::with))) {
    holding.volumes.push_back(branch.volume);
    for (auto& point : TRY(catalog.points().of_branch(branch.id))) {
      if (point.reachable()) holding.points.push_back(std::move(point));
    }
  }
  return holding;
}

Holding everything_of(const Source& source) {
  Holding holding{.volumes = {source.volume}, .snapshots = {source.snapshot}, .points = {}};
  for (const auto& point : source.history) {
    if (point.snapshot != source.snapshot) holding.snapshots.push_back(point.snapshot);
  }
  return holding;
}

Result<ContainerHoldings> holdings_of(CatalogUnit& catalog, const Container& container) {
  ContainerHoldings holdings;
  holdings.container = container;
  std::set<PointId> named;
  for (const auto& one : TRY(catalog.bookmarks().of_container(container.id, Trash::with))) {
    named.insert(one.point);
    if (one.deleted_at) continue;
    const auto point = TRY(catalog.points().find(one.point));
    if (!point || !point->reachable()) continue;
    holdings.bookmarks.push_back({ref_of(one), one.tags, *point});
  }
  for (const auto& branch : TRY(catalog.branches().of_container(container.id, Trash::without))) {
    ContainerHoldings::OfBranch held{ref_of(branch), branch.volume, {}};
    for (auto& point : TRY(catalog.points().of_branch(branch.id))) {
      if (point.reachable() && !named.contains(point.id)) held.points.push_back(std::move(point));
    }
    holdings.branches.push_back(std::move(held));
  }
  return holdings;
}

template <class SomeId>
Result<Space> Survey::measure(const SomeId& id) {
  if (id.empty()) return Space{};
  if (stop_) return Error{.code = ErrorCode::unavailable, .message = "the daemon is ending"};
  const auto usage = storage_.usage(id);
  if (usage) return from_usage(*usage);
  if (usage.error().code == ErrorCode::not_found) return Space{};
  return usage.error();
}

Result<Space> Survey::of(const VolumeId& volume) {
  return measure(volume);
}

Result<Space> Survey::of(const Point& point) {
  const auto known = known_.find(point.snapshot);
  if (known != known_.end()) return known->second;
  Space space = TRY(measure(point.snapshot));
  const std::int64_t baked = TRY(measure(point.baked)).unique;
  space.unique += baked;
  space.full += baked;
  known_.emplace(point.snapshot, space);
  return space;
}

Result<Space> Survey::of(const Holding& holding) {
  Space sum;
  for (const auto& volume : holding.volumes) sum += TRY(measure(volume));
  for (const auto& snapshot : holding.snapshots) sum += TRY(measure(snapshot));
  for (const auto& point : holding.points) sum += TRY(of(point));
  return sum;
}

Result<ContainerSpace> Survey::of(const ContainerHoldings& holdings) {
  ContainerSpace space;
  for (const auto& held : holdings.branches) {
    Space branch = TRY(of(held.volume));
    for (const auto& point : held.points) branch += TRY(of(point));
    space.container += branch;
    space.branches.push_back(branch);
  }
  std::set<PointId> counted;
  for (const auto& held : holdings.bookmarks) {
    const Space bookmark = TRY(of(held.point));
    if (counted.insert(held.point.id).second) space.container += bookmark;
    space.bookmarks.push_back(bookmark);
  }
  return space;
}

}  // namespace slip::queries
