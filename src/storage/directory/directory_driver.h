// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "base/result.h"
#include "storage/tree/tree_driver.h"

namespace slip {

// Opens a pool on any file system, without root: snapshots and clones are copies of every file,
// which share their blocks where the file system has reflinks (asked at opening; capability
// `cheap_clone`) and take time and space in full where it has not. Its snapshot is not atomic: the
// caller freezes writers. A snapshot is read-only by convention only.
Result<std::unique_ptr<StorageDriver>> open_directory_driver(TreeDriverOptions options);

// True if two files in `directory` can share blocks. Errors: those of writing there.
Result<bool> has_reflinks(const std::filesystem::path& directory);

}  // namespace slip
