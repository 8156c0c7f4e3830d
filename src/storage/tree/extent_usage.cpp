// SPDX-License-Identifier: Apache-2.0
#include "storage/tree/extent_usage.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/fiemap.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/file.h"

namespace slip {

namespace fs = std::filesystem;

namespace {

constexpr unsigned kExtentsAtOnce = 512;
constexpr int kOpenDirectory = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;

class ExtentUsage {
 public:
  ExtentUsage() : buffer_(sizeof(fiemap) + kExtentsAtOnce * sizeof(fiemap_extent)) {}

  // One directory is open at a time, and `..` leads back: neither depth nor the length of a path is
  // limited by our stack, our open files or PATH_MAX.
  Result<> add_tree(const fs::path& tree) {
    UniqueFd at(::open(tree.c_str(), kOpenDirectory));
    if (!at && errno == ENOENT) return {};
    if (!at) return error_from_errno(errno, "open " + tree.string());
    std::vector<Level> levels;
    levels.push_back(TRY(enter(at.get(), tree)));
    while (true) {
      auto& folders = levels.back().folders;
      if (!folders.empty()) {
        UniqueFd below(::openat(at.get(), folders.back().c_str(), kOpenDirectory));
        const int failed = below ? 0 : errno;
        const std::string name = std::move(folders.back());
        folders.pop_back();
        if (failed == ENOENT || failed == ENOTDIR || failed == ELOOP) continue;
        if (failed == EACCES) continue;  // closed by a mode: we are not root
        if (failed != 0) return error_from_errno(failed, "open " + name + " in " + tree.string());
        at = std::move(below);
        levels.push_back(TRY(enter(at.get(), tree)));
        continue;
      }
      levels.pop_back();
      if (levels.empty()) return {};
      UniqueFd above(::openat(at.get(), "..", kOpenDirectory));
      if (!above) return error_from_errno(errno, "go back in " + tree.string());
      if (TRY(identity_of(above.get(), tree)) != levels.back().identity) {
        return Error{
            .code = ErrorCode::unavailable,
            .message = "folders of " + tree.string() + " were moved while it was measured"};
      }
      at = std::move(above);
    }
  }

  const StorageUsage& total() const { return total_; }

 private:
  using Identity = std::pair<dev_t, ino_t>;
  struct Level {
    Identity identity;                 // of a directory on the way from the tree to where we are
    std::vector<std::string> folders;  // in it, not visited yet
  };

  static Result<Identity> identity_of(int directory, const fs::path& tree) {
    struct stat about {};
    if (::fstat(directory, &about) == 0) return Identity{about.st_dev, about.st_ino};
    return error_from_errno(errno, "look at a folder of " + tree.string());
  }

  // Counts a directory's files.
  Result<Level> enter(int directory, const fs::path& tree) {
    Level level{.identity = TRY(identity_of(directory, tree)), .folders = {}};
    UniqueFd again(::openat(directory, ".", kOpenDirectory));
    const std::unique_ptr<DIR, int (*)(DIR*)> stream(again ? ::fdopendir(again.get()) : nullptr,
                                                     &::closedir);
    if (!stream) return error_from_errno(errno, "read a folder of " + tree.string());
    again.release();
    while (true) {
      errno = 0;
      const dirent* entry = ::readdir(stream.get());
      if (entry == nullptr) break;
      const std::string name = entry->d_name;
      if (name == "." || name == "..") continue;
      unsigned char type = entry->d_type;
      struct stat about {};
      if (type == DT_UNKNOWN &&
          ::fstatat(directory, name.c_str(), &about, AT_SYMLINK_NOFOLLOW) == 0) {
        type = IFTODT(about.st_mode);
      }
      if (type == DT_DIR) level.folders.push_back(name);
      if (type == DT_REG) TRY(add(directory, name, tree / "..." / name));
    }
    // Removed meanwhile.
    if (errno == 0 || errno == ENOENT) return level;
    return error_from_errno(errno, "read a folder of " + tree.string());
  }

  Result<> add(int directory, const std::string& name, const fs::path& path) {
    const UniqueFd fd(
        ::openat(directory, name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    if (!fd && (errno == ENOENT || errno == ELOOP || errno == EACCES)) return {};
    if (!fd) return error_from_errno(errno, "open " + path.string());
    struct stat about {};
    if (::fstat(fd.get(), &about) != 0) return error_from_errno(errno, "look at " + path.string());
    if (!S_ISREG(about.st_mode) || about.st_blocks == 0) return {};
    if (about.st_nlink > 1 && !linked_.insert(about.st_ino).second) return {};
    return add_extents(fd.get(), about, path);
  }

  Result<> add_extents(int fd, const struct stat& about, const fs::path& path) {
    auto* map = reinterpret_cast<fiemap*>(buffer_.data());
    std::uint64_t at = 0;
    while (true) {
      *map = fiemap{};
      map->fm_start = at;
      map->fm_length = FIEMAP_MAX_OFFSET - at;
      map->fm_extent_count = kExtentsAtOnce;
      if (::ioctl(fd, FS_IOC_FIEMAP, map) != 0) {
        if (errno != EOPNOTSUPP && errno != ENOTTY) {
          return error_from_errno(errno, "read the extents of " + path.string());
        }
        total_.logical += about.st_blocks * 512;
        total_.unique += about.st_blocks * 512;
        return {};
      }
      for (unsigned i = 0; i < map->fm_mapped_extents; ++i) {
        const fiemap_extent& extent = map->fm_extents[i];
        const auto length = static_cast<std::int64_t>(extent.fe_length);
        total_.logical += length;
        constexpr auto kNotOurs = FIEMAP_EXTENT_SHARED | FIEMAP_EXTENT_DATA_INLINE;
        if ((extent.fe_flags & kNotOurs) == 0) total_.unique += length;
        if ((extent.fe_flags & FIEMAP_EXTENT_LAST) != 0) return {};
        at = extent.fe_logical + extent.fe_length;
      }
      if (map->fm_mapped_extents == 0) return {};
    }
  }

  StorageUsage total_;
  std::set<ino_t> linked_;
  std::vector<char> buffer_;
};

}  // namespace

Result<StorageUsage> extent_usage(const fs::path& tree) {
  ExtentUsage usage;
  TRY(usage.add_tree(tree));
  return usage.total();
}

}  // namespace slip
