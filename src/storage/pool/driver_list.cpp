// SPDX-License-Identifier: Apache-2.0
#include "storage/pool/driver_list.h"

#include <array>

#include "storage/btrfs/btrfs_driver.h"
#include "storage/directory/directory_driver.h"
#include "storage/pool/pool_settings.h"

namespace slip {

namespace {

// Of a pool whose place is a directory.
TreeDriverOptions directory_of(const PoolToOpen& pool) {
  return {.root = pool.settings.place,
          .owner = pool.owner,
          .backing_file = pool.backing_file,
          .remount = pool.remount};
}

}  // namespace

std::span<const DriverEntry> drivers() {
  static const std::array all{
      DriverEntry{
          .name = "btrfs",
          .options = {{.name = kReserveOption, .values = {"yes", "no"}}},
          .open = [](const PoolToOpen& pool) { return open_btrfs_driver(directory_of(pool)); }},
      DriverEntry{
          .name = "directory",
          .open = [](const PoolToOpen& pool) { return open_directory_driver(directory_of(pool)); }},
  };
  return all;
}

const DriverEntry* find_driver(std::string_view name) {
  for (const DriverEntry& entry : drivers()) {
    if (entry.name == name) return &entry;
  }
  return nullptr;
}

}  // namespace slip
