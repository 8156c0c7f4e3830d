// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string_view>

#include "base/result.h"
#include "storage/tree/tree_driver.h"

namespace slip {

// A driver that can serve a pool, by the name that the pool remembers it by.
struct DriverEntry {
  std::string_view name;
  Result<std::unique_ptr<StorageDriver>> (*open)(TreeDriverOptions options);
};

// The list that a new driver is added to. Null if there is no such driver.
const DriverEntry* find_driver(std::string_view name);

}  // namespace slip
