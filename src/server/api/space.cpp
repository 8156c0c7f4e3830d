#include "server/api/space.h"

#include <map>
#include <set>

namespace slip::api {
namespace {

Space from_usage(const StorageUsage& usage) {
  return {usage.unique, usage.logical - usage.unique, usage.logical};
}

template <class SomeId>
Result<Space> measure_one(StorageDriver& storage, const SomeId& id) {
  if (id.empty()) return Space{};
  const auto usage = storage.usage(id);
  if (usage) return from_usage(*usage);
  if (usage.error().code == ErrorCode::not_found) return Space{};
  return usage.error();
}

}  // namespace

json::object space_json(const Space& space) {
  return {{"unique", space.unique}, {"shared", space.shared}, {"full", space.full}};
}

Result<ContainerHoldings> holdings_of(CatalogUnit& catalog, const Container& container) {
  ContainerHoldings holdings;
  holdings.container = container;
  std::set<PointId> named;
  for (const auto& one : TRY(catalog.bookmarks().of_container(container.id, Trash::without))) {
    const auto point = TRY(catalog.points().find(one.point));
    if (!point || !point->reachable()) continue;
    named.insert(point->id);
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

Result<Space> space_of(StorageDriver& storage, const VolumeId& volume) {
  return measure_one(storage, volume);
}

Result<Space> space_of(StorageDriver& storage, const Point& point) {
  Space space = TRY(measure_one(storage, point.snapshot));
  const std::int64_t baked = TRY(measure_one(storage, point.baked)).unique;
  space.unique += baked;
  space.full += baked;
  return space;
}

Result<ContainerSpace> measure(StorageDriver& storage, const ContainerHoldings& holdings) {
  ContainerSpace space;
  for (const auto& held : holdings.branches) {
    Space branch = TRY(space_of(storage, held.volume));
    for (const auto& point : held.points) branch += TRY(space_of(storage, point));
    space.container += branch;
    space.branches.push_back(branch);
  }
  std::map<PointId, Space> measured;
  for (const auto& held : holdings.bookmarks) {
    const auto known = measured.find(held.point.id);
    if (known != measured.end()) {
      space.bookmarks.push_back(known->second);
      continue;
    }
    const Space bookmark = TRY(space_of(storage, held.point));
    measured.emplace(held.point.id, bookmark);
    space.container += bookmark;
    space.bookmarks.push_back(bookmark);
  }
  return space;
}

}  // namespace slip::api
