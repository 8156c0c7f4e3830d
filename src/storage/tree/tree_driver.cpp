// SPDX-License-Identifier: Apache-2.0
#include "storage/tree/tree_driver.h"

#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>

#include "base/log.h"
#include "base/presence.h"
#include "storage/tree/description.h"
#include "storage/tree/extent_usage.h"

namespace slip {

namespace fs = std::filesystem;

namespace {

constexpr const char* kTree = "tree";
constexpr const char* kTrusted = "trusted";
// Whoever runs instances passes through to the volumes it knows, and lists none.
constexpr mode_t kPassThrough = 0711;

// The names of what is in a directory; `.` and `..` left out.
Result<std::vector<std::string>> names_in(const fs::path& directory) {
  std::vector<std::string> names;
  std::error_code failed;
  auto each = fs::directory_iterator(directory, failed);
  for (; !failed && each != fs::directory_iterator(); each.increment(failed)) {
    names.push_back(each->path().filename());
  }
  if (!failed) return names;
  return error_from_errno(failed.value(), "read " + directory.string());
}

// False where there is something else, or nothing.
Result<bool> is_folder(const fs::path& path) {
  struct stat about {};
  if (::lstat(path.c_str(), &about) == 0) return S_ISDIR(about.st_mode);
  if (errno == ENOENT) return false;
  return error_from_errno(errno, "look at " + path.string());
}

// True if a description could not be read, as against read and found to be none.
bool is_hidden(const Error& error) {
  return error.code != ErrorCode::not_found && error.code != ErrorCode::invalid_argument &&
         error.code != ErrorCode::too_large;
}

// Of the file system that the pool's file is on; nothing where the file has all its space already.
Result<std::optional<HostSpace>> host_space(const fs::path& file) {
  struct stat about {};
  struct statvfs host {};
  if (::stat(file.c_str(), &about) != 0 || ::statvfs(file.c_str(), &host) != 0) {
    return error_from_errno(errno, "look at its file " + file.string());
  }
  const bool is_reserved = S_ISREG(about.st_mode) && about.st_blocks * 512 >= about.st_size;
  if (is_reserved) return std::optional<HostSpace>();
  const auto unit = static_cast<std::int64_t>(host.f_frsize);
  return HostSpace{.total = static_cast<std::int64_t>(host.f_blocks) * unit,
                   .free = static_cast<std::int64_t>(host.f_bavail) * unit};
}

}  // namespace

TreeDriver::TreeDriver(TreeDriverOptions options, std::unique_ptr<TreeMethod> method)
    : options_(std::move(options)), method_(std::move(method)) {}

Result<std::unique_ptr<TreeDriver>> TreeDriver::open(TreeDriverOptions options,
                                                     std::unique_ptr<TreeMethod> method) {
  for (const char* part : {"volumes", "snapshots", "incomplete"}) {
    TRY(make_directories(options.root / part, kPassThrough));
  }
  // One that the kernel has made read-only is opened, so that it can be brought back (`revive`).
  if (const auto synced = fsync_directory(options.root); !synced) {
    struct statvfs pool {};
    const bool is_read_only =
        ::statvfs(options.root.c_str(), &pool) == 0 && (pool.f_flag & ST_RDONLY) != 0;
    if (!is_read_only) return synced.error();
  }
  std::unique_ptr<TreeDriver> driver(new TreeDriver(std::move(options), std::move(method)));
  driver->clean_up();
  return driver;
}

StorageInfo TreeDriver::info() const {
  return {.driver = method_->name(),
          .version = method_->version(),
          .root = options_.root,
          .capabilities = method_->capabilities()};
}

Result<PoolSpace> TreeDriver::probe() {
  const auto unusable = [&](const std::string& why) {
    return Error{.code = ErrorCode::unavailable,
                 .message = "the pool in " + options_.root.string() + " cannot be used: " + why};
  };
  struct statvfs pool {};
  if (::statvfs((options_.root / "volumes").c_str(), &pool) != 0)
    return unusable("it is not there");
  if ((pool.f_flag & ST_RDONLY) != 0) return unusable("its file system is read-only");
  const auto unit = static_cast<std::int64_t>(pool.f_frsize);
  PoolSpace space{.total = static_cast<std::int64_t>(pool.f_blocks) * unit,
                  .free = static_cast<std::int64_t>(pool.f_bavail) * unit};
  if (options_.backing_file) {
    const auto host = host_space(*options_.backing_file);
    if (!host) return unusable(host.error().message);
    space.host = *host;
    if (space.host) space.free = std::min(space.free, space.host->free);
  }
  return space;
}

Result<> TreeDriver::revive() {
  struct statvfs pool {};
  const bool is_well =
      ::statvfs((options_.root / "volumes").c_str(), &pool) == 0 && (pool.f_flag & ST_RDONLY) == 0;
  if (is_well || !options_.remount) return {};
  if (options_.backing_file) {
    const auto host = TRY(host_space(*options_.backing_file));
    if (host && host->room() >= HostRoom::little) {
      return Error{.code = ErrorCode::unavailable,
                   .message = "the disk behind the pool's file is full"};
    }
  }
  return in_context("bring the pool back", options_.remount());
}

fs::path TreeDriver::entry(const VolumeId& volume) const {
  return options_.root / "volumes" / volume.str();
}

fs::path TreeDriver::entry(const SnapshotId& snapshot) const {
  return options_.root / "snapshots" / snapshot.str();
}

fs::path TreeDriver::temporary(const fs::path& entry) {
  return options_.root / "incomplete" /
         (entry.filename().string() + "." + std::to_string(++sequence_));
}

Result<fs::path> TreeDriver::tree_of(const fs::path& entry, const std::string& id) const {
  const auto found = method_->is_tree(entry / kTree);
  if (found && *found) return entry / kTree;
  const bool is_pool_there = TRY(is_present(options_.root / "volumes"));
  if (is_pool_there && !found) {
    Error error = found.error();
    error.code = ErrorCode::unavailable;
    error.hint =
        "The file system cannot show it: look at the machine's kernel log and its disks. "
        "It is left as it is.";
    return in_context("read " + id, Result<fs::path>(std::move(error)));
  }
  if (!is_pool_there) {
    return Error{.code = ErrorCode::unavailable,
                 .message = "the pool in " + options_.root.string() + " is gone"};
  }
  return Error{.code = ErrorCode::not_found, .message = "the pool has no " + id};
}

Result<> TreeDriver::make_described(const fs::path& directory, const std::string& id,
                                    const SelfDescription& about) {
  if (::mkdir(directory.c_str(), kPassThrough) != 0) {
    return error_from_errno(errno, "make directory " + directory.string());
  }
  ::chmod(directory.c_str(), kPassThrough);
  return write_description(directory, id, about);
}

// Moves what is at `from` to `to`. False if something is there already.
static Result<bool> move_into_place(const fs::path& from, const fs::path& to) {
  if (::rename(from.c_str(), to.c_str()) == 0) return true;
  if (errno == EEXIST || errno == ENOTEMPTY) return false;
  return error_from_errno(errno, "rename to " + to.string());
}

Result<> TreeDriver::make_by_rename(const fs::path& entry, const SelfDescription& about,
                                    const Fill& fill) {
  const fs::path building = temporary(entry);
  const auto build = [&]() -> Result<bool> {
    TRY(make_described(building, entry.filename(), about));
    TRY(fill(building / kTree));
    TRY(method_->make_durable(building));
    return move_into_place(building, entry);
  };
  const auto moved = build();
  if (!moved || !*moved) {
    if (auto discarded = discard(building); !discarded) {
      spdlog::warn("Could not remove {}: {}", building.string(), discarded.error().describe());
    }
    if (!moved) return moved.error();
  }
  return fsync_directory(entry.parent_path());
}

Result<> TreeDriver::make_in_place(const fs::path& entry, const SelfDescription& about,
                                   const Fill& fill) {
  if (!TRY(is_present(entry))) {
    const fs::path building = temporary(entry);
    auto described = make_described(building, entry.filename(), about);
    Result<bool> moved = described ? move_into_place(building, entry) : described.error();
    if (!moved || !*moved) (void)remove_tree(building);
    if (!moved) return std::move(moved).error();
  }
  auto filled = fill(entry / kTree);
  if (!filled && filled.error().code == ErrorCode::already_exists) return {};
  if (filled) return filled;
  if (const auto half = is_only_described(entry); half && *half) (void)remove_tree(entry);
  return filled;
}

Result<> TreeDriver::copy_entry(const fs::path& from, const fs::path& to,
                                const SelfDescription& about, TreeAccess access) {
  if (TRY(method_->is_tree(to / kTree))) return {};
  const fs::path tree = TRY(tree_of(from, from.filename()));
  const Fill fill = [&](const fs::path& target) { return method_->copy(tree, target, access); };
  return method_->atomic() ? make_in_place(to, about, fill) : make_by_rename(to, about, fill);
}

Result<> TreeDriver::make_empty(const fs::path& tree) {
  TRY(method_->make(tree));
  if (::chmod(tree.c_str(), 0700) != 0) return error_from_errno(errno, "chmod " + tree.string());
  const UserIds owner = options_.owner;
  if (::geteuid() == 0 && ::chown(tree.c_str(), owner.uid, owner.gid) != 0) {
    return error_from_errno(errno, "change the owner of " + tree.string());
  }
  return {};
}

Result<> TreeDriver::create_volume(const VolumeId& volume, const SelfDescription& about) {
  const fs::path to = entry(volume);
  if (TRY(method_->is_tree(to / kTree))) return {};
  return make_by_rename(to, about, [&](const fs::path& tree) { return make_empty(tree); });
}

// What shares blocks one file after the other is not done in one step on any file system.
Result<> TreeDriver::compose(const VolumeId& to, const std::vector<TreePart>& parts,
                             const SelfDescription& about, const ComposeTalk& talk) {
  TRY(check_parts(parts));
  const fs::path target = entry(to);
  if (TRY(method_->is_tree(target / kTree))) return {};
  std::vector<HeldTree> sources;
  for (const auto& part : parts) sources.push_back(TRY(open(part.snapshot)));
  return make_by_rename(target, about, [&](const fs::path& tree) -> Result<> {
    TRY(make_empty(tree));
    for (std::size_t i = 0; i < parts.size(); ++i) {
      const std::string& name = parts[i].name;
      if (talk.begins) talk.begins(name);
      if (talk.keep_going && !talk.keep_going()) {
        return Error{.code = ErrorCode::canceled, .message = "the operation was canceled"};
      }
      TRY(copy_tree(sources[i].path(), tree / name, CopyHow::share, talk.keep_going));
    }
    return {};
  });
}

Result<> TreeDriver::snapshot(const VolumeId& volume, const SnapshotId& snapshot,
                              const SelfDescription& about) {
  return copy_entry(entry(volume), entry(snapshot), about, TreeAccess::read_only);
}

Result<> TreeDriver::clone(const SnapshotId& snapshot, const VolumeId& to,
                           const SelfDescription& about) {
  return copy_entry(entry(snapshot), entry(to), about, TreeAccess::writable);
}

Result<HeldTree> TreeDriver::hold(const fs::path& entry) {
  const std::string id = entry.filename();
  return holds_.hold(id, [&] { return tree_of(entry, id); });
}

Result<HeldTree> TreeDriver::attach(const VolumeId& volume) {
  return hold(entry(volume));
}

Result<HeldTree> TreeDriver::open(const SnapshotId& snapshot) {
  return hold(entry(snapshot));
}

Result<fs::path> TreeDriver::trusted(const VolumeId& volume, const std::string& name) {
  TRY(tree_of(entry(volume), volume.str()));
  const fs::path all = entry(volume) / kTrusted;
  for (const fs::path& directory : {all, all / name}) {
    TRY(make_directories(directory, kPassThrough));
  }
  return all / name;
}

Result<> TreeDriver::destroy(const VolumeId& volume) {
  return destroy_entry(entry(volume));
}

Result<> TreeDriver::destroy(const SnapshotId& snapshot) {
  return destroy_entry(entry(snapshot));
}

Result<> TreeDriver::destroy_entry(const fs::path& entry) {
  const fs::path leaving = temporary(entry);
  int failed = 0;
  TRY(holds_.unless_held(entry.filename(), [&]() -> Result<> {
    if (::rename(entry.c_str(), leaving.c_str()) != 0) failed = errno;
    return {};
  }));
  if (failed != 0) {
    if (failed == ENOENT && TRY(is_present(options_.root / "volumes"))) {
      // Gone, or moved away by an attempt that could not end.
      return discard_moved_away(entry);
    }
    if (failed != ENOSPC || !method_->atomic()) {
      return error_from_errno(failed, "move away " + entry.string());
    }
    // Too full even to rename, but not to remove.
    TRY(discard(entry));
    return method_->make_durable(entry.parent_path());
  }
  // Removed bit by bit it must not reappear after a crash; as one step it may.
  if (!method_->atomic()) TRY(fsync_directory(entry.parent_path()));
  TRY(discard_moved_away(entry));
  if (method_->atomic()) return method_->make_durable(entry.parent_path());
  return {};
}

Result<> TreeDriver::discard(const fs::path& directory) {
  TRY(method_->remove(directory / kTree));
  return remove_tree(directory);
}

Result<> TreeDriver::discard_moved_away(const fs::path& entry) {
  const fs::path workshop = options_.root / "incomplete";
  const std::string prefix = entry.filename().string() + ".";
  for (const auto& name : TRY(names_in(workshop))) {
    if (name.starts_with(prefix)) TRY(discard(workshop / name));
  }
  return {};
}

Result<bool> TreeDriver::is_only_described(const fs::path& entry) const {
  if (!method_->atomic() || !TRY(is_folder(entry))) return false;
  if (TRY(is_present(entry / kTree))) return false;
  for (const auto& name : TRY(names_in(entry))) {
    const bool is_ours =
        name == kDescriptionFile || (name == kTrusted && TRY(names_in(entry / kTrusted)).empty());
    if (!is_ours) return false;
  }
  const auto about = read_description(entry, entry.filename());
  if (!about && is_hidden(about.error())) return about.error();
  return about.has_value();
}

// One thing that cannot be removed or read keeps nothing else from its service.
void TreeDriver::clean_up() {
  const auto each_in = [&](const char* shelf, const auto& look_after) {
    const auto names = names_in(options_.root / shelf);
    // The listing says so too.
    if (!names) return spdlog::error("{}", names.error().describe());
    for (const auto& name : *names) {
      const fs::path place = fs::path(shelf) / name;
      const Result<> done = look_after(options_.root / place);
      if (done) continue;
      spdlog::error("{} is left as it is: {}", place.string(), done.error().describe());
      if (place.parent_path() == "incomplete") {
        left_alone_.push_back(place.string() + ": " + done.error().message);
      }
    }
  };
  each_in("incomplete", [&](const fs::path& left) { return discard(left); });
  for (const char* shelf : {"volumes", "snapshots"}) {
    each_in(shelf, [&](const fs::path& found) -> Result<> {
      if (TRY(is_only_described(found))) TRY(remove_tree(found));
      return {};
    });
  }
}

Result<StorageUsage> TreeDriver::usage(const VolumeId& volume) {
  return extent_usage(TRY(tree_of(entry(volume), volume.str())));
}

Result<StorageUsage> TreeDriver::usage(const SnapshotId& snapshot) {
  return extent_usage(TRY(tree_of(entry(snapshot), snapshot.str())));
}

Result<> TreeDriver::charge(const VolumeId& volume, std::uint32_t owner) {
  return method_->charge(TRY(tree_of(entry(volume), volume.str())), owner);
}

Result<> TreeDriver::limit(std::uint32_t owner, std::optional<std::int64_t> bytes) {
  return method_->limit(options_.root, owner, bytes);
}

Result<std::optional<std::int64_t>> TreeDriver::charged(std::uint32_t owner) {
  return method_->charged(options_.root, owner);
}

template <class SomeId, class Entry>
Result<> TreeDriver::list_entry(const fs::path& place, std::vector<Entry>& entries,
                                StorageListing& listing) const {
  const fs::path entry = options_.root / place;
  const std::string name = entry.filename();
  if (!TRY(is_folder(entry))) {
    // What vanished while we looked is being destroyed, not unknown.
    if (TRY(is_present(entry))) listing.unknown.push_back(place);
    return {};
  }
  auto about = read_description(entry, name);
  if (!about && is_hidden(about.error())) return about.error();
  if (TRY(method_->is_tree(entry / kTree)) && about && SomeId::looks_like(name)) {
    entries.push_back({.id = SomeId(name), .description = *std::move(about)});
  } else if (!TRY(is_only_described(entry)) && TRY(is_present(entry))) {
    listing.unknown.push_back(place);
  }
  return {};
}

Result<StorageListing> TreeDriver::list() {
  StorageListing listing;
  listing.unknown = left_alone_;
  const auto read_shelf = [&]<class SomeId, class Entry>(const char* shelf,
                                                         std::vector<Entry>& entries) -> Result<> {
    const auto names = names_in(options_.root / shelf);
    if (!names) {
      return Error{.code = ErrorCode::unavailable,
                   .message = "cannot read the pool in " + options_.root.string() + ": " +
                              names.error().message};
    }
    for (const auto& name : *names) {
      const fs::path place = fs::path(shelf) / name;
      const auto listed = list_entry<SomeId>(place, entries, listing);
      if (!listed) listing.unknown.push_back(place.string() + ": " + listed.error().message);
    }
    return {};
  };
  TRY(read_shelf.operator()<VolumeId>("volumes", listing.volumes));
  TRY(read_shelf.operator()<SnapshotId>("snapshots", listing.snapshots));
  return listing;
}

}  // namespace slip
