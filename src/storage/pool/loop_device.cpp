// SPDX-License-Identifier: Apache-2.0
#include "storage/pool/loop_device.h"

#include <fcntl.h>
#include <linux/loop.h>
#include <sys/ioctl.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>

#include "base/file.h"

namespace slip {

namespace fs = std::filesystem;

namespace {

constexpr unsigned kBlockSize = 4096;  // also what direct I/O wants on every host
constexpr int kTriesForAFreeOne = 16;

Error refused(int failed, const std::string& what) {
  Error error = error_from_errno(failed, what);
  if (error.code == ErrorCode::not_found || error.code == ErrorCode::internal) {
    error.code = ErrorCode::unavailable;
  }
  return error;
}

// 0, or errno.
int configure(const UniqueFd& device, const UniqueFd& file, const fs::path& path) {
  loop_config config{};
  config.fd = static_cast<unsigned>(file.get());
  config.block_size = kBlockSize;
  config.info.lo_flags = LO_FLAGS_AUTOCLEAR | LO_FLAGS_DIRECT_IO;
  std::strncpy(reinterpret_cast<char*>(config.info.lo_file_name), path.c_str(), LO_NAME_SIZE - 1);
  if (::ioctl(device.get(), LOOP_CONFIGURE, &config) == 0) return 0;
  if (errno != EINVAL) return errno;
  config.info.lo_flags = LO_FLAGS_AUTOCLEAR;
  return ::ioctl(device.get(), LOOP_CONFIGURE, &config) == 0 ? 0 : errno;
}

}  // namespace

Result<LoopDevice> attach_loop_device(const fs::path& file) {
  if (auto found = TRY(find_loop_device(file))) return *std::move(found);
  const UniqueFd backing(::open(file.c_str(), O_RDWR | O_CLOEXEC));
  if (!backing) return error_from_errno(errno, "open " + file.string());
  const UniqueFd control(::open("/dev/loop-control", O_RDWR | O_CLOEXEC));
  if (!control) return refused(errno, "open /dev/loop-control");
  for (int tries = 0;; ++tries) {
    const int number = ::ioctl(control.get(), LOOP_CTL_GET_FREE);
    if (number < 0) return refused(errno, "get a loop device");
    LoopDevice device{.path = "/dev/loop" + std::to_string(number), .fd = {}};
    device.fd = UniqueFd(::open(device.path.c_str(), O_RDWR | O_CLOEXEC));
    if (!device.fd) return refused(errno, "open " + device.path.string());
    const int failed = configure(device.fd, backing, file);
    if (failed == 0) return device;
    // Busy: somebody else was quicker with this one.
    if (failed != EBUSY || tries == kTriesForAFreeOne) {
      return refused(failed, "attach " + file.string());
    }
  }
}

Result<std::optional<LoopDevice>> find_loop_device(const fs::path& file) {
  struct stat wanted {};
  if (::stat(file.c_str(), &wanted) != 0)
    return error_from_errno(errno, "look at " + file.string());
  std::error_code failed;
  for (const auto& block : fs::directory_iterator("/sys/block", failed)) {
    // Only a device's own answer counts, below.
    if (!block.path().filename().string().starts_with("loop")) continue;
    LoopDevice device{.path = "/dev" / block.path().filename(), .fd = {}};
    device.fd = UniqueFd(::open(device.path.c_str(), O_RDWR | O_CLOEXEC));
    loop_info64 info{};
    if (!device.fd && errno != ENOENT && errno != ENXIO && errno != EACCES && errno != EPERM) {
      return refused(errno, "look at " + device.path.string());
    }
    if (!device.fd || ::ioctl(device.fd.get(), LOOP_GET_STATUS64, &info) != 0) continue;
    if (info.lo_inode == wanted.st_ino && info.lo_device == wanted.st_dev) {
      return std::optional(std::move(device));
    }
  }
  // Attached twice, a file is written by two file systems at once.
  if (failed && failed.value() != ENOENT) return refused(failed.value(), "read /sys/block");
  return std::optional<LoopDevice>();
}

Result<> resize_loop_device(const LoopDevice& device) {
  if (::ioctl(device.fd.get(), LOOP_SET_CAPACITY, 0) == 0) return {};
  return refused(errno, "resize " + device.path.string());
}

}  // namespace slip
