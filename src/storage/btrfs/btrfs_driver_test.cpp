// SPDX-License-Identifier: Apache-2.0
#include "storage/btrfs/btrfs_driver.h"

#include <btrfsutil.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>

#include "tests/contract/storage_on_disk_contract.h"
#include "tests/support/loop_mount.h"

namespace slip::test {
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
  void cut_power() override {
    driver_.reset();
    mount_.cut_power();
    BtrfsWorld::reopen();
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
  const fs::path file = driver().open(snapshot_).value().path() / "file";
  EXPECT_EQ(::open(file.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600), -1);
  EXPECT_EQ(errno, EROFS);
}

TEST_F(BtrfsDriver, DestroysSubvolumesThatInstancesMadeInsideAVolume) {
  ASSERT_OK(driver().create_volume(volume_, {}));
  const fs::path tree = driver().attach(volume_).value().path();
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

// Somebody has moved the tree aside, or something has gone wrong: no reason to delete any of it.
TEST_F(BtrfsDriver, AnEntryWithoutItsTreeThatHoldsAnythingElseIsLeftAloneAndNamed) {
  ASSERT_OK(driver().create_volume(volume_, {}));
  const fs::path entry = world_.root() / "volumes" / volume_.str();
  ASSERT_OK(write_file_durably(entry / "tree" / "data", "all there is"));
  fs::rename(entry / "tree", entry / "tree.repair");

  world_.reopen();

  EXPECT_EQ(read_file(entry / "tree.repair" / "data").value(), "all there is");
  EXPECT_TRUE(fs::exists(entry / "description.json"));
  EXPECT_THAT(driver().list()->unknown,
              ::testing::ElementsAre(fs::path("volumes") / volume_.str()));

  fs::rename(entry / "tree.repair", entry / "tree");
  world_.reopen();
  EXPECT_OK(driver().attach(volume_));
}

// A writer appends a numbered record to a log, syncs it as a database does, and only then to a
// table. No snapshot may have a record in the table that is not in the log.
TEST_F(BtrfsDriver, NoSnapshotShowsAnEffectWithoutItsCause) {
  ASSERT_OK(driver().create_volume(volume_, {}));
  const fs::path tree = driver().attach(volume_).value().path();
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

// A program that writes a log and then a table, and syncs neither. Ends with this object.
class CarelessWriter {
 public:
  explicit CarelessWriter(const fs::path& tree) : pid_(::fork()) {
    if (pid_ != 0) return;
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    const int log = ::open((tree / "log").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    const int table = ::open((tree / "table").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    const std::string record(512, 'r');
    while (::write(log, record.data(), record.size()) > 0 &&
           ::write(table, record.data(), record.size()) > 0) {
    }
    ::_exit(1);
  }
  ~CarelessWriter() {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  void freeze() const {
    ::kill(pid_, SIGSTOP);
    int status = 0;
    ASSERT_EQ(::waitpid(pid_, &status, WUNTRACED), pid_);
    ASSERT_TRUE(WIFSTOPPED(status));
  }
  void thaw() const { ::kill(pid_, SIGCONT); }

 private:
  const pid_t pid_;
};

// What was never synced is caught in its order too if the writer is frozen meanwhile; without that
// about one snapshot in twenty shows a later write without an earlier one.
TEST_F(BtrfsDriver, ASnapshotOfAFrozenWriterKeepsTheOrderOfWhatWasNeverSynced) {
  ASSERT_OK(driver().create_volume(volume_, {}));
  const fs::path tree = driver().attach(volume_).value().path();
  const CarelessWriter writer(tree);
  std::uintmax_t seen = 0;
  for (int i = 0; i < 20; ++i) {
    std::error_code not_yet;
    std::uintmax_t size = 0;
    while (size = fs::file_size(tree / "table", not_yet), not_yet || size <= seen) {
      std::this_thread::yield();
    }
    writer.freeze();
    seen = fs::file_size(tree / "table");
    const SnapshotId snapshot("snp_" + std::to_string(i));
    const auto taken = driver().snapshot(volume_, snapshot, {});
    writer.thaw();
    ASSERT_OK(taken);
    const fs::path kept = driver().open(snapshot).value().path();
    EXPECT_EQ(fs::file_size(kept / "table"), seen);
    EXPECT_GE(fs::file_size(kept / "log"), seen);
  }
}

class BtrfsQuotas : public BtrfsDriver {
 protected:
  static constexpr std::int64_t mebibyte = 1 << 20;
  static constexpr std::uint32_t owner = 7;

  void SetUp() override {
    if (!driver().info().capabilities.quotas) {
      GTEST_SKIP() << "simple quotas need root, and Linux from 6.7 on";
    }
  }
  // How many MiB could be written to the file.
  int fill(const VolumeId& volume, const std::string& name, int most) {
    const auto file = driver().attach(volume).value().path() / name;
    const UniqueFd fd(::open(file.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
    if (!fd) return 0;
    std::vector<char> block(mebibyte, 'x');
    for (int written = 0; written < most; ++written) {
      const auto got = ::write(fd.get(), block.data(), block.size());
      if (got == mebibyte) continue;
      EXPECT_TRUE(got >= 0 || errno == EDQUOT) << errno;
      return written;
    }
    return most;
  }
  std::int64_t used() { return driver().charged(owner).value().value_or(-1); }
  // The kernel frees in the background.
  bool falls_below(std::int64_t bytes) {
    for (int tries = 0; tries < 1200; ++tries) {
      if (used() < bytes) return true;
      EXPECT_OK(driver().create_volume(VolumeId("vol_tick" + std::to_string(tries)), {}));
      ::usleep(50'000);
    }
    return false;
  }
};

TEST_F(BtrfsQuotas, BoundWhatAnOwnerWritesAndNobodyElse) {
  const VolumeId neighbour("vol_b");
  ASSERT_OK(driver().create_volume(volume_, {}));
  ASSERT_OK(driver().create_volume(neighbour, {}));
  EXPECT_FALSE(driver().charged(owner).value()) << "nothing is counted before the first limit";
  EXPECT_OK(driver().charge(volume_, owner));

  ASSERT_OK(driver().limit(owner, 32 * mebibyte));
  ASSERT_OK(driver().charge(volume_, owner));
  ASSERT_OK(driver().charge(volume_, owner)) << "again";
  const int written = fill(volume_, "large", 100);

  EXPECT_GT(written, 24);
  EXPECT_LE(written, 32);
  EXPECT_EQ(fill(neighbour, "large", 50), 50);
  EXPECT_LE(used(), 32 * mebibyte);
  world_.reopen();
  EXPECT_EQ(fill(volume_, "more", 2), 0) << "also after a restart";
  ASSERT_OK(driver().limit(owner, 64 * mebibyte));
  EXPECT_GT(fill(volume_, "more", 20), 16);
  ASSERT_OK(driver().limit(owner, std::nullopt));
  EXPECT_EQ(fill(volume_, "all", 100), 100);
}

// What going back needs of a container that has used up its quota.
TEST_F(BtrfsQuotas, NeverRefuseASnapshotOrACloneAndCountWhatIsSharedOnce) {
  const VolumeId next("vol_next");
  ASSERT_OK(driver().limit(owner, 32 * mebibyte));
  ASSERT_OK(driver().create_volume(volume_, {}));
  ASSERT_OK(driver().charge(volume_, owner));
  fill(volume_, "large", 100);

  ASSERT_OK(driver().snapshot(volume_, snapshot_, {}));
  ASSERT_OK(driver().clone(snapshot_, next, {}));
  ASSERT_OK(driver().charge(next, owner));

  EXPECT_LE(used(), 33 * mebibyte);
  EXPECT_EQ(fill(next, "more", 5), 0);
  // Held by the snapshot and the clone, it is still the owner's.
  ASSERT_OK(driver().destroy(volume_));
  EXPECT_GT(used(), 24 * mebibyte);
  ASSERT_OK(driver().destroy(next));
  ASSERT_OK(driver().destroy(snapshot_));
  EXPECT_TRUE(falls_below(mebibyte)) << used();
}

// What a tenant makes inside of his volume is his, too.
TEST_F(BtrfsQuotas, CountSubvolumesThatInstancesMakeInsideAVolume) {
  ASSERT_OK(driver().limit(owner, 32 * mebibyte));
  ASSERT_OK(driver().create_volume(volume_, {}));
  ASSERT_OK(driver().charge(volume_, owner));
  const fs::path tree = driver().attach(volume_).value().path();
  ASSERT_EQ(btrfs_util_create_subvolume((tree / "nested").c_str(), 0, nullptr, nullptr),
            BTRFS_UTIL_OK);

  EXPECT_LE(fill(volume_, "nested/large", 100), 32);
}

}  // namespace
}  // namespace slip::test
