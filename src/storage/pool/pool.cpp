// SPDX-License-Identifier: Apache-2.0
#include "storage/pool/pool.h"

#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/log.h"
#include "base/presence.h"
#include "storage/btrfs/btrfs_driver.h"
#include "storage/pool/btrfs_file.h"
#include "storage/pool/driver_list.h"

namespace slip {

namespace fs = std::filesystem;

namespace {

// btrfs needs about 110 MB for its own; less than this is no pool.
constexpr std::int64_t kSmallest = 256 << 20;

BtrfsFile file_of(const PoolSettings& pool) {
  return {.file = pool.place + ".btrfs", .mount_point = pool.place};
}

// What the pool is beside, and its file is on.
fs::path folder_of(const PoolSettings& pool) {
  return fs::path(pool.place).parent_path();
}

bool asks_for(const PoolSettings& pool, std::string_view driver) {
  return pool.driver == driver;
}

bool is_reserved_at_once(const PoolSettings& pool) {
  const auto found = pool.options.find(kReserveOption);
  return found != pool.options.end() && found->second == "yes";
}

Result<std::int64_t> free_bytes(const fs::path& path) {
  struct statvfs about {};
  if (::statvfs(path.c_str(), &about) != 0) {
    return error_from_errno(errno, "look at " + path.string());
  }
  return static_cast<std::int64_t>(about.f_bavail) * static_cast<std::int64_t>(about.f_frsize);
}

// Which driver made the pool, from the word it left in the pool's root; nothing if it is new.
Result<std::optional<std::string>> chosen_before(const fs::path& root) {
  auto text = read_file(root / "driver", 100);
  if (text) return std::optional(text->substr(0, text->find('\n')));
  if (text.error().code == ErrorCode::not_found) return std::optional<std::string>();
  return std::move(text).error();
}

Result<Pool> open_with(const std::string& name, const PoolOptions& options, PoolReport report) {
  const fs::path root = options.settings.place;
  PoolToOpen pool_to_open{.settings = options.settings, .owner = options.owner};
  if (!report.backing_file.empty()) {
    pool_to_open.backing_file = report.backing_file;
    pool_to_open.remount = [btrfs = file_of(options.settings)]() -> Result<> {
      TRY(unmount_btrfs_file(btrfs));
      return mount_btrfs_file(btrfs);
    };
  }
  report.path = root;
  const DriverEntry* entry = find_driver(name);
  if (entry == nullptr) {
    return Error{.code = ErrorCode::unsupported,
                 .message = "the pool was made by a driver \"" + name + "\", which is not known"};
  }
  TRY(make_directories(root, 0711));
  const auto before = TRY(chosen_before(root));
  if (before && *before != name) {
    return Error{.code = ErrorCode::precondition_failed,
                 .message = "the pool in " + options.settings.place + " was made by the driver \"" +
                            *before + "\", not \"" + name + "\"",
                 .hint = "Leave the driver automatic, or use another data directory."};
  }
  Pool pool{.driver = TRY(entry->open(pool_to_open)), .report = std::move(report)};
  if (!before) TRY(write_file_durably(root / "driver", name + "\n"));
  return pool;
}

Result<Pool> open_btrfs_file(const PoolOptions& options, std::string why) {
  const BtrfsFile btrfs = file_of(options.settings);
  TRY(mount_btrfs_file(btrfs));
  PoolReport report{
      .kind = PoolKind::btrfs_file, .why = std::move(why), .backing_file = btrfs.file.string()};
  return open_with("btrfs", options, std::move(report));
}

Result<Pool> open_directory(const PoolOptions& options, const std::string& why) {
  Pool pool = TRY(open_with("directory", options, {.why = why}));
  if (pool.driver->info().capabilities.cheap_clone) {
    pool.report.kind = PoolKind::directory_reflinks;
    return pool;
  }
  pool.report.kind = PoolKind::directory_copies;
  pool.report.warning =
      "This pool copies all data for every bookmark, branch and container: they take time and "
      "space in full. Run the daemon as root, or put the data directory on btrfs or XFS.";
  spdlog::warn("{}", pool.report.warning);
  return pool;
}

Error lacks_room(std::int64_t missing, std::int64_t host_free) {
  return {.code = ErrorCode::no_space,
          .message = "the pool's file lacks " + std::to_string(missing >> 20) +
                     " MiB, and the disk behind it has " + std::to_string(host_free >> 20) +
                     " MiB free",
          .hint = "Make room on that disk first."};
}

// A new pool in a file, or what stands against it.
Result<Pool> try_btrfs_file(const PoolOptions& options) {
  if (::geteuid() != 0) {
    return Error{
        .code = ErrorCode::unsupported,
        .message = "only root can mount a btrfs file, and the daemon does not run as root"};
  }
  const BtrfsFile btrfs = file_of(options.settings);
  const std::int64_t host_free = TRY(free_bytes(folder_of(options.settings)));
  const std::int64_t size = options.settings.size.value_or(host_free / 5 * 4) / 4096 * 4096;
  if (size < kSmallest) {
    return Error{.code = options.settings.size ? ErrorCode::invalid_argument : ErrorCode::no_space,
                 .message = "a pool needs at least 256 MiB, and this would have " +
                            std::to_string(size >> 20)};
  }
  const bool at_once = is_reserved_at_once(options.settings);
  // Found out by trying, it would fill the disk first.
  if (at_once && size > host_free) return lacks_room(size, host_free);
  TRY(make_btrfs_file(btrfs.file, size, at_once ? Blocks::at_once : Blocks::as_needed));
  auto pool = open_btrfs_file(options,
                              "The data directory's own file system is not btrfs, so the "
                              "pool is a btrfs file system in a sparse file.");
  // Nothing is in it yet, and the next start must be free to choose.
  if (!pool && !TRY(is_mounted(btrfs))) ::unlink(btrfs.file.c_str());
  return pool;
}

Error has_no_file_to_reserve() {
  return {.code = ErrorCode::unsupported,
          .message =
              "reserve=yes is for a pool in a file; this one shares its file system with "
              "whatever else is on it",
          .hint = "Leave the option out, or give the pool a file system of its own."};
}

Result<Pool> make_pool(const PoolOptions& options) {
  const bool at_once = is_reserved_at_once(options.settings);
  if (asks_for(options.settings, "directory")) {
    if (at_once) return has_no_file_to_reserve();
    return open_directory(options, "The driver \"directory\" was asked for.");
  }
  if (TRY(is_on_btrfs(folder_of(options.settings)))) {
    if (at_once) return has_no_file_to_reserve();
    return open_with("btrfs", options,
                     {.kind = PoolKind::btrfs, .why = "The data directory is on btrfs."});
  }
  auto pool = try_btrfs_file(options);
  if (pool || asks_for(options.settings, "btrfs")) return pool;
  if (pool.error().code == ErrorCode::invalid_argument) return pool;
  if (at_once) return pool;
  spdlog::info("No btrfs file for the pool: {}", pool.error().describe());
  return open_directory(options, "A btrfs file is not possible: " + pool.error().describe() + ".");
}

// The file may be a link to another disk.
Result<> leads_somewhere(const fs::path& file) {
  struct stat about {};
  if (::stat(file.c_str(), &about) == 0) return {};
  if (errno != ENOENT) return error_from_errno(errno, "look at " + file.string());
  std::error_code failed;
  const fs::path target = fs::read_symlink(file, failed);
  return Error{.code = ErrorCode::unavailable,
               .message = "the pool's file " + file.string() + " is a link to " + target.string() +
                          ", which is not there",
               .hint = "Mount the disk that it is on, and start again. Nothing was changed."};
}

// The daemon may have died before it had. A pool that has data is opened all the same.
void reserve_what_is_missing(const PoolSettings& pool) {
  if (!is_reserved_at_once(pool)) return;
  const auto reserved = reserve_pool(pool);
  if (!reserved) spdlog::warn("reserve the pool's space: {}", reserved.error().describe());
}

Error missing_pool(const PoolOptions& options) {
  const BtrfsFile btrfs = file_of(options.settings);
  return Error{.code = ErrorCode::unavailable,
               .message = "the pool is not there: neither its file " + btrfs.file.string() +
                          " nor a pool in the folder " + btrfs.mount_point.string() +
                          ", though there was data in it",
               .hint =
                   "Mount the disk that it is on, or put it back, and start again. No new pool "
                   "is made, and nothing was changed."};
}

Result<Pool> reopen_pool(const std::string& name, const PoolOptions& options) {
  if (is_reserved_at_once(options.settings)) {
    spdlog::warn("reserve the pool's space: {}", has_no_file_to_reserve().describe());
  }
  if (name == "directory") return open_directory(options, "The pool was made this way.");
  return open_with(name, options,
                   {.kind = PoolKind::btrfs, .why = "The data directory is on btrfs."});
}

}  // namespace

Result<Pool> open_pool(const PoolOptions& options) {
  const BtrfsFile btrfs = file_of(options.settings);
  if (options.settings.place.empty()) {
    return Error{.code = ErrorCode::invalid_argument, .message = "a pool needs a place"};
  }
  const auto open = [&]() -> Result<Pool> {
    TRY(make_directories(folder_of(options.settings), 0755));
    if (TRY(is_present(btrfs.file))) {
      if (asks_for(options.settings, "directory")) {
        return Error{.code = ErrorCode::precondition_failed,
                     .message = "the pool is in " + btrfs.file.string() + ", which needs btrfs",
                     .hint = "Leave the driver automatic, or use another data directory."};
      }
      TRY(leads_somewhere(btrfs.file));
      reserve_what_is_missing(options.settings);
      return open_btrfs_file(options, "The pool was made in a sparse btrfs file.");
    }
    const auto before = TRY(chosen_before(btrfs.mount_point));
    if (!before && options.presence == PoolPresence::expected) return missing_pool(options);
    if (!before) return make_pool(options);
    const bool other = (asks_for(options.settings, "btrfs") && *before != "btrfs") ||
                       (asks_for(options.settings, "directory") && *before != "directory");
    if (other) {
      return Error{.code = ErrorCode::precondition_failed,
                   .message = "the pool was made by the driver \"" + *before + "\"",
                   .hint = "Leave the driver automatic, or use another data directory."};
    }
    return reopen_pool(*before, options);
  };
  return in_context("open the pool in " + folder_of(options.settings).string(), open());
}

namespace {

// Fails with `unsupported` where the pool does not live in a file.
Result<struct stat> look_at_file(const BtrfsFile& btrfs) {
  if (!TRY(is_present(btrfs.file))) {
    return Error{.code = ErrorCode::unsupported,
                 .message = "the pool does not live in a file; it has all of its file system"};
  }
  TRY(leads_somewhere(btrfs.file));
  struct stat about {};
  if (::stat(btrfs.file.c_str(), &about) == 0) return about;
  return error_from_errno(errno, "look at " + btrfs.file.string());
}

}  // namespace

Result<> grow_pool(const PoolSettings& pool, std::int64_t size) {
  const BtrfsFile btrfs = file_of(pool);
  const struct stat about = TRY(look_at_file(btrfs));
  const auto now = static_cast<std::int64_t>(about.st_size);
  const std::int64_t host_free = TRY(free_bytes(btrfs.file));
  if (size - now > host_free) {
    return Error{.code = ErrorCode::invalid_argument,
                 .message = "growing by " + std::to_string((size - now) >> 20) +
                            " MiB needs more than the " + std::to_string(host_free >> 20) +
                            " MiB that are free behind the pool"};
  }
  return in_context("grow the pool", grow_btrfs_file(btrfs, std::max(now, size / 4096 * 4096)));
}

Result<> reserve_pool(const PoolSettings& pool) {
  const BtrfsFile btrfs = file_of(pool);
  const struct stat about = TRY(look_at_file(btrfs));
  const std::int64_t missing = about.st_size - about.st_blocks * 512;
  const std::int64_t host_free = TRY(free_bytes(btrfs.file));
  if (missing > host_free) return lacks_room(missing, host_free);
  return in_context("reserve the pool's space", reserve_btrfs_file(btrfs));
}

Result<> close_pool(const PoolSettings& pool) {
  const BtrfsFile btrfs = file_of(pool);
  if (!TRY(is_present(btrfs.file))) return {};
  TRY(leads_somewhere(btrfs.file));
  return in_context("close the pool", unmount_btrfs_file(btrfs));
}

}  // namespace slip
