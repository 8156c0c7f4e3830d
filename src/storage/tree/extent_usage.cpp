#include "storage/tree/extent_usage.h"

#include <fcntl.h>
#include <linux/fiemap.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <set>
#include <vector>

#include "base/file.h"

namespace slip {

namespace fs = std::filesystem;

namespace {

constexpr unsigned kExtentsAtOnce = 512;

class ExtentUsage {
 public:
  ExtentUsage() : buffer_(sizeof(fiemap) + kExtentsAtOnce * sizeof(fiemap_extent)) {}

  Result<> add_directory(const fs::path& path) {
    std::error_code failed;
    auto each = fs::directory_iterator(path, failed);
    for (; !failed && each != fs::directory_iterator(); each.increment(failed)) {
      std::error_code vanished;
      const fs::file_type type = each->symlink_status(vanished).type();
      if (type == fs::file_type::directory) TRY(add_directory(each->path()));
      if (type == fs::file_type::regular) TRY(add(each->path()));
    }
    if (!failed || failed.value() == ENOENT) return {};
    return error_from_errno(failed.value(), "read " + path.string());
  }

  const StorageUsage& total() const { return total_; }

 private:
  Result<> add(const fs::path& path) {
    const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    if (!fd && errno == ENOENT) return {};
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
  TRY(usage.add_directory(tree));
  return usage.total();
}

}  // namespace slip
