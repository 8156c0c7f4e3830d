// SPDX-License-Identifier: Apache-2.0
#include "storage/pool/btrfs_file.h"

#include <fcntl.h>
#include <linux/btrfs.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <sstream>

#include "base/file.h"
#include "base/presence.h"
#include "base/subprocess.h"
#include "storage/pool/loop_device.h"

namespace slip {

namespace fs = std::filesystem;

namespace {

constexpr unsigned long kMountFlags = MS_NOATIME | MS_NOSUID | MS_NODEV;

// mountinfo writes blanks and backslashes as octal: "\\040".
std::string without_octal(const std::string& text) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '\\' && at + 3 < text.size()) {
      out += static_cast<char>(std::stoi(text.substr(at + 1, 3), nullptr, 8));
      at += 3;
    } else {
      out += text[at];
    }
  }
  return out;
}

// What is mounted at `path`, the uppermost; empty if nothing is. From /proc/self/mountinfo:
// "36 35 98:0 / /mnt rw,noatime shared:1 - btrfs /dev/loop0 rw".
Result<std::string> device_mounted_at(const fs::path& path) {
  const std::string wanted = fs::weakly_canonical(path);
  std::istringstream lines(TRY(read_file("/proc/self/mountinfo")));
  std::string device;
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string word;
    std::string mount_point;
    for (int field = 0; field < 5; ++field) words >> mount_point;
    if (without_octal(mount_point) != wanted) continue;
    while (words >> word && word != "-") {
    }
    words >> word >> device;
  }
  return device;
}

// Freed blocks go back to the host, but not those that it has reserved for us.
Result<const char*> mount_options(const fs::path& file) {
  struct stat about {};
  if (::stat(file.c_str(), &about) != 0) return error_from_errno(errno, "look at " + file.string());
  return is_reserved(about) ? "nodiscard" : "discard=async";
}

// A file that has all its blocks has them afterwards, too, or is as it was.
Result<> enlarge(const fs::path& file, const struct stat& about, std::int64_t size) {
  if (!is_reserved(about)) {
    if (::truncate(file.c_str(), size) == 0) return {};
    return error_from_errno(errno, "size " + file.string());
  }
  const UniqueFd fd(::open(file.c_str(), O_RDWR | O_CLOEXEC));
  if (!fd) return error_from_errno(errno, "open " + file.string());
  if (::fallocate(fd.get(), 0, about.st_size, size - about.st_size) == 0) return {};
  const int failed = errno;
  [[maybe_unused]] const int as_before = ::ftruncate(fd.get(), about.st_size);
  return error_from_errno(failed, "reserve more blocks for " + file.string());
}

}  // namespace

bool is_reserved(const struct stat& file) {
  return file.st_blocks * 512 >= file.st_size;
}

Result<> make_btrfs_file(const fs::path& file, std::int64_t size, Blocks blocks) {
  if (TRY(is_present(file))) return {};
  const fs::path making = file.string() + ".making";
  {
    constexpr int kFlags = O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC;
    const UniqueFd fd(::open(making.c_str(), kFlags, 0600));
    if (!fd) return error_from_errno(errno, "create " + making.string());
    if (::ftruncate(fd.get(), size) != 0) return error_from_errno(errno, "size " + making.string());
  }
  const auto finish = [&]() -> Result<> {
    // -m dup: a bad block of metadata takes many files with it, and a second copy costs nothing
    // that can be measured (ADR 18).
    TRY(run_ok({.argv = {"mkfs.btrfs", "-q", "-m", "dup", "-L", "slipstream", making}}));
    const UniqueFd fd(::open(making.c_str(), O_RDWR | O_CLOEXEC));
    if (blocks == Blocks::at_once && (!fd || ::fallocate(fd.get(), 0, 0, size) != 0)) {
      return error_from_errno(errno, "reserve the blocks of " + making.string());
    }
    if (!fd || ::fsync(fd.get()) != 0) return error_from_errno(errno, "fsync " + making.string());
    // Never over anything, a link to a disk that is not mounted least of all.
    if (::renameat2(AT_FDCWD, making.c_str(), AT_FDCWD, file.c_str(), RENAME_NOREPLACE) != 0) {
      return error_from_errno(errno, "rename to " + file.string());
    }
    return fsync_directory(file.parent_path());
  };
  auto finished = finish();
  if (!finished) ::unlink(making.c_str());
  return finished;
}

Result<> mount_btrfs_file(const BtrfsFile& btrfs) {
  if (TRY(is_mounted(btrfs))) return {};
  TRY(make_directories(btrfs.mount_point, 0711));
  const LoopDevice device = TRY(attach_loop_device(btrfs.file));
  if (::mount(device.path.c_str(), btrfs.mount_point.c_str(), "btrfs", kMountFlags,
              TRY(mount_options(btrfs.file))) != 0) {
    Error error = error_from_errno(errno, "mount " + btrfs.file.string());
    if (error.code == ErrorCode::internal) error.code = ErrorCode::unavailable;
    return error;
  }
  return {};
}

Result<> reserve_btrfs_file(const BtrfsFile& btrfs) {
  const UniqueFd fd(::open(btrfs.file.c_str(), O_RDWR | O_CLOEXEC));
  struct stat about {};
  if (!fd || ::fstat(fd.get(), &about) != 0) {
    return error_from_errno(errno, "open " + btrfs.file.string());
  }
  const bool mounted = TRY(is_mounted(btrfs));
  const auto remount = [&](const char* options) {
    return !mounted || ::mount(nullptr, btrfs.mount_point.c_str(), nullptr,
                               MS_REMOUNT | kMountFlags, options) == 0;
  };
  // First, so that nothing is given back meanwhile.
  if (!remount("nodiscard")) {
    return error_from_errno(errno, "keep the blocks of " + btrfs.file.string());
  }
  if (::fallocate(fd.get(), 0, 0, about.st_size) == 0) return {};
  const int failed = errno;
  (void)remount("discard=async");
  Error error = error_from_errno(failed, "reserve the blocks of " + btrfs.file.string());
  if (failed == EOPNOTSUPP) error.code = ErrorCode::unsupported;
  return error;
}

Result<bool> is_mounted(const BtrfsFile& btrfs) {
  const std::string device = TRY(device_mounted_at(btrfs.mount_point));
  if (device.empty()) return false;
  const auto loop = TRY(find_loop_device(btrfs.file));
  if (loop && loop->path == device) return true;
  return Error{
      .code = ErrorCode::unavailable,
      .message = "something else (" + device + ") is mounted on " + btrfs.mount_point.string()};
}

Result<> unmount_btrfs_file(const BtrfsFile& btrfs) {
  if (!TRY(is_mounted(btrfs))) return {};
  if (::umount2(btrfs.mount_point.c_str(), UMOUNT_NOFOLLOW) == 0) return {};
  if (errno == EBUSY) {
    return Error{.code = ErrorCode::busy,
                 .message = "something still uses " + btrfs.mount_point.string(),
                 .hint = "Stop every instance first."};
  }
  return error_from_errno(errno, "unmount " + btrfs.mount_point.string());
}

Result<> grow_btrfs_file(const BtrfsFile& btrfs, std::int64_t size) {
  struct stat about {};
  if (::stat(btrfs.file.c_str(), &about) != 0) {
    return error_from_errno(errno, "look at " + btrfs.file.string());
  }
  if (about.st_size < size) TRY(enlarge(btrfs.file, about, size));
  const auto device = TRY(find_loop_device(btrfs.file));
  if (!device) {
    return Error{.code = ErrorCode::unavailable, .message = "the pool is not mounted"};
  }
  TRY(resize_loop_device(*device));
  const UniqueFd fd(::open(btrfs.mount_point.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd) return error_from_errno(errno, "open " + btrfs.mount_point.string());
  btrfs_ioctl_vol_args args{};
  std::strcpy(args.name, "max");
  if (::ioctl(fd.get(), BTRFS_IOC_RESIZE, &args) != 0) {
    return error_from_errno(errno, "resize the file system in " + btrfs.file.string());
  }
  return {};
}

}  // namespace slip
