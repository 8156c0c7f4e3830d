// SPDX-License-Identifier: Apache-2.0
#include "storage/directory/directory_driver.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>

#include "base/file.h"
#include "storage/tree/extent_usage.h"
#include "tests/contract/storage_on_disk_contract.h"
#include "tests/support/loop_mount.h"

namespace slip::test {
namespace {

class DirectoryWorld : public TreeWorld {
 public:
  DirectoryWorld(std::vector<std::string> make, std::int64_t size) : mount_(std::move(make), size) {
    DirectoryWorld::reopen();
  }
  void reopen() override {
    driver_.reset();
    auto opened = open_directory_driver({.root = root(), .owner = *find_user("nobody")});
    EXPECT_OK(opened);
    if (!opened) std::abort();
    driver_ = *std::move(opened);
  }
  void cut_power() override {
    driver_.reset();
    mount_.cut_power();
    DirectoryWorld::reopen();
  }
  std::filesystem::path root() const override { return mount_.path() / "pool"; }

 private:
  LoopMount mount_;
};

std::unique_ptr<StorageWorld> copying(std::int64_t size) {
  return std::make_unique<DirectoryWorld>(std::vector<std::string>{"mkfs.ext4", "-q"}, size);
}

std::unique_ptr<StorageWorld> sharing(std::int64_t size) {
  // XFS is never smaller than this.
  return std::make_unique<DirectoryWorld>(
      std::vector<std::string>{"mkfs.xfs", "-q", "-m", "reflink=1"},
      std::max<std::int64_t>(size, 300 << 20));
}

std::string name_of(const ::testing::TestParamInfo<MakeStorageWorld>& info) {
  return info.param == &copying ? "Ext4Copies" : "XfsReflinks";
}

INSTANTIATE_TEST_SUITE_P(Directory, StorageDriverContract, ::testing::Values(&copying, &sharing),
                         name_of);
INSTANTIATE_TEST_SUITE_P(Directory, StorageOnDiskContract, ::testing::Values(&copying, &sharing),
                         name_of);

TEST(DirectoryDriver, FindsOutWhetherTheFileSystemSharesBlocks) {
  EXPECT_FALSE(copying(64 << 20)->driver().info().capabilities.cheap_clone);
  EXPECT_TRUE(sharing(300 << 20)->driver().info().capabilities.cheap_clone);
  EXPECT_FALSE(sharing(300 << 20)->driver().info().capabilities.atomic_snapshot);
}

TEST(DirectoryDriver, NeverHasMoreSpaceThanTheFileSystemBehindIt) {
  const LoopMount host = LoopMount::ext4(32 << 20);
  const LoopMount pool = LoopMount::ext4(256 << 20);
  auto driver = open_directory_driver(
      {.root = pool.path() / "pool", .owner = *find_user("nobody"), .backing_file = host.path()});
  ASSERT_OK(driver);
  EXPECT_LT((*driver)->probe()->free, 32 << 20);
}

// A tenant's tree may be deeper than a stack, a path or the number of open files allows.
TEST(ExtentUsage, MeasuresThirtyThousandFoldersInEachOther) {
  if (::access("/dev/shm", W_OK) == 0) ::setenv("TMPDIR", "/dev/shm", 1);
  const TemporaryDirectory here;
  ::unsetenv("TMPDIR");
  const auto top = here.path() / "tree";
  std::filesystem::create_directory(top);
  UniqueFd folder(::open(top.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  for (int depth = 0; depth < 30'000; ++depth) {
    ASSERT_EQ(::mkdirat(folder.get(), "d", 0700), 0);
    UniqueFd next(::openat(folder.get(), "d", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    ASSERT_TRUE(next);
    folder = std::move(next);
  }
  const std::string block(64 << 10, 'x');
  const UniqueFd file(::openat(folder.get(), "file", O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
  ASSERT_EQ(::write(file.get(), block.data(), block.size()), static_cast<ssize_t>(block.size()));

  const auto usage = extent_usage(top);

  ASSERT_OK(usage);
  EXPECT_EQ(usage->logical, 64 << 10);
}

}  // namespace
}  // namespace slip::test
