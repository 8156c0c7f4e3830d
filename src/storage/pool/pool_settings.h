// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"
#include "ports/pool_settings.h"

namespace slip {

inline constexpr const char* kAutomaticDriver = "automatic";

// Reserves at once, on the host's file system, all that a new pool in a file may grow to.
inline constexpr const char* kReserveOption = "reserve";

// What an administrator writes: the daemon's options.
struct PoolWords {
  std::string driver = kAutomaticDriver;
  double gigabytes = 0;                   // 0: none was given
  std::vector<std::string> options = {};  // "NAME=VALUE"
};

// The pool of a daemon that keeps everything in `data`, all else automatic.
PoolSettings default_pool(const std::filesystem::path& data);

// The settings of that pool that the words say; the only place that knows what they mean. Errors:
// `invalid_argument`, naming the word (a driver that there is not, an option that the driver does
// not know or a value that it does not take, one given twice).
Result<PoolSettings> read_pool_settings(const PoolWords& words, const std::filesystem::path& data);

}  // namespace slip
