// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/file.h"
#include "base/result.h"
#include "ports/pool_settings.h"
#include "ports/storage_driver.h"

namespace slip {

// A pool as its driver opens it.
struct PoolToOpen {
  PoolSettings settings;
  UserIds owner;  // of new volumes: who runs instances
  // Of a pool in a file: see TreeDriverOptions.
  std::optional<std::filesystem::path> backing_file = {};
  std::function<Result<>()> remount = {};
};

// What can be set of a driver's pools, and to what.
struct DriverOption {
  std::string_view name;
  std::vector<std::string_view> values;
};

// A driver that can serve a pool, by the name that the pool remembers it by.
struct DriverEntry {
  std::string_view name;
  std::vector<DriverOption> options = {};
  Result<std::unique_ptr<StorageDriver>> (*open)(const PoolToOpen& pool);
};

// The list that a new driver is added to.
std::span<const DriverEntry> drivers();

// Null if there is no such driver.
const DriverEntry* find_driver(std::string_view name);

}  // namespace slip
