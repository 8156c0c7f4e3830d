// SPDX-License-Identifier: Apache-2.0
#include "storage/pool/pool.h"

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <thread>

#include "storage/pool/btrfs_file.h"
#include "storage/pool/loop_device.h"
#include "tests/support/expect_result.h"
#include "tests/support/loop_mount.h"

namespace slip::test {
namespace {

namespace fs = std::filesystem;

std::int64_t allocated(const fs::path& file) {
  struct stat about {};
  EXPECT_EQ(::stat(file.c_str(), &about), 0);
  return about.st_blocks * 512;
}

class OpenPool : public ::testing::Test {
 protected:
  ~OpenPool() override { EXPECT_OK(close_pool(settings())); }

  fs::path data() const { return host_.path() / "data with a blank"; }
  PoolSettings settings() const { return default_pool(data()); }
  PoolOptions options(const std::string& driver = kAutomaticDriver) const {
    PoolOptions options{.settings = settings(), .owner = *find_user("nobody")};
    options.settings.driver = driver;
    return options;
  }
  BtrfsFile btrfs() const {
    return {.file = data() / "pool.btrfs", .mount_point = data() / "pool"};
  }

  const LoopMount host_ = LoopMount::ext4(std::int64_t{1} << 30);
  const VolumeId volume_{"vol_a"};
};

TEST_F(OpenPool, MakesASparseBtrfsFileWhereTheFileSystemIsAnother) {
  const auto pool = open_pool(options());
  ASSERT_OK(pool);

  EXPECT_EQ(pool->report.kind, PoolKind::btrfs_file);
  EXPECT_EQ(pool->report.backing_file, btrfs().file);
  EXPECT_EQ(pool->report.warning, "");
  EXPECT_EQ(pool->driver->info().driver, "btrfs");
  EXPECT_GT(fs::file_size(btrfs().file), 600U << 20);
  EXPECT_LT(allocated(btrfs().file), 64 << 20);
  const std::string mounts = read_file("/proc/self/mounts").value();
  EXPECT_NE(mounts.find("discard=async"), std::string::npos);
  const auto device = find_loop_device(btrfs().file).value();
  ASSERT_TRUE(device);
  const fs::path direct = fs::path("/sys/block") / device->path.filename() / "loop/dio";
  EXPECT_EQ(read_file(direct).value(), "1\n");
}

TEST_F(OpenPool, FindsItsDataAgainAfterItWasClosed) {
  {
    const Pool pool = open_pool(options()).value();
    ASSERT_OK(pool.driver->create_volume(volume_, {}));
    std::ofstream(pool.driver->attach(volume_).value().path() / "file") << "content";
  }
  ASSERT_OK(close_pool(settings()));
  EXPECT_FALSE(is_mounted(btrfs()).value());
  EXPECT_FALSE(find_loop_device(btrfs().file).value());
  EXPECT_OK(close_pool(settings()));

  const Pool again = open_pool(options()).value();

  EXPECT_EQ(read_file(again.driver->attach(volume_).value().path() / "file").value(), "content");
}

TEST_F(OpenPool, UsesAMountedPoolAsItIsAfterARestart) {
  const Pool pool = open_pool(options()).value();
  ASSERT_OK(pool.driver->create_volume(volume_, {}));
  const UniqueFd used(::open(pool.driver->attach(volume_)->path().c_str(), O_RDONLY | O_CLOEXEC));
  const fs::path device = find_loop_device(btrfs().file).value()->path;

  const Pool again = open_pool(options("btrfs")).value();

  EXPECT_EQ(find_loop_device(btrfs().file).value()->path, device);
  EXPECT_EQ(again.driver->list()->volumes.size(), 1U);
  EXPECT_ERROR(close_pool(settings()), busy);
}

TEST_F(OpenPool, GivesFreedSpaceBackToTheHost) {
  const Pool pool = open_pool(options()).value();
  ASSERT_OK(pool.driver->create_volume(volume_, {}));
  const std::int64_t before = allocated(btrfs().file);
  ASSERT_OK(write_file_durably(pool.driver->attach(volume_).value().path() / "file",
                               std::string(128 << 20, 'x')));
  ASSERT_GT(allocated(btrfs().file), before + (120 << 20));

  ASSERT_OK(pool.driver->destroy(volume_));

  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(100);
  while (allocated(btrfs().file) > before + (32 << 20) &&
         std::chrono::steady_clock::now() < deadline) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  EXPECT_LT(allocated(btrfs().file), before + (32 << 20));
}

TEST_F(OpenPool, KeepsItsBlocksOnceTheyAreReserved) {
  PoolOptions small = options();
  small.settings.size = 300 << 20;
  const Pool pool = open_pool(small).value();
  ASSERT_TRUE(pool.driver->probe()->host.has_value());

  ASSERT_OK(reserve_pool(settings()));

  EXPECT_GE(allocated(btrfs().file), 300 << 20);
  // Nobody else can fill it any more.
  EXPECT_FALSE(pool.driver->probe()->host.has_value());
  ASSERT_OK(pool.driver->create_volume(volume_, {}));
  ASSERT_OK(write_file_durably(pool.driver->attach(volume_).value().path() / "file",
                               std::string(64 << 20, 'x')));
  ASSERT_OK(pool.driver->destroy(volume_));
  ASSERT_OK(close_pool(settings()));
  const Pool again = open_pool(small).value();
  EXPECT_GE(allocated(btrfs().file), 300 << 20);
  EXPECT_OK(reserve_pool(settings()));
}

TEST_F(OpenPool, GrowsWhileItIsInUse) {
  PoolOptions small = options();
  small.settings.size = 300 << 20;
  const Pool pool = open_pool(small).value();
  ASSERT_EQ(pool.driver->probe()->total, 300 << 20);

  ASSERT_OK(grow_pool(settings(), 500 << 20));
  EXPECT_EQ(pool.driver->probe()->total, 500 << 20);
  EXPECT_OK(grow_pool(settings(), 400 << 20));
  EXPECT_EQ(pool.driver->probe()->total, 500 << 20);
  EXPECT_ERROR(grow_pool(settings(), std::int64_t{1} << 40), invalid_argument);
}

TEST_F(OpenPool, HasNoMoreSpaceThanTheHostBehindIt) {
  const Pool pool = open_pool(options()).value();
  ASSERT_GT(pool.driver->probe()->free, 200 << 20);
  const fs::path filler = data() / "filler";
  const UniqueFd fd(::open(filler.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
  const auto free = static_cast<std::int64_t>(fs::space(data()).available);
  ASSERT_EQ(::posix_fallocate(fd.get(), 0, free - (16 << 20)), 0);

  EXPECT_LE(pool.driver->probe()->free, 16 << 20);
}

TEST_F(OpenPool, MakesGoodWhatACrashInTheMiddleOfMakingItLeft) {
  ASSERT_OK(make_directories(data()));
  std::ofstream(data() / "pool.btrfs.making") << "half a file system";
  ASSERT_OK(make_btrfs_file(btrfs().file, 300 << 20));

  const auto pool = open_pool(options());

  ASSERT_OK(pool);
  EXPECT_EQ(pool->report.kind, PoolKind::btrfs_file);
  EXPECT_FALSE(fs::exists(data() / "pool.btrfs.making"));
}

TEST_F(OpenPool, IsADirectoryWithAWarningWhenAskedForOneThatMustCopy) {
  const Pool pool = open_pool(options("directory")).value();
  EXPECT_EQ(pool.report.kind, PoolKind::directory_copies);
  EXPECT_NE(pool.report.warning, "");
  EXPECT_EQ(pool.driver->info().driver, "directory");

  EXPECT_EQ(open_pool(options())->report.kind, PoolKind::directory_copies);
  EXPECT_ERROR(open_pool(options("btrfs")), precondition_failed);
}

TEST_F(OpenPool, StaysWhatItWasMadeAs) {
  ASSERT_OK(open_pool(options()));
  EXPECT_ERROR(open_pool(options("directory")), precondition_failed);
}

TEST_F(OpenPool, ReservesTheSpaceOfANewPoolAtOnceWhereItIsToldTo) {
  PoolOptions reserved = options();
  reserved.settings.size = 300 << 20;
  reserved.settings.options = {{kReserveOption, "yes"}};
  ASSERT_OK(open_pool(reserved));
  EXPECT_GE(allocated(btrfs().file), 300 << 20);
  EXPECT_FALSE(open_pool(reserved)->driver->probe()->host) << "nobody can take it away";
}

TEST_F(OpenPool, KeepsItsSpaceReservedWhenItGrows) {
  PoolOptions reserved = options();
  reserved.settings.size = 300 << 20;
  reserved.settings.options = {{kReserveOption, "yes"}};
  ASSERT_OK(open_pool(reserved));

  ASSERT_OK(grow_pool(settings(), 400 << 20));

  EXPECT_GE(allocated(btrfs().file), 400 << 20);
  EXPECT_FALSE(open_pool(reserved)->driver->probe()->host) << "nobody can take it away";
}

TEST_F(OpenPool, RefusesToReserveWhatIsInNoFile) {
  PoolOptions reserved = options("directory");
  reserved.settings.options = {{kReserveOption, "yes"}};
  EXPECT_ERROR(open_pool(reserved), unsupported);
  EXPECT_FALSE(fs::exists(settings().place));
}

// Neither a pool that can run out of space, nor one of another kind.
TEST_F(OpenPool, IsNotMadeAtAllWhereItsSpaceCannotBeReserved) {
  PoolOptions reserved = options();
  reserved.settings.size = std::int64_t{2} << 30;
  reserved.settings.options = {{kReserveOption, "yes"}};
  EXPECT_ERROR(open_pool(reserved), no_space);
  EXPECT_FALSE(fs::exists(btrfs().file));
}

TEST_F(OpenPool, RefusesASizeThatIsNoPool) {
  PoolOptions tiny = options();
  tiny.settings.size = 1 << 20;
  EXPECT_ERROR(open_pool(tiny), invalid_argument);
  EXPECT_FALSE(fs::exists(btrfs().file));
}

TEST_F(OpenPool, FallsBackToADirectoryWithoutRoot) {
  ASSERT_OK(make_directories(data()));
  const UserIds nobody = *find_user("nobody");
  ASSERT_OK(change_owner(data(), nobody));
  ::chmod(host_.path().parent_path().c_str(), 0755);
  const pid_t child = ::fork();
  if (child == 0) {
    if (::setgid(nobody.gid) != 0 || ::setuid(nobody.uid) != 0) ::_exit(2);
    const auto pool = open_pool(options());
    const bool good = pool && pool->report.kind == PoolKind::directory_copies &&
                      pool->report.why.find("root") != std::string::npos &&
                      pool->driver->create_volume(volume_, {});
    ::_exit(good ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

TEST(OpenPoolElsewhere, SharesBlocksInADirectoryOnXfs) {
  const LoopMount host = LoopMount::xfs(512 << 20);
  PoolOptions options{.settings = default_pool(host.path() / "data"),
                      .owner = *find_user("nobody")};
  options.settings.driver = "directory";
  const Pool pool = open_pool(options).value();
  EXPECT_EQ(pool.report.kind, PoolKind::directory_reflinks);
  EXPECT_EQ(pool.report.warning, "");
}

TEST(OpenPoolElsewhere, UsesTheBtrfsThatTheDataDirectoryIsOn) {
  const LoopMount host = LoopMount::btrfs(512 << 20);
  const PoolOptions options{.settings = default_pool(host.path() / "data"),
                            .owner = *find_user("nobody")};
  const Pool pool = open_pool(options).value();
  EXPECT_EQ(pool.report.kind, PoolKind::btrfs);
  EXPECT_EQ(pool.report.backing_file, "");
  EXPECT_EQ(open_pool(options)->report.kind, PoolKind::btrfs);
  EXPECT_ERROR(grow_pool(options.settings, std::int64_t{1} << 30), unsupported);
  PoolOptions reserved{.settings = default_pool(host.path() / "other"),
                       .owner = *find_user("nobody")};
  reserved.settings.options = {{kReserveOption, "yes"}};
  EXPECT_ERROR(open_pool(reserved), unsupported);
  EXPECT_OK(close_pool(options.settings));
}

}  // namespace
}  // namespace slip::test
