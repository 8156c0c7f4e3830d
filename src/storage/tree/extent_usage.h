// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

#include "base/result.h"
#include "ports/storage_driver.h"

namespace slip {

// The space of all files of a tree, from the file system's extents (FIEMAP): unique is what lies in
// extents that nothing else refers to. Directories and other metadata are not counted, and data
// that the file system keeps inside metadata (small files on btrfs) is never unique. Data shared
// only between files of this same tree counts as shared. Where the file system cannot tell, all
// is unique. Files that vanish meanwhile are left out, and so is what its mode closes to us. A tree
// may be as deep and wide as it likes. Errors: `unavailable` (also where folders are moved about
// meanwhile).
Result<StorageUsage> extent_usage(const std::filesystem::path& tree);

}  // namespace slip
