// SPDX-License-Identifier: Apache-2.0
#include "base/copy_file.h"

#include <fcntl.h>
#include <linux/fs.h>
#include <linux/limits.h>
#include <linux/magic.h>
#include <sys/ioctl.h>
#include <sys/statfs.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/copy_tree.h"
#include "base/system_error.h"

namespace slip {

namespace {

constexpr std::size_t kChunkBytes = 8 << 20;

bool is_full(int errno_value) {
  return errno_value == ENOSPC || errno_value == EDQUOT || errno_value == EIO;
}

bool on_btrfs(int fd) {
  struct statfs about {};
  return ::fstatfs(fd, &about) == 0 && about.f_type == BTRFS_SUPER_MAGIC;
}

Result<> copy_extended_attributes(int from, int to, const std::string& where) {
  std::string names;
  ssize_t length = ::flistxattr(from, nullptr, 0);
  if (length > 0) {
    names.resize(static_cast<std::size_t>(length));
    length = ::flistxattr(from, names.data(), names.size());
  }
  std::string value;
  for (ssize_t at = 0; at < length;) {
    const char* name = names.data() + at;
    at += static_cast<ssize_t>(std::strlen(name)) + 1;
    value.resize(XATTR_SIZE_MAX);
    const ssize_t size = ::fgetxattr(from, name, value.data(), value.size());
    if (size < 0) continue;
    if (::fsetxattr(to, name, value.data(), static_cast<std::size_t>(size), 0) != 0 &&
        is_full(errno)) {
      return cannot_copy("set an attribute of", where);
    }
  }
  return {};
}

}  // namespace

Error cannot_copy(std::string_view what, const std::string& where) {
  return error_from_errno(errno, std::string(what) + " " + where);
}
Result<> FileCopy::go_on() const {
  if (keep_going_ && !keep_going_()) {
    return Error{.code = ErrorCode::canceled, .message = "copying was canceled"};
  }
  return {};
}

Result<> FileCopy::file(int from, int to, const std::string& where) {
  struct stat about {};
  if (::fstat(from, &about) != 0) return cannot_copy("look at", where);
  TRY(same_copy_on_write(from, to, where));
  TRY(content(from, to, about, where));
  return attributes(from, to, where);
}

Result<> FileCopy::content(int from, int to, const struct stat& about, const std::string& where) {
  if (about.st_size == 0) return {};
  if (how_ == CopyHow::share && share_works_) {
    if (::ioctl(to, FICLONE, from) == 0) return {};
    if (is_full(errno)) return cannot_copy("share", where);
    // EINVAL is about this file alone; the others hold for every pair of these file systems.
    if (errno == EXDEV || errno == EOPNOTSUPP || errno == ENOTTY) share_works_ = false;
  }
  if (::ftruncate(to, about.st_size) != 0) return cannot_copy("size", where);
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

Result<> FileCopy::range(int from, int to, off_t begin, off_t end, const std::string& where) {
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

Result<ssize_t> FileCopy::chunk(int from, int to, off_t at, std::size_t count,
                                const std::string& where) {
  if (how_ == CopyHow::share && range_works_) {
    off_t in = at;
    off_t out = at;
    const ssize_t done = ::copy_file_range(from, &in, to, &out, count, 0);
    if (done >= 0) return done;
    if (is_full(errno)) return cannot_copy("copy", where);
    range_works_ = false;
  }
  buffer_.resize(kChunkBytes);
  ssize_t got = 0;
  do {
    got = ::pread(from, buffer_.data(), count, at);
  } while (got < 0 && errno == EINTR);
  if (got < 0) return cannot_copy("read", where);
  for (ssize_t put = 0; put < got;) {
    const ssize_t done =
        ::pwrite(to, buffer_.data() + put, static_cast<std::size_t>(got - put), at + put);
    if (done < 0 && errno == EINTR) continue;
    if (done < 0) return cannot_copy("write", where);
    put += done;
  }
  return got;
}

Result<> FileCopy::same_copy_on_write(int from, int to, const std::string& where) {
  if (!on_btrfs(from) || !on_btrfs(to)) return {};
  int from_flags = 0;
  int to_flags = 0;
  if (::ioctl(from, FS_IOC_GETFLAGS, &from_flags) != 0 ||
      ::ioctl(to, FS_IOC_GETFLAGS, &to_flags) != 0) {
    return cannot_copy("read the flags of", where);
  }
  if ((from_flags & FS_NOCOW_FL) == (to_flags & FS_NOCOW_FL)) return {};
  to_flags = (to_flags & ~(FS_NOCOW_FL | FS_COMPR_FL)) | (from_flags & FS_NOCOW_FL);
  if (::ioctl(to, FS_IOC_SETFLAGS, &to_flags) != 0) return cannot_copy("set the flags of", where);
  return {};
}

Result<> FileCopy::attributes(int from, int to, const std::string& where) const {
  struct stat about {};
  if (::fstat(from, &about) != 0) return cannot_copy("look at", where);
  if (::fchown(to, about.st_uid, about.st_gid) != 0 && ::geteuid() == 0) {
    return cannot_copy("change the owner of", where);
  }
  TRY(copy_extended_attributes(from, to, where));
  // After the owner, whose change clears the set-id bits.
  if (::fchmod(to, about.st_mode & 07777) != 0) return cannot_copy("change the mode of", where);
  const timespec times[2] = {about.st_atim, about.st_mtim};
  if (::futimens(to, times) != 0) return cannot_copy("set the times of", where);
  return {};
}

Result<> copy_open_file(int from, int to, CopyHow how, const std::filesystem::path& shown) {
  const std::function<bool()> always;
  return FileCopy(how, always).file(from, to, shown.string());
}

}  // namespace slip
