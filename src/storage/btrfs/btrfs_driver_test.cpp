#include "storage/btrfs/btrfs_driver.h"

#include <btrfsutil.h>
#include <fcntl.h>
#include <unistd.h>

#include <cstdlib>

#include "tests/contract/storage_on_disk_contract.h"
#include "tests/support/loop_mount.h"

namespace slip::testing {
namespace {

namespace fs = std::filesystem;

class BtrfsWorld : public TreeWorld {
 public:
  explicit BtrfsWorld(std::int64_t size) : mount_(LoopMount::btrfs(size)) { BtrfsWorld::reopen(); }
  void reopen() override {
    driver_.reset();
    auto opened = open_btrfs_driver({.root = root(), .owner = *find_user("nobody")});
    EXPECT_OK(opened);
    if (!opened) std::abort();
    driver_ = *std::move(opened);
  }
  fs::path root() const override { return mount_.path() / "pool"; }

 private:
  LoopMount mount_;
};

std::unique_ptr<StorageWorld> make_world(std::int64_t size) {
  return std::make_unique<BtrfsWorld>(size);
}

INSTANTIATE_TEST_SUITE_P(Btrfs, StorageDriverContract, ::testing::Values(&make_world));
INSTANTIATE_TEST_SUITE_P(Btrfs, StorageOnDiskContract, ::testing::Values(&make_world));

class BtrfsDriver : public ::testing::Test {
 protected:
  StorageDriver& driver() { return world_.driver(); }

  BtrfsWorld world_{std::int64_t{1} << 30};
  const VolumeId volume_{"vol_a"};
  const SnapshotId snapshot_{"snp_a"};
};

TEST_F(BtrfsDriver, RefusesAnotherFileSystem) {
  const LoopMount ext4 = LoopMount::ext4(32 << 20);
  EXPECT_ERROR(open_btrfs_driver({.root = ext4.path() / "pool", .owner = {0, 0}}), unsupported);
}

TEST_F(BtrfsDriver, ASnapshotCannotBeWrittenTo) {
  ASSERT_OK(driver().create_volume(volume_, {}));
  ASSERT_OK(driver().snapshot(volume_, snapshot_, {}));
  const fs::path file = driver().open(snapshot_).value() / "file";
  EXPECT_EQ(::open(file.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600), -1);
  EXPECT_EQ(errno, EROFS);
}

TEST_F(BtrfsDriver, DestroysSubvolumesThatInstancesMadeInsideAVolume) {
  ASSERT_OK(driver().create_volume(volume_, {}));
  const fs::path tree = driver().attach(volume_).value();
  ASSERT_EQ(btrfs_util_create_subvolume((tree / "nested").c_str(), 0, nullptr, nullptr),
            BTRFS_UTIL_OK);
  ASSERT_OK(world_.write(volume_, "nested/file", "content"));

  ASSERT_OK(driver().destroy(volume_));

  EXPECT_ERROR(driver().attach(volume_), not_found);
  EXPECT_TRUE(fs::is_empty(world_.root() / "incomplete"));
}

TEST_F(BtrfsDriver, AnEntryThatACrashLeftWithoutItsTreeIsRemovedAtTheNextStart) {
  ASSERT_OK(make_directories(world_.root() / "snapshots" / "snp_left"));
  ASSERT_OK(write_file_durably(world_.root() / "snapshots" / "snp_left" / "description.json",
                               R"({"id":"snp_left","about":{}})"));
  EXPECT_THAT(driver().list()->snapshots, ::testing::IsEmpty());
  EXPECT_THAT(driver().list()->unknown, ::testing::IsEmpty());

  world_.reopen();

  EXPECT_FALSE(fs::exists(world_.root() / "snapshots" / "snp_left"));
}

// A writer appends a numbered record to a log, syncs it as a database does, and only then to a
// table. No snapshot may have a record in the table that is not in the log.
TEST_F(BtrfsDriver, NoSnapshotShowsAnEffectWithoutItsCause) {
  ASSERT_OK(driver().create_volume(volume_, {}));
  const fs::path tree = driver().attach(volume_).value();
  const UniqueFd log(::open((tree / "log").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
  const UniqueFd table(::open((tree / "table").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
  std::atomic<bool> stop = false;
  std::atomic<std::int64_t> written = 0;
  std::thread writer([&] {
    const std::string record(512, 'r');
    while (!stop) {
      if (::write(log.get(), record.data(), record.size()) < 0 || ::fdatasync(log.get()) != 0 ||
          ::write(table.get(), record.data(), record.size()) < 0) {
        return;
      }
      written += static_cast<std::int64_t>(record.size());
    }
  });

  std::int64_t acknowledged_before = 0;
  for (int i = 0; i < 40; ++i) {
    const SnapshotId snapshot("snp_" + std::to_string(i));
    // Every snapshot has something new to catch.
    while (written == acknowledged_before) std::this_thread::yield();
    acknowledged_before = written;
    const auto taken = driver().snapshot(volume_, snapshot, {});
    const auto log_text = world_.read(snapshot, "log");
    const auto table_text = world_.read(snapshot, "table");
    EXPECT_OK(taken);
    EXPECT_GE(log_text->size(), table_text->size()) << "snapshot " << i;
    EXPECT_GE(static_cast<std::int64_t>(table_text->size()), acknowledged_before);
    EXPECT_EQ(log_text->find_first_not_of('r'), std::string::npos) << "a hole in snapshot " << i;
  }
  stop = true;
  writer.join();
  EXPECT_GT(written, 0);
}

}  // namespace
}  // namespace slip::testing
