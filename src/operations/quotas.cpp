// SPDX-License-Identifier: Apache-2.0
#include "operations/quotas.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <mutex>
#include <utility>

#include "base/log.h"
#include "operations/lookup.h"
#include "operations/volume_specs.h"

namespace slip {
namespace {

// What a container's quota concerns.
struct Bounded {
  TogetherLimits together;
  std::optional<Quota> quota;
  std::vector<VolumeId> volumes;  // all of its own
};

Result<Bounded> bounded(CatalogUnit& catalog, const ContainerId& id) {
  const auto container = TRY(container_of(catalog, id));
  Bounded what{.together = {.container = container.number.value_or(kNobodys)},
               .quota = container.quota,
               .volumes = {}};
  const auto branch = TRY(branch_of(catalog, container.active));
  const auto volume = TRY(catalog.volumes().find(branch.volume));
  if (volume) what.together.limits = TRY(limits_together(TRY(spec_of(catalog, *volume))));
  if (!container.quota || !container.quota->disk_bytes) return what;
  for (const auto& one : TRY(catalog.volumes().all())) {
    const bool is_there = one.state == StorageState::live;
    if (is_there && one.number == container.number) what.volumes.push_back(one.id);
  }
  return what;
}

Result<> bound_disk(StorageDriver& storage, const Bounded& what) {
  const std::uint32_t owner = what.together.container;
  const auto quota = what.quota ? what.quota->disk_bytes : std::nullopt;
  if (!quota && !storage.info().capabilities.quotas) return {};
  if (!quota) return storage.limit(owner, std::nullopt);
  // The first one in a pool has it count from then on.
  TRY(storage.limit(owner, ceiling_at_rest(*quota, TRY(storage.charged(owner)).value_or(0))));
  for (const auto& volume : what.volumes) {
    const auto charged = storage.charge(volume, owner);
    if (!charged && charged.error().code != ErrorCode::not_found) return charged.error();
  }
  return storage.limit(owner, ceiling_at_rest(*quota, TRY(storage.charged(owner)).value_or(0)));
}

std::string in_mebibytes(std::int64_t bytes) {
  return fmt::format("{} MiB", bytes >> 20);
}

// The container's bookmarks that give back most when they are deleted: "\"a\" (120 MiB)".
Result<std::vector<std::string>> holders(World& world, const ContainerId& id) {
  constexpr std::size_t measured_max = 50;
  constexpr std::size_t named_max = 3;
  struct Held {
    std::string name;
    SnapshotId snapshot;
    std::int64_t bytes = 0;
  };
  auto held = TRY(world.catalog.read([&](CatalogUnit& catalog) -> Result<std::vector<Held>> {
    std::vector<Held> all;
    for (const auto& bookmark : TRY(catalog.bookmarks().of_container(id, Trash::without))) {
      const auto point = TRY(catalog.points().find(bookmark.point));
      if (point && point->reachable() && all.size() < measured_max) {
        all.push_back({bookmark.name, point->snapshot});
      }
    }
    return all;
  }));
  for (auto& one : held) {
    if (const auto usage = world.storage.usage(one.snapshot)) one.bytes = usage->unique;
  }
  std::ranges::sort(held, std::greater(), &Held::bytes);
  std::vector<std::string> names;
  for (const auto& one : held) {
    if (names.size() == named_max || one.bytes >> 20 == 0) break;
    names.push_back(fmt::format("\"{}\" ({})", one.name, in_mebibytes(one.bytes)));
  }
  return names;
}

bool needs_space(OperationKind kind) {
  return kind == OperationKind::bookmark || kind == OperationKind::create_branch ||
         kind == OperationKind::refresh || in_background(kind);
}

bool starts_databases(OperationKind kind) {
  return kind == OperationKind::restore || kind == OperationKind::reset ||
         kind == OperationKind::undo || kind == OperationKind::start ||
         kind == OperationKind::activate_branch;
}

bool takes_a_point(const Operation& operation) {
  return std::ranges::any_of(operation.steps, [](const StepRecord& record) {
    return std::holds_alternative<TakeSnapshot>(record.step);
  });
}

std::string_view what_works_all_the_same(DiskRoom room) {
  switch (room) {
    case DiskRoom::ample:
    case DiskRoom::used_up:
      return "Going back works all the same.";
    case DiskRoom::overdrawn:
      return "Without a safety point, going back works all the same.";
    case DiskRoom::spent:
      return "Then it can be started and gone back again.";
  }
  return "";
}

struct Found {
  std::vector<Container> containers;
  std::vector<Operation> unfinished;
};

// Containers that may write beyond their quota for a while, by the pool, and for how many.
class Working {
 public:
  using Key = std::pair<const StorageDriver*, ContainerId>;
  void begin(const Key& key) {
    const std::lock_guard lock(mutex_);
    ++counts_[key];
  }
  void end(const Key& key) {
    const std::lock_guard lock(mutex_);
    if (--counts_[key] == 0) counts_.erase(key);
  }
  bool has(const Key& key) {
    const std::lock_guard lock(mutex_);
    return counts_.contains(key);
  }

 private:
  std::mutex mutex_;
  std::map<Key, int> counts_;
};

Working& working() {
  static Working all;
  return all;
}

Result<> bound_at_rest(World& world, const Container& container,
                       const std::vector<Operation>& unfinished) {
  const bool is_worked_on =
      working().has({&world.storage, container.id}) ||
      std::ranges::find(unfinished, container.id, &Operation::container) != unfinished.end();
  const auto use = TRY(disk_use(world.storage, container.quota, container.number));
  if (is_worked_on || !use) return {};
  return world.storage.limit(*container.number, ceiling_at_rest(use->quota, use->used));
}

}  // namespace

Result<> apply_quota(World& world, const ContainerId& id) {
  const auto what =
      TRY(world.catalog.read([&](CatalogUnit& catalog) { return bounded(catalog, id); }));
  if (what.together.container == kNobodys) return {};
  TRY(world.host.limit(what.together));
  return bound_disk(world.storage, what);
}

Result<> apply_quotas(World& world) {
  const auto containers = TRY(world.catalog.read(
      [](CatalogUnit& catalog) { return catalog.containers().all(Trash::without); }));
  for (const auto& container : containers) {
    const auto applied = apply_quota(world, container.id);
    if (applied) continue;
    spdlog::error("the quota of {}: {}", container.name, applied.error().describe());
  }
  return {};
}

Result<std::optional<DiskUse>> disk_use(StorageDriver& storage, const std::optional<Quota>& quota,
                                        const std::optional<std::uint32_t>& number) {
  if (!quota || !quota->disk_bytes || !number) return std::optional<DiskUse>();
  const auto used = TRY(storage.charged(*number));
  if (!used) return std::optional<DiskUse>();
  return std::optional(DiskUse{.quota = *quota->disk_bytes, .used = *used});
}

Result<> check_disk_quota(World& world, const Plan& plan) {
  const Operation& operation = plan.operation;
  if (operation.container.empty()) return {};
  const auto container = TRY(world.catalog.read(
      [&](CatalogUnit& catalog) { return catalog.containers().find(operation.container); }));
  if (!container) return {};
  const auto use = TRY(disk_use(world.storage, container->quota, container->number));
  if (!use || use->room() == DiskRoom::ample) return {};
  const DiskRoom room = use->room();
  const bool is_refused = needs_space(operation.kind) ||
                          (room >= DiskRoom::overdrawn && takes_a_point(operation)) ||
                          (room == DiskRoom::spent && starts_databases(operation.kind));
  if (!is_refused) return {};
  const auto held = TRY(holders(world, container->id));
  return Error{
      .code = ErrorCode::no_space,
      .message = fmt::format("the disk quota of {} is used up: {} of {}{}", container->name,
                             in_mebibytes(use->used), in_mebibytes(use->quota),
                             held.empty() ? std::string()
                                          : fmt::format("; most is given back by deleting the "
                                                        "bookmark {}",
                                                        fmt::join(held, ", "))),
      .hint = fmt::format(
          "Delete what is no longer needed (\"slip usage {0}\" shows what frees most) and purge it "
          "from the trash, or ask an administrator for more (\"slip container quota {0} --disk\"). "
          "{1}",
          container->name, what_works_all_the_same(room))};
}

Result<> settle_disk_quotas(World& world) {
  const auto found = TRY(world.catalog.read([](CatalogUnit& catalog) -> Result<Found> {
    return Found{TRY(catalog.containers().all(Trash::with)),
                 TRY(catalog.operations().unfinished())};
  }));
  for (const auto& container : found.containers) {
    const auto use = TRY(disk_use(world.storage, container.quota, container.number));
    if (!use || use->room() != DiskRoom::ample) continue;
    TRY(bound_at_rest(world, container, found.unfinished));
  }
  return {};
}

RoomToWork::RoomToWork(World& world, const ContainerId& id) : world_(world) {
  if (id.empty()) return;
  const auto container =
      world.catalog.read([&](CatalogUnit& catalog) { return catalog.containers().find(id); });
  if (!container || !*container) return;
  const auto use = disk_use(world.storage, (*container)->quota, (*container)->number);
  if (!use || !*use) return;
  const auto [quota, used] = **use;
  const std::int64_t ceiling = ceiling_at_work(quota, used);
  const bool has_room_anyway = used + (ceiling - quota) <= quota;
  if (has_room_anyway) return;
  container_ = id;
  working().begin({&world.storage, id});
  const auto granted = world.storage.limit(*(*container)->number, ceiling);
  if (granted) return;
  spdlog::warn("{} gets no room beyond its quota: {}", (*container)->name,
               granted.error().describe());
}

// By the quota as it is now, and not where somebody else needs the room.
RoomToWork::~RoomToWork() {
  if (container_.empty()) return;
  working().end({&world_.storage, container_});
  const auto bounded = world_.catalog.read([&](CatalogUnit& catalog) -> Result<Found> {
    return Found{{TRY(container_of(catalog, container_))}, TRY(catalog.operations().unfinished())};
  });
  const auto taken = bounded
                         ? bound_at_rest(world_, bounded->containers.front(), bounded->unfinished)
                         : Result<>(bounded.error());
  if (!taken) spdlog::error("bound what a container writes: {}", taken.error().describe());
}

}  // namespace slip
