// SPDX-License-Identifier: Apache-2.0
#include "storage/pool/driver_list.h"

#include <array>

#include "storage/btrfs/btrfs_driver.h"
#include "storage/directory/directory_driver.h"

namespace slip {

const DriverEntry* find_driver(std::string_view name) {
  static constexpr std::array kDrivers{
      DriverEntry{.name = "btrfs", .open = &open_btrfs_driver},
      DriverEntry{.name = "directory", .open = &open_directory_driver},
  };
  for (const DriverEntry& entry : kDrivers) {
    if (entry.name == name) return &entry;
  }
  return nullptr;
}

}  // namespace slip
