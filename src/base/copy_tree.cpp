#include <dirent.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <linux/magic.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/xattr.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstring>
#include <map>
#include <memory>
#include <vector>

#include "base/file.h"

namespace slip {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t kChunkBytes = 8 << 20;

// One copying of one tree.
class TreeCopy {
 public:
  TreeCopy(CopyHow how, const std::function<bool()>& keep_going)
      : how_(how), keep_going_(keep_going) {}

  Result<> run(const fs::path& from, const fs::path& to);
  Result<> run_file(const fs::path& from, const fs::path& to);

 private:
  Result<> directory(int from, int to, const fs::path& where);
  Result<> entry(int from, int to, const char* name, const fs::path& where);
  Result<> subdirectory(int from, int to, const char* name, const fs::path& where);
  Result<> file(int from, int to, const char* name, const fs::path& where);
  Result<> opened_file(int from, int to, const fs::path& where);
  Result<> symbolic_link(int from, int to, const char* name, const struct stat& about,
                         const fs::path& where);
  Result<> content(int from, int to, const struct stat& about, const fs::path& where);
  Result<> range(int from, int to, off_t begin, off_t end, const fs::path& where);
  Result<ssize_t> chunk(int from, int to, off_t at, std::size_t count, const fs::path& where);
  Result<> attributes(int from, int to, const struct stat& about, const fs::path& where);
  Result<> same_copy_on_write(int from, int to, const fs::path& where) const;
  Result<> go_on() const;

  const CopyHow how_;
  const std::function<bool()>& keep_going_;
  bool both_btrfs_ = false;
  bool share_works_ = true;
  bool range_works_ = true;
  std::vector<char> buffer_;
  UniqueFd to_root_;
  fs::path from_root_;
  std::map<std::pair<dev_t, ino_t>, std::string> linked_;  // first copy's path below `to`
};

Error cannot(std::string_view what, const fs::path& where) {
  return error_from_errno(errno, std::string(what) + " " + where.string());
}

bool on_btrfs(int fd) {
  struct statfs about {};
  return ::fstatfs(fd, &about) == 0 && about.f_type == BTRFS_SUPER_MAGIC;
}

Result<> TreeCopy::go_on() const {
  if (keep_going_ && !keep_going_()) {
    return Error{.code = ErrorCode::canceled, .message = "copying was canceled"};
  }
  return {};
}

Result<> TreeCopy::run(const fs::path& from, const fs::path& to) {
  UniqueFd from_fd(::open(from.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!from_fd) return cannot("open", from);
  if (::mkdir(to.c_str(), 0700) != 0) return cannot("make directory", to);
  to_root_ = UniqueFd(::open(to.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!to_root_) return cannot("open", to);
  both_btrfs_ = on_btrfs(from_fd.get()) && on_btrfs(to_root_.get());
  from_root_ = from;
  return directory(from_fd.get(), to_root_.get(), "");
}

Result<> TreeCopy::directory(int from, int to, const fs::path& where) {
  struct stat about {};
  if (::fstat(from, &about) != 0) return cannot("look at", from_root_ / where);
  TRY(same_copy_on_write(from, to, where));
  UniqueFd again(::openat(from, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!again) return cannot("open", from_root_ / where);
  const std::unique_ptr<DIR, int (*)(DIR*)> stream(::fdopendir(again.get()), &::closedir);
  if (!stream) return cannot("read", from_root_ / where);
  again.release();
  while (true) {
    errno = 0;
    const dirent* found = ::readdir(stream.get());
    if (found == nullptr) break;
    const std::string_view name = found->d_name;
    if (name == "." || name == "..") continue;
    TRY(go_on());
    TRY(entry(from, to, found->d_name, where / name));
  }
  if (errno != 0) return cannot("read", from_root_ / where);
  return attributes(from, to, about, where);
}

Result<> TreeCopy::entry(int from, int to, const char* name, const fs::path& where) {
  struct stat about {};
  if (::fstatat(from, name, &about, AT_SYMLINK_NOFOLLOW) != 0) {
    return cannot("look at", from_root_ / where);
  }
  if (S_ISDIR(about.st_mode)) return subdirectory(from, to, name, where);
  if (!S_ISREG(about.st_mode) && !S_ISLNK(about.st_mode)) return {};
  if (about.st_nlink > 1) {
    const auto [first, is_new] = linked_.try_emplace({about.st_dev, about.st_ino}, where.string());
    if (!is_new) {
      if (::linkat(to_root_.get(), first->second.c_str(), to, name, 0) == 0) return {};
      return cannot("link", where);
    }
  }
  if (S_ISLNK(about.st_mode)) return symbolic_link(from, to, name, about, where);
  return file(from, to, name, where);
}

Result<> TreeCopy::subdirectory(int from, int to, const char* name, const fs::path& where) {
  constexpr int kFlags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
  UniqueFd from_fd(::openat(from, name, kFlags));
  if (!from_fd) return cannot("open", from_root_ / where);
  if (::mkdirat(to, name, 0700) != 0) return cannot("make directory", where);
  UniqueFd to_fd(::openat(to, name, kFlags));
  if (!to_fd) return cannot("open", where);
  return directory(from_fd.get(), to_fd.get(), where);
}

Result<> TreeCopy::file(int from, int to, const char* name, const fs::path& where) {
  UniqueFd from_fd(::openat(from, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
  if (!from_fd) return cannot("open", from_root_ / where);
  UniqueFd to_fd(::openat(to, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!to_fd) return cannot("create", where);
  return opened_file(from_fd.get(), to_fd.get(), where);
}

Result<> TreeCopy::opened_file(int from, int to, const fs::path& where) {
  struct stat about {};
  if (::fstat(from, &about) != 0) return cannot("look at", from_root_ / where);
  TRY(same_copy_on_write(from, to, where));
  TRY(content(from, to, about, where));
  return attributes(from, to, about, where);
}

Result<> TreeCopy::run_file(const fs::path& from, const fs::path& to) {
  UniqueFd from_fd(::open(from.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
  if (!from_fd) return cannot("open", from);
  UniqueFd to_fd(::open(to.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!to_fd) return cannot("create", to);
  both_btrfs_ = on_btrfs(from_fd.get()) && on_btrfs(to_fd.get());
  return opened_file(from_fd.get(), to_fd.get(), to);
}

Result<> TreeCopy::symbolic_link(int from, int to, const char* name, const struct stat& about,
                                 const fs::path& where) {
  char target[PATH_MAX];
  const ssize_t length = ::readlinkat(from, name, target, sizeof target - 1);
  if (length < 0) return cannot("read link", from_root_ / where);
  target[length] = '\0';
  if (::symlinkat(target, to, name) != 0) return cannot("make link", where);
  if (::fchownat(to, name, about.st_uid, about.st_gid, AT_SYMLINK_NOFOLLOW) != 0 &&
      ::geteuid() == 0) {
    return cannot("change the owner of", where);
  }
  const timespec times[2] = {about.st_atim, about.st_mtim};
  ::utimensat(to, name, times, AT_SYMLINK_NOFOLLOW);
  return {};
}

Result<> TreeCopy::content(int from, int to, const struct stat& about, const fs::path& where) {
  if (about.st_size == 0) return {};
  if (how_ == CopyHow::share && share_works_) {
    if (::ioctl(to, FICLONE, from) == 0) return {};
    if (errno == ENOSPC || errno == EDQUOT || errno == EIO) return cannot("share", where);
    // EINVAL is about this file alone; the others hold for every pair of these file systems.
    if (errno == EXDEV || errno == EOPNOTSUPP || errno == ENOTTY) share_works_ = false;
  }
  if (::ftruncate(to, about.st_size) != 0) return cannot("size", where);
  off_t at = 0;
  while (at < about.st_size) {
    const off_t begin = ::lseek(from, at, SEEK_DATA);
    if (begin < 0 && errno == ENXIO) return {};
    if (begin < 0) return range(from, to, at, about.st_size, where);
    const off_t end = ::lseek(from, begin, SEEK_HOLE);
    const off_t stop = end < 0 ? about.st_size : std::min(end, about.st_size);
    if (begin >= stop) return {};
    TRY(range(from, to, begin, stop, where));
    at = stop;
  }
  return {};
}

Result<> TreeCopy::range(int from, int to, off_t begin, off_t end, const fs::path& where) {
  while (begin < end) {
    TRY(go_on());
    const auto count = std::min<std::size_t>(kChunkBytes, static_cast<std::size_t>(end - begin));
    const ssize_t done = TRY(chunk(from, to, begin, count, where));
    // Shortened meanwhile: what is gone reads as zeros, as after the truncation.
    if (done == 0) return {};
    begin += done;
  }
  return {};
}

Result<ssize_t> TreeCopy::chunk(int from, int to, off_t at, std::size_t count,
                                const fs::path& where) {
  if (how_ == CopyHow::share && range_works_) {
    off_t in = at;
    off_t out = at;
    const ssize_t done = ::copy_file_range(from, &in, to, &out, count, 0);
    if (done >= 0) return done;
    if (errno == ENOSPC || errno == EDQUOT || errno == EIO) return cannot("copy", where);
    range_works_ = false;
  }
  buffer_.resize(kChunkBytes);
  ssize_t got = 0;
  do {
    got = ::pread(from, buffer_.data(), count, at);
  } while (got < 0 && errno == EINTR);
  if (got < 0) return cannot("read", from_root_ / where);
  for (ssize_t put = 0; put < got;) {
    const ssize_t done =
        ::pwrite(to, buffer_.data() + put, static_cast<std::size_t>(got - put), at + put);
    if (done < 0 && errno == EINTR) continue;
    if (done < 0) return cannot("write", where);
    put += done;
  }
  return got;
}

Result<> TreeCopy::same_copy_on_write(int from, int to, const fs::path& where) const {
  if (!both_btrfs_) return {};
  int from_flags = 0;
  int to_flags = 0;
  if (::ioctl(from, FS_IOC_GETFLAGS, &from_flags) != 0 ||
      ::ioctl(to, FS_IOC_GETFLAGS, &to_flags) != 0) {
    return cannot("read the flags of", where);
  }
  if ((from_flags & FS_NOCOW_FL) == (to_flags & FS_NOCOW_FL)) return {};
  to_flags = (to_flags & ~(FS_NOCOW_FL | FS_COMPR_FL)) | (from_flags & FS_NOCOW_FL);
  if (::ioctl(to, FS_IOC_SETFLAGS, &to_flags) != 0) return cannot("set the flags of", where);
  return {};
}

Result<> TreeCopy::attributes(int from, int to, const struct stat& about, const fs::path& where) {
  const bool root = ::geteuid() == 0;
  if (::fchown(to, about.st_uid, about.st_gid) != 0 && root) {
    return cannot("change the owner of", where);
  }
  std::string names;
  ssize_t length = ::flistxattr(from, nullptr, 0);
  if (length > 0) {
    names.resize(static_cast<std::size_t>(length));
    length = ::flistxattr(from, names.data(), names.size());
  }
  for (ssize_t at = 0; at < length;) {
    const char* name = names.data() + at;
    at += static_cast<ssize_t>(std::strlen(name)) + 1;
    std::string value(65536, '\0');
    const ssize_t size = ::fgetxattr(from, name, value.data(), value.size());
    if (size < 0) continue;
    if (::fsetxattr(to, name, value.data(), static_cast<std::size_t>(size), 0) != 0 &&
        (errno == ENOSPC || errno == EDQUOT || errno == EIO)) {
      return cannot("set an attribute of", where);
    }
  }
  // After the owner, whose change clears the set-id bits.
  if (::fchmod(to, about.st_mode & 07777) != 0) return cannot("change the mode of", where);
  const timespec times[2] = {about.st_atim, about.st_mtim};
  if (::futimens(to, times) != 0) return cannot("set the times of", where);
  return {};
}

}  // namespace

Result<> copy_tree(const fs::path& from, const fs::path& to, CopyHow how,
                   const std::function<bool()>& keep_going) {
  return TreeCopy(how, keep_going).run(from, to);
}

Result<> copy_file(const fs::path& from, const fs::path& to, CopyHow how) {
  const std::function<bool()> always;
  return TreeCopy(how, always).run_file(from, to);
}

}  // namespace slip
