// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "base/result.h"
#include "storage/tree/tree_driver.h"

namespace slip {

// Opens a pool on btrfs: every volume is a subvolume, every snapshot a read-only one.
//
// A snapshot is one instant of the volume as a power cut would leave it: everything written before
// the call is in it, and what one writer synced before it wrote on is never missing beside what it
// wrote on. It is made by one commit of the file system, is durable when that returns, and takes
// as long as such a commit takes whatever the volume's size. Destroying returns at once and the
// kernel frees the space in the background. Simple quotas are on from the first `limit`.
// Without root, removing falls back to emptying the tree file by file.
// Errors: `unsupported` when `root` is not on btrfs.
Result<std::unique_ptr<StorageDriver>> open_btrfs_driver(TreeDriverOptions options);

// Errors: `not_found`.
Result<bool> is_on_btrfs(const std::filesystem::path& path);

}  // namespace slip
