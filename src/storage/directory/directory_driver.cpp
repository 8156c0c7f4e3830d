// SPDX-License-Identifier: Apache-2.0
#include "storage/directory/directory_driver.h"

#include <fcntl.h>
#include <linux/fs.h>
#include <linux/magic.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>

#include <cerrno>

namespace slip {

namespace fs = std::filesystem;

namespace {

std::string file_system_of(const fs::path& directory) {
  struct statfs about {};
  if (::statfs(directory.c_str(), &about) != 0) return "unknown file system";
  switch (static_cast<unsigned long>(about.f_type)) {
    case BTRFS_SUPER_MAGIC:
      return "btrfs";
    case XFS_SUPER_MAGIC:
      return "xfs";
    case EXT4_SUPER_MAGIC:
      return "ext4";
    case TMPFS_MAGIC:
      return "tmpfs";
    case OVERLAYFS_SUPER_MAGIC:
      return "overlayfs";
    default:
      return "file system of another kind";
  }
}

class CopyMethod : public TreeMethod {
 public:
  CopyMethod(std::string file_system, bool reflinks)
      : file_system_(std::move(file_system)), reflinks_(reflinks) {}

  std::string name() const override { return "directory"; }
  std::string version() const override {
    return file_system_ + (reflinks_ ? " with reflinks" : " without reflinks");
  }
  StorageCapabilities capabilities() const override {
    return {.cheap_clone = reflinks_, .atomic_snapshot = false, .cheap_share = reflinks_};
  }
  bool atomic() const override { return false; }

  Result<> make(const fs::path& tree) override {
    if (::mkdir(tree.c_str(), 0700) == 0) return {};
    return error_from_errno(errno, "make directory " + tree.string());
  }
  Result<> copy(const fs::path& from, const fs::path& to, TreeAccess) override {
    return copy_tree(from, to, CopyHow::share);
  }
  Result<> remove(const fs::path& tree) override { return remove_tree(tree); }
  Result<> make_durable(const fs::path& directory) override {
    const UniqueFd fd(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!fd || ::syncfs(fd.get()) != 0) {
      return error_from_errno(errno, "write to disk " + directory.string());
    }
    return {};
  }
  Result<bool> is_tree(const fs::path& path) const override {
    struct stat about {};
    if (::lstat(path.c_str(), &about) == 0) return S_ISDIR(about.st_mode);
    if (errno == ENOENT) return false;
    return error_from_errno(errno, "look at " + path.string());
  }

 private:
  const std::string file_system_;
  const bool reflinks_;
};

}  // namespace

Result<bool> has_reflinks(const fs::path& directory) {
  // Two files that have no name and go by themselves.
  constexpr int kFlags = O_RDWR | O_TMPFILE | O_CLOEXEC;
  const UniqueFd from(::open(directory.c_str(), kFlags, 0600));
  const UniqueFd to(::open(directory.c_str(), kFlags, 0600));
  if (!from || !to) {
    if (errno == EOPNOTSUPP || errno == EISDIR || errno == EINVAL) return false;
    return error_from_errno(errno, "write in " + directory.string());
  }
  const std::string block(4096, 'x');
  if (::write(from.get(), block.data(), block.size()) < 0) {
    return error_from_errno(errno, "write in " + directory.string());
  }
  return ::ioctl(to.get(), FICLONE, from.get()) == 0;
}

Result<std::unique_ptr<StorageDriver>> open_directory_driver(TreeDriverOptions options) {
  TRY(make_directories(options.root, 0711));
  const bool reflinks = TRY(has_reflinks(options.root));
  auto method = std::make_unique<CopyMethod>(file_system_of(options.root), reflinks);
  return TRY(TreeDriver::open(std::move(options), std::move(method)));
}

}  // namespace slip
