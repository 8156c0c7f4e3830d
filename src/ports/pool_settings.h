// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/describe.hpp>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace slip {

// What an administrator has decided about a pool, as data: whoever opens it needs nothing more, and
// people are shown it as it is.
struct PoolSettings {
  std::string driver = "automatic";  // or the name of one
  std::string place = {};            // where it is, in the driver's terms: a directory
  // Bytes that a new pool in a file may grow to. Nothing: 80 % of what the host's file system has
  // free now.
  std::optional<std::int64_t> size = {};
  std::map<std::string, std::string> options = {};  // the driver's own, by their names

  bool operator==(const PoolSettings&) const = default;
};
BOOST_DESCRIBE_STRUCT(PoolSettings, (), (driver, place, size, options))

}  // namespace slip
