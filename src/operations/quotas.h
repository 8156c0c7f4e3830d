// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "operations/planning.h"
#include "operations/world.h"

namespace slip {

// Has what a container's quota says hold for what runs in it and for what it writes, as far as that
// can be changed while it runs. Errors: `unsupported` (its disk quota cannot be kept here).
Result<> apply_quota(World& world, const ContainerId& container);

// The same for every container: what was changed as the daemon died, or the machine forgot.
Result<> apply_quotas(World& world);

// How much of its disk quota a container has used.
struct DiskUse {
  std::int64_t quota = 0;
  std::int64_t used = 0;

  DiskRoom room() const { return disk_room(quota, used); }
};
// `number` is the container's. Nothing: it has none.
Result<std::optional<DiskUse>> disk_use(StorageDriver& storage, const std::optional<Quota>& quota,
                                        const std::optional<std::uint32_t>& number);

// Fails with `no_space`, saying what holds the space, where the plan needs some and its container
// has used up its quota. To go back is possible, if need be without a safety point, until much more
// is used than that. Not to
// be called within a transaction.
Result<> check_disk_quota(World& world, const Plan& plan);

// Containers that have room again lose what they were granted beyond their quota to get there.
Result<> settle_disk_quotas(World& world);

// While it lives, a container may write more than its quota says: as much as it takes to end its
// databases cleanly and to start others. Of no container: does nothing.
class RoomToWork {
 public:
  RoomToWork(World& world, const ContainerId& id);
  ~RoomToWork();
  RoomToWork(const RoomToWork&) = delete;
  RoomToWork& operator=(const RoomToWork&) = delete;

 private:
  World& world_;
  ContainerId container_;  // empty: it needed none
};

}  // namespace slip
