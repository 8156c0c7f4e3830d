// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/fd.h"
#include "base/file.h"
#include "catalog/sqlite/sqlite_catalog.h"
#include "tests/contract/catalog_records.h"

namespace slip::test {
namespace {

// A process that does `work` and exits with what it returns; killed at the latest with this object.
class Child {
 public:
  template <class Work>
  explicit Child(Work work) : pid_(::fork()) {
    if (pid_ == 0) ::_exit(work());
  }
  ~Child() { kill(); }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  void kill() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    wait();
  }

  // The exit code, or -1 when it was killed.
  int wait() {
    int status = 0;
    while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
    pid_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

 private:
  pid_t pid_;
};

Result<> write_numbered(Catalog& catalog, int number) {
  return catalog.write([&](CatalogUnit& unit) -> Result<> {
    TRY(unit.users().put(full_user(std::to_string(number))));
    TRY(unit.operations().put(full_operation(std::to_string(number))));
    return unit.events().append(bare_event("operation"));
  });
}

// The number of writes in the catalog; each must be there whole.
int whole_writes(Catalog& catalog) {
  const auto count = catalog.read([](CatalogUnit& unit) -> Result<int> {
    const auto users = TRY(unit.users().all());
    for (std::size_t number = 1; number <= users.size(); ++number) {
      const OperationId id("op_" + std::to_string(number));
      EXPECT_TRUE(TRY(unit.operations().find(id)).has_value()) << number;
    }
    EXPECT_EQ(TRY(unit.events().last()), static_cast<std::int64_t>(users.size()));
    return static_cast<int>(users.size());
  });
  EXPECT_OK(count);
  return count ? *count : -1;
}

// Writes until it is killed, telling each number after its commit.
int write_and_tell(const std::filesystem::path& path, int first, int pipe) {
  auto catalog = SqliteCatalog::open(path);
  if (!catalog) return 1;
  for (int number = first;; ++number) {
    if (!write_numbered(**catalog, number)) return 2;
    if (::write(pipe, &number, sizeof number) != sizeof number) return 3;
  }
}

TEST(SqliteDurability, KeepsEveryCommitWhenKilledInTheMiddleOfWrites) {
  const TemporaryDirectory directory;
  const std::filesystem::path path = directory.path() / "catalog.db";
  int there = 0;
  for (int round = 0; round < 8; ++round) {
    int ends[2] = {};
    ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
    const UniqueFd told(ends[0]);
    UniqueFd telling(ends[1]);
    Child writer([&] { return write_and_tell(path, there + 1, telling.get()); });
    telling.reset();
    const int enough = there + 5 + 7 * round;
    int last = 0;
    int number = 0;
    while (last < enough && ::read(told.get(), &number, sizeof number) == sizeof number) {
      last = number;
    }
    writer.kill();
    while (::read(told.get(), &number, sizeof number) == sizeof number) last = number;
    ASSERT_GE(last, enough);

    auto catalog = SqliteCatalog::open(path);
    ASSERT_OK(catalog);
    there = whole_writes(**catalog);
    EXPECT_GE(there, last);
    EXPECT_LE(there, last + 1);
  }
}

// Gives this process alone a file system of 1 MiB at `at`, which is gone with the process.
bool mount_small_file_system(const std::filesystem::path& at) {
  const int spaces = ::geteuid() == 0 ? CLONE_NEWNS : CLONE_NEWNS | CLONE_NEWUSER;
  return ::unshare(spaces) == 0 &&
         ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
         ::mount("tmpfs", at.c_str(), "tmpfs", 0, "size=1m,mode=0700") == 0;
}

constexpr int cannot_mount = 77;

int fill_up_and_recover(const std::filesystem::path& directory) {
  if (!mount_small_file_system(directory)) return cannot_mount;
  const std::filesystem::path spare = directory / "spare";
  if (!write_file_durably(spare, std::string(256 << 10, 'x'))) return 1;
  auto catalog = SqliteCatalog::open(directory / "catalog.db");
  if (!catalog) return 2;
  int written = 0;
  Result<> last;
  while (written < 10'000 && (last = write_numbered(**catalog, written + 1))) ++written;
  if (last || last.error().code != ErrorCode::no_space) return 3;
  if (write_numbered(**catalog, written + 1)) return 4;
  if (whole_writes(**catalog) != written) return 5;
  std::filesystem::remove(spare);
  if (!write_numbered(**catalog, written + 1)) return 6;
  catalog->reset();
  catalog = SqliteCatalog::open(directory / "catalog.db");
  if (!catalog) return 7;
  if (whole_writes(**catalog) != written + 1) return 8;
  return ::testing::Test::HasFailure() ? 9 : 0;
}

TEST(SqliteDurability, SaysThatTheDiskIsFullAndGoesOnWhenThereIsRoom) {
  const TemporaryDirectory directory;
  Child child([&] { return fill_up_and_recover(directory.path()); });
  const int outcome = child.wait();
  if (outcome == cannot_mount) GTEST_SKIP() << "this machine does not let us mount a tmpfs";
  EXPECT_EQ(outcome, 0);
}

}  // namespace
}  // namespace slip::test
