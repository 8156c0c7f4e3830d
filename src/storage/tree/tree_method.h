// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "base/result.h"
#include "ports/storage_driver.h"

namespace slip {

enum class TreeAccess { writable, read_only };

// How one kind of file system makes, copies and removes whole trees. What TreeDriver builds a
// storage driver from; knows nothing of volumes, snapshots or where they are kept. Thread-safe.
class TreeMethod {
 public:
  virtual ~TreeMethod() = default;

  virtual std::string name() const = 0;     // of the driver
  virtual std::string version() const = 0;  // of the file system
  virtual StorageCapabilities capabilities() const = 0;

  // True if `copy` makes its target, and `remove` takes it away, in one step which a crash leaves
  // done or not done, and the file system never forgets an earlier step but keeps a later one. A
  // copy is then durable when `copy` returns.
  virtual bool atomic() const = 0;

  // Makes an empty tree. Errors: `already_exists`, `no_space`.
  virtual Result<> make(const std::filesystem::path& tree) = 0;
  // Errors: `not_found`, `already_exists`, `no_space`. After a failure the target may be half made,
  // unless `atomic`.
  virtual Result<> copy(const std::filesystem::path& from, const std::filesystem::path& to,
                        TreeAccess access) = 0;
  // Succeeds if there is none. May leave the work to the kernel.
  virtual Result<> remove(const std::filesystem::path& tree) = 0;
  // Everything below `directory` is on disk when this returns.
  virtual Result<> make_durable(const std::filesystem::path& directory) = 0;
  // As StorageDriver's, of trees below `root`.
  virtual Result<> charge(const std::filesystem::path&, std::uint32_t) { return {}; }
  virtual Result<> limit(const std::filesystem::path&, std::uint32_t, std::optional<std::int64_t>) {
    return Error{.code = ErrorCode::unsupported,
                 .message = "this pool cannot bound what a container writes",
                 .hint = "A pool on btrfs can, on Linux from 6.7 on."};
  }
  virtual Result<std::optional<std::int64_t>> charged(const std::filesystem::path&, std::uint32_t) {
    return std::optional<std::int64_t>();
  }

  // True if `path` is something that `make` or `copy` made. An error where that cannot be seen.
  virtual Result<bool> is_tree(const std::filesystem::path& path) const = 0;
};

}  // namespace slip
