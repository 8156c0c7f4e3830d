#include "storage/directory/directory_driver.h"

#include <cstdlib>

#include "tests/contract/storage_on_disk_contract.h"
#include "tests/support/loop_mount.h"

namespace slip::testing {
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

}  // namespace
}  // namespace slip::testing
