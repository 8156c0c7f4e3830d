// SPDX-License-Identifier: Apache-2.0
#include "storage/btrfs/btrfs_driver.h"

#include <btrfsutil.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdint>
#include <future>

#include "base/fd.h"
#include "storage/btrfs/simple_quotas.h"

namespace slip {

namespace fs = std::filesystem;

namespace {

// The inode number of every subvolume's root directory (BTRFS_FIRST_FREE_OBJECTID).
constexpr ino_t kSubvolumeInode = 256;

// Within which a commit starts, unless another one is going on.
constexpr std::chrono::milliseconds kCommitStarts(100);

// libbtrfsutil leaves the kernel's reason in errno.
Result<> checked(btrfs_util_error failed, const std::string& what) {
  if (failed == BTRFS_UTIL_OK) return {};
  Error error = error_from_errno(errno, what);
  error.detail = btrfs_util_strerror(failed);
  return error;
}

class SubvolumeMethod : public TreeMethod {
 public:
  std::string name() const override { return "btrfs"; }
  std::string version() const override {
    struct utsname kernel {};
    return ::uname(&kernel) == 0 ? "Linux " + std::string(kernel.release) : "Linux";
  }
  StorageCapabilities capabilities() const override {
    return {.cheap_clone = true,
            .atomic_snapshot = true,
            .cheap_share = true,
            .quotas = simple_quotas::are_possible()};
  }
  bool atomic() const override { return true; }

  Result<> make(const fs::path& tree) override {
    return checked(btrfs_util_create_subvolume(tree.c_str(), 0, nullptr, nullptr),
                   "make subvolume " + tree.string());
  }

  Result<> copy(const fs::path& from, const fs::path& to, TreeAccess access) override {
    const int flags = access == TreeAccess::read_only ? BTRFS_UTIL_CREATE_SNAPSHOT_READ_ONLY : 0;
    return checked(btrfs_util_create_snapshot(from.c_str(), to.c_str(), flags, nullptr, nullptr),
                   "make snapshot " + to.string());
  }

  Result<> remove(const fs::path& tree) override {
    if (!TRY(is_tree(tree))) return remove_tree(tree);
    const int flags = ::geteuid() == 0 ? BTRFS_UTIL_DELETE_SUBVOLUME_RECURSIVE : 0;
    const btrfs_util_error failed = btrfs_util_delete_subvolume(tree.c_str(), flags);
    if (failed == BTRFS_UTIL_OK || errno == ENOENT) return {};
    if (errno != EPERM && errno != EACCES && errno != ENOTEMPTY) {
      return checked(failed, "remove subvolume " + tree.string());
    }
    // Its owner may always empty it, and the kernel then lets it go as a directory.
    TRY(checked(btrfs_util_set_subvolume_read_only(tree.c_str(), false),
                "make writable " + tree.string()));
    return remove_tree(tree);
  }

  // One commit of the file system, without writing out the data of everybody else as `sync` would.
  // The kernel's thread that is asked for it also wakes the cleaner, who else frees removed
  // subvolumes half a minute later. Where that thread is just about to sleep it does not hear, and
  // BTRFS_IOC_START_SYNC hangs until it wakes up by itself, half a minute later: then we `sync`.
  Result<> make_durable(const fs::path& directory) override {
    const UniqueFd fd(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!fd) return error_from_errno(errno, "open " + directory.string());
    std::uint64_t transaction = 0;
    auto asked = std::async(std::launch::async, [&] {
      return checked(btrfs_util_start_sync_fd(fd.get(), &transaction),
                     "write to disk " + directory.string());
    });
    if (asked.wait_for(kCommitStarts) != std::future_status::ready) ::syncfs(fd.get());
    TRY(asked.get());
    return checked(btrfs_util_wait_sync_fd(fd.get(), transaction),
                   "write to disk " + directory.string());
  }

  Result<> charge(const fs::path& tree, std::uint32_t owner) override {
    if (!TRY(simple_quotas::are_enabled(tree))) return {};
    return simple_quotas::put_into_group(tree, owner);
  }
  Result<> limit(const fs::path& root, std::uint32_t owner,
                 std::optional<std::int64_t> bytes) override {
    if (!simple_quotas::are_possible()) return TreeMethod::limit(root, owner, bytes);
    if (!bytes && !TRY(simple_quotas::are_enabled(root))) return {};
    TRY(simple_quotas::enable(root));
    return simple_quotas::limit_group(root, owner, bytes);
  }
  Result<std::optional<std::int64_t>> charged(const fs::path& root, std::uint32_t owner) override {
    if (!TRY(simple_quotas::are_enabled(root))) return std::optional<std::int64_t>();
    return std::optional(TRY(simple_quotas::used_by_group(root, owner)));
  }

  Result<bool> is_tree(const fs::path& path) const override {
    struct stat about {};
    if (::lstat(path.c_str(), &about) == 0) {
      return S_ISDIR(about.st_mode) && about.st_ino == kSubvolumeInode;
    }
    if (errno == ENOENT) return false;
    return error_from_errno(errno, "look at " + path.string());
  }
};

}  // namespace

Result<bool> is_on_btrfs(const fs::path& path) {
  struct statfs about {};
  if (::statfs(path.c_str(), &about) != 0) {
    return error_from_errno(errno, "look at " + path.string());
  }
  return about.f_type == BTRFS_SUPER_MAGIC;
}

Result<std::unique_ptr<StorageDriver>> open_btrfs_driver(TreeDriverOptions options) {
  TRY(make_directories(options.root, 0711));
  if (!TRY(is_on_btrfs(options.root))) {
    return Error{.code = ErrorCode::unsupported,
                 .message = options.root.string() + " is not on btrfs"};
  }
  return TRY(TreeDriver::open(std::move(options), std::make_unique<SubvolumeMethod>()));
}

}  // namespace slip
