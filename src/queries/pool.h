// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/describe.hpp>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "domain/user.h"
#include "ports/pool_settings.h"
#include "ports/runtime.h"
#include "ports/storage_driver.h"

namespace slip::queries {

class Reader;

// What the daemon knows of its pool and operations do not: how it was chosen.
struct PoolFacts {
  PoolSettings settings = {};
  std::string kind = {};     // "btrfs_file"
  std::string why = {};      // one sentence
  std::string warning = {};  // empty if all is well
  // What an administrator can do about its space; not set where that is not possible.
  std::function<Result<>(std::int64_t bytes)> grow = {};
  std::function<Result<>()> reserve = {};
};

struct PoolView {
  std::string driver;
  std::string kind;
  std::string why;
  std::string warning;
  std::string root;
  std::int64_t total = 0;
  std::int64_t free = 0;
  PoolSettings settings;
  StorageCapabilities capabilities;
  Isolation isolation = Isolation::none;
  std::string isolation_reason;
  // These two are for admins.
  std::vector<std::string> unknown = {};
  std::int64_t unexpected = 0;
};
BOOST_DESCRIBE_STRUCT(PoolView, (),
                      (driver, kind, why, warning, root, total, free, settings, capabilities,
                       isolation, isolation_reason, unknown, unexpected))

Result<PoolView> pool_view(Reader& reader, const Actor& actor);

}  // namespace slip::queries
