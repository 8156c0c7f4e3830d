// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

#include "storage/pool/btrfs_file.h"
#include "storage/pool/pool.h"
#include "tests/support/expect_result.h"
#include "tests/support/loop_mount.h"

namespace slip::test {

// A data directory on a small host file system of its own, with a pool in a sparse file.
class StoredPool : public ::testing::Test {
 protected:
  explicit StoredPool(std::int64_t host_bytes = std::int64_t{1} << 30)
      : host_(LoopMount::ext4(host_bytes)) {}
  ~StoredPool() override { EXPECT_OK(close_pool(settings())); }

  std::filesystem::path data() const { return host_.path() / "data"; }
  std::filesystem::path file() const { return data() / "pool.btrfs"; }
  BtrfsFile btrfs() const { return {.file = file(), .mount_point = data() / "pool"}; }
  PoolSettings settings() const { return default_pool(data()); }
  PoolOptions options() const { return {.settings = settings(), .owner = *find_user("nobody")}; }

  const LoopMount host_;
};

}  // namespace slip::test
