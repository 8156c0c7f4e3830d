// SPDX-License-Identifier: Apache-2.0
#include "storage/btrfs/simple_quotas.h"

#include <btrfsutil.h>
#include <fcntl.h>
#include <linux/btrfs.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <string>

#include "base/fd.h"
#include "base/file.h"
#include "base/presence.h"

namespace slip::simple_quotas {
namespace {

namespace fs = std::filesystem;

// BTRFS_QUOTA_CTL_ENABLE_SIMPLE_QUOTA, which headers from before Linux 6.7 do not name.
constexpr std::uint64_t enable_simple = 4;
constexpr const char* of_all_pools = "/sys/fs/btrfs";

// Subvolumes are level 0, by their ids; owners are level 1.
std::uint64_t group_of(std::uint32_t owner) {
  return (std::uint64_t{1} << 48) | owner;
}

Result<UniqueFd> open_at(const fs::path& path) {
  UniqueFd fd(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd) return error_from_errno(errno, "open " + path.string());
  return fd;
}

// Where the kernel shows the file system's quotas.
Result<fs::path> shown_at(const fs::path& root) {
  const auto fd = TRY(open_at(root));
  btrfs_ioctl_fs_info_args about{};
  if (::ioctl(fd.get(), BTRFS_IOC_FS_INFO, &about) != 0) {
    return error_from_errno(errno, "look at the file system of " + root.string());
  }
  std::string id;
  for (const unsigned char byte : about.fsid) {
    constexpr const char* digits = "0123456789abcdef";
    if (id.size() == 8 || id.size() == 13 || id.size() == 18 || id.size() == 23) id += '-';
    id += {digits[byte >> 4], digits[byte & 15]};
  }
  return fs::path(of_all_pools) / id / "qgroups";
}

Result<std::string> mode_of(const fs::path& root) {
  const auto mode = TRY(shown_at(root)) / "mode";
  if (!TRY(is_present(mode))) return std::string();
  std::string text = TRY(read_file(mode));
  while (text.ends_with('\n')) text.pop_back();
  return text;
}

// A number that the kernel shows of the owner's group; nothing: there is no such group.
Result<std::optional<std::uint64_t>> number_of(const fs::path& root, std::uint32_t owner,
                                               const char* name) {
  const auto file = TRY(shown_at(root)) / ("1_" + std::to_string(owner)) / name;
  if (!TRY(is_present(file))) return std::optional<std::uint64_t>();
  const auto text = TRY(read_file(file));
  std::uint64_t number = 0;
  if (std::from_chars(text.data(), text.data() + text.size(), number).ec != std::errc()) {
    return Error{.message = file.string() + " says \"" + text + "\""};
  }
  return std::optional(number);
}

Result<> make_group(int fd, std::uint32_t owner) {
  btrfs_ioctl_qgroup_create_args args{.create = 1, .qgroupid = group_of(owner)};
  if (::ioctl(fd, BTRFS_IOC_QGROUP_CREATE, &args) == 0 || errno == EEXIST) return {};
  return error_from_errno(errno, "make a quota group");
}

}  // namespace

bool are_possible() {
  return ::geteuid() == 0 &&
         ::access((fs::path(of_all_pools) / "features/simple_quota").c_str(), F_OK) == 0;
}

Result<bool> are_enabled(const fs::path& root) {
  return TRY(mode_of(root)) == "squota";
}

Result<> enable(const fs::path& root) {
  const auto mode = TRY(mode_of(root));
  if (mode == "squota") return {};
  if (mode == "qgroup") {
    return Error{.code = ErrorCode::unsupported,
                 .message = "the file system of " + root.string() + " has quota groups already",
                 .hint = "Switch these off (btrfs quota disable): simple quotas take their place."};
  }
  const auto fd = TRY(open_at(root));
  btrfs_ioctl_quota_ctl_args args{.cmd = enable_simple, .status = 0};
  if (::ioctl(fd.get(), BTRFS_IOC_QUOTA_CTL, &args) == 0) return {};
  return error_from_errno(errno, "switch quotas on for " + root.string());
}

Result<> put_into_group(const fs::path& subvolume, std::uint32_t owner) {
  std::uint64_t id = 0;
  if (btrfs_util_subvolume_id(subvolume.c_str(), &id) != BTRFS_UTIL_OK) {
    return error_from_errno(errno, "look at " + subvolume.string());
  }
  const auto fd = TRY(open_at(subvolume));
  TRY(make_group(fd.get(), owner));
  btrfs_ioctl_qgroup_assign_args args{.assign = 1, .src = id, .dst = group_of(owner)};
  if (::ioctl(fd.get(), BTRFS_IOC_QGROUP_ASSIGN, &args) >= 0 || errno == EEXIST) return {};
  return error_from_errno(errno, "count " + subvolume.string() + " with its owner's");
}

Result<> limit_group(const fs::path& root, std::uint32_t owner, std::optional<std::int64_t> bytes) {
  constexpr std::uint64_t none = ~std::uint64_t{0};
  const std::uint64_t wanted = bytes ? static_cast<std::uint64_t>(*bytes) : none;
  const auto shown = TRY(number_of(root, owner, "max_referenced")).value_or(0);
  if ((shown == 0 ? none : shown) == wanted) return {};
  const auto fd = TRY(open_at(root));
  TRY(make_group(fd.get(), owner));
  btrfs_ioctl_qgroup_limit_args args{};
  args.qgroupid = group_of(owner);
  args.lim.flags = BTRFS_QGROUP_LIMIT_MAX_RFER;
  args.lim.max_rfer = wanted;
  if (::ioctl(fd.get(), BTRFS_IOC_QGROUP_LIMIT, &args) == 0) return {};
  return error_from_errno(errno, "set a quota");
}

Result<std::int64_t> used_by_group(const fs::path& root, std::uint32_t owner) {
  const auto written = TRY(number_of(root, owner, "referenced"));
  const auto reserved = TRY(number_of(root, owner, "rsv_data"));
  return static_cast<std::int64_t>(written.value_or(0) + reserved.value_or(0));
}

}  // namespace slip::simple_quotas
