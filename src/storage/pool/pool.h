// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/describe.hpp>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "base/file.h"
#include "base/result.h"
#include "ports/storage_driver.h"
#include "storage/pool/pool_settings.h"

namespace slip {

// Whether there may be no pool yet. `expected`: somebody knows of data in it.
enum class PoolPresence { may_be_new, expected };

struct PoolOptions {
  // The place is a directory, or will be one. A pool in a file is in the file of the same name with
  // ".btrfs" after it, mounted there.
  PoolSettings settings;
  UserIds owner;  // of volumes: who runs instances
  PoolPresence presence = PoolPresence::may_be_new;
};

enum class PoolKind {
  btrfs,               // the data directory is on btrfs
  btrfs_file,          // btrfs in a sparse file, through a loop device
  directory_reflinks,  // copies that share their blocks
  directory_copies,    // full copies
};
BOOST_DESCRIBE_ENUM(PoolKind, btrfs, btrfs_file, directory_reflinks, directory_copies)

// What the pool is and why, in words for people.
struct PoolReport {
  PoolKind kind = PoolKind::directory_copies;
  std::string why = {};
  std::string warning = {};  // empty if all is well
  std::string path = {};
  std::string backing_file = {};  // empty if it lives in no file
};
BOOST_DESCRIBE_STRUCT(PoolReport, (), (kind, why, warning, path, backing_file))

struct Pool {
  std::unique_ptr<StorageDriver> driver;
  PoolReport report;
};

// Sets the pool up at the first start, the best way this machine allows, and finds it again at
// every later one: what was chosen first stays, since the data is in it. A pool that is mounted
// already is used as it is. It stays mounted when this process ends, because instances go on.
// Idempotent; a crash in the middle is made good by the next call. Errors: `precondition_failed`
// when the settings ask for another kind than the pool is; `invalid_argument`; `unavailable` when a
// pool exists and cannot be brought back, or one is expected and none is there (a link that leads
// nowhere counts as one: its disk is not mounted); `unsupported` when the asked kind is impossible
// here; `no_space`.
Result<Pool> open_pool(const PoolOptions& options);

// Enlarges a pool that lives in a file to `size` bytes, while it is in use. Succeeds if it is that
// large already. Errors: `unsupported` (not in a file), `invalid_argument` (not enough free space
// behind it), `unavailable`.
Result<> grow_pool(const PoolSettings& pool, std::int64_t size);

// Reserves on the host's file system all that a pool in a file may grow to, so that nobody else's
// files can take it away. Succeeds if it is. Errors: `unsupported` (not in a file, or the host's
// file system cannot), `no_space`.
Result<> reserve_pool(const PoolSettings& pool);

// Unmounts the pool and detaches its loop device; keeps the data. Succeeds if there is nothing to
// do. Errors: `busy` while something uses it.
Result<> close_pool(const PoolSettings& pool);

}  // namespace slip
