// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/stat.h>

#include <cstdint>
#include <filesystem>

#include "base/result.h"

namespace slip {

// A btrfs file system in a sparse file, mounted through a loop device. Needs root.
struct BtrfsFile {
  std::filesystem::path file;
  std::filesystem::path mount_point;
};

// When a file on the host's disk gets its blocks: those of all its size, or of what is written.
enum class Blocks { as_needed, at_once };

// Makes the file with an empty file system in it; it appears when it is complete. Succeeds and
// changes nothing if there is one. Errors: `no_space`, `not_found` (no mkfs.btrfs), `failed`.
Result<> make_btrfs_file(const std::filesystem::path& file, std::int64_t size,
                         Blocks blocks = Blocks::as_needed);

// Whether a file has all its blocks already.
bool is_reserved(const struct stat& file);

// Gives the file all its blocks, mounted or not; from that time freed space stays its own. Errors:
// `no_space`, `unsupported` (the host's file system cannot).
Result<> reserve_btrfs_file(const BtrfsFile& btrfs);

// Mounts it, with discards handed on so that freed space goes back to the host, where the file does
// not have all its blocks. Succeeds if it is mounted there. Errors: `permission_denied`,
// `unavailable`.
Result<> mount_btrfs_file(const BtrfsFile& btrfs);

// True if `btrfs.mount_point` is a mount of that file.
Result<bool> is_mounted(const BtrfsFile& btrfs);

// Unmounts it; its loop device goes with it. Succeeds if it is not mounted. Errors: `busy`.
Result<> unmount_btrfs_file(const BtrfsFile& btrfs);

// Enlarges the file and the mounted file system in it; never makes it smaller. A file that has all
// its blocks gets those of the new size, too. Errors: `no_space`, `unavailable` (not mounted).
Result<> grow_btrfs_file(const BtrfsFile& btrfs, std::int64_t size);

}  // namespace slip
