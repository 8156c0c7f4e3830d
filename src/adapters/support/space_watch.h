// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>

#include "base/directory.h"
#include "base/error.h"

namespace slip {

// Some servers do not fail on a full file system but wait, as long as it takes, for somebody to
// make room. This tells when to give up on one. Not thread-safe.
class SpaceWatch {
 public:
  // Nothing runs out where there is no such directory.
  explicit SpaceWatch(const std::filesystem::path& directory);

  // True once there has been next to no space for some seconds; asked several times a second.
  bool has_run_out();

 private:
  // Held open: a tenant may put a link in its place.
  std::shared_ptr<const Directory> directory_;
  std::optional<std::chrono::steady_clock::time_point> full_since_;
};

Error no_space_for_source();

}  // namespace slip
