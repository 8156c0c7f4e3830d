// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <boost/describe.hpp>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/result.h"
#include "domain/ids.h"
#include "ports/held_tree.h"

namespace slip {

// What a driver can do, as data: callers decide by these, never by a driver's name.
struct StorageCapabilities {
  bool cheap_clone = false;      // clone takes constant time and no space; else a full copy
  bool atomic_snapshot = false;  // snapshot catches one instant of a volume being written to;
                                 // else the caller freezes all writers around it
  bool cheap_share = false;      // a file copied between two volumes shares its blocks (reflink)
  bool quotas = false;           // it can count and bound what an owner's volumes take
};
BOOST_DESCRIBE_STRUCT(StorageCapabilities, (), (cheap_clone, atomic_snapshot, cheap_share, quotas))

struct StorageInfo {
  std::string driver;          // "btrfs", "directory", ...
  std::string version;         // of the file system or its library
  std::filesystem::path root;  // where the pool lives
  StorageCapabilities capabilities;
};

// What is left on the file system that a pool's sparse file is on. Once nothing is, the kernel
// fails writes that the pool has taken already, and makes it read-only under everybody's databases.
enum class HostRoom {
  ample,
  scarce,  // people are told
  little,  // nothing new is begun
  none,    // what writes is stopped cleanly, while that is still possible
};
BOOST_DESCRIBE_ENUM(HostRoom, ample, scarce, little, none)

struct HostSpace {
  std::int64_t total = 0;
  std::int64_t free = 0;

  // What the databases need to stop cleanly, with what they have not written yet: 2 % of the
  // disk, but on small ones 256 MiB, if that is not too much of it, and never more than a GiB.
  std::int64_t needed_to_stop() const {
    constexpr std::int64_t mebibyte = std::int64_t{1} << 20;
    return std::max(std::min(total / 50, 1024 * mebibyte), std::min(total / 12, 256 * mebibyte));
  }
  HostRoom room() const {
    if (free < needed_to_stop()) return HostRoom::none;
    if (free < 2 * needed_to_stop()) return HostRoom::little;
    return free < 4 * needed_to_stop() ? HostRoom::scarce : HostRoom::ample;
  }
};

// Bytes of the whole pool.
struct PoolSpace {
  std::int64_t total = 0;
  std::int64_t free = 0;  // what can still be written
  // Behind the file that the pool lives in; nothing where it lives in none, or all of it is
  // reserved.
  std::optional<HostSpace> host = {};

  HostRoom host_room() const { return host ? host->room() : HostRoom::ample; }

  // What nobody asked for makes room then, before the databases find the pool full.
  bool runs_short() const { return free < total / 20; }
};

// Bytes of one volume or snapshot.
struct StorageUsage {
  std::int64_t logical = 0;  // as a full copy
  std::int64_t unique = 0;   // freed if only this were destroyed
};
BOOST_DESCRIBE_STRUCT(StorageUsage, (), (logical, unique))

// What a volume or snapshot is, for somebody who has only the pool: names, kind, origin. Written
// beside it, fsynced, before it becomes visible; the catalog can be rebuilt from these.
using SelfDescription = std::map<std::string, std::string>;

struct VolumeEntry {
  VolumeId id;
  SelfDescription description;
};
struct SnapshotEntry {
  SnapshotId id;
  SelfDescription description;
};
// Everything in the pool under our prefix. `unknown` are entries that have our place but not our
// form (torn, foreign): never touched by the driver, reported to the administrator.
struct StorageListing {
  std::vector<VolumeEntry> volumes;
  std::vector<SnapshotEntry> snapshots;
  std::vector<std::string> unknown;
};

// One of the trees that a volume is composed of.
struct TreePart {
  std::string name;  // of the directory that it becomes: one plain name
  SnapshotId snapshot;
};

// Told and asked on the caller's thread while a volume is composed.
struct ComposeTalk {
  std::function<void(const std::string& part)> begins = {};
  std::function<bool()> keep_going = {};  // false: `canceled`
};

// Fails with `invalid_argument` where two parts have the same name, or one has none that a
// directory can have.
inline Result<> check_parts(const std::vector<TreePart>& parts) {
  const auto refuse = [](const std::string& why) {
    return Error{.code = ErrorCode::invalid_argument, .message = why};
  };
  std::set<std::string> names;
  for (const auto& [name, snapshot] : parts) {
    const bool is_plain = !name.empty() && name != "." && name != ".." &&
                          name.find_first_of(std::string("/\0", 2)) == std::string::npos;
    if (!is_plain) return refuse("a part of a volume cannot be called \"" + name + "\"");
    if (!names.insert(name).second) return refuse("two parts are called \"" + name + "\"");
  }
  return {};
}

// Keeps volumes (writable trees) and snapshots (a volume frozen at one instant) in one pool. Knows
// nothing of branches, bookmarks or users.
//
// All calls block, are thread-safe, and are idempotent by the caller's ids, so that a step of an
// operation may be repeated after a crash. Anything that nobody holds may be destroyed at any time:
// a snapshot that has clones, a volume that has snapshots; a driver whose storage pins parents
// hides that.
// After a failure or crash of any call its target may or may not exist, but is never visible half
// made: calling again, or destroying it, is safe.
// Errors of every call: `unavailable` (the pool is gone or read-only), `internal`.
class StorageDriver {
 public:
  virtual ~StorageDriver() = default;

  virtual StorageInfo info() const = 0;

  // Cheap; asks the file system. Fails with `unavailable` when the pool cannot be used.
  virtual Result<PoolSpace> probe() = 0;

  // Makes a pool usable again that its file system has made read-only, where what made it so has
  // gone. Nothing may use the pool. Succeeds where nothing is wrong. Errors: `busy`, `unavailable`.
  virtual Result<> revive() { return {}; }

  // Makes an empty volume, owned by the user who runs instances. Succeeds if it exists already.
  // Errors: `no_space`.
  virtual Result<> create_volume(const VolumeId& volume, const SelfDescription& about) = 0;

  // Freezes what `volume` holds now as `snapshot`, durably: when it returns, a power cut does not
  // lose it. If `snapshot` exists already, succeeds and leaves it as it is.
  // With `atomic_snapshot` writers may go on, and it catches what a power cut at one instant would
  // leave: all that was written before the call, and never what a writer wrote after a sync without
  // what it had synced. Writes that nobody synced and that are made during the call may be caught
  // out of their order: where that matters (several programs, plain files), freeze the writers too.
  // Without `atomic_snapshot` the caller has frozen them.
  // Errors: `not_found` (volume), `no_space`.
  virtual Result<> snapshot(const VolumeId& volume, const SnapshotId& snapshot,
                            const SelfDescription& about) = 0;

  // Makes `to` a writable copy of what `snapshot` holds. Constant time and no new space where
  // `cheap_clone`; else a full copy that becomes visible only when complete.
  // If `to` exists already, succeeds and leaves its content alone.
  // Errors: `not_found` (snapshot), `no_space`.
  virtual Result<> clone(const SnapshotId& snapshot, const VolumeId& to,
                         const SelfDescription& about) = 0;

  // Makes `to` a volume that has, for each part, all that its snapshot holds in a directory of its
  // name, sharing blocks where `cheap_share`. It becomes visible only when complete, and durably.
  // If `to` exists already, succeeds and leaves its content alone.
  // Errors: `invalid_argument` (check_parts), `not_found` (naming the snapshot), `no_space`,
  // `canceled`.
  virtual Result<> compose(const VolumeId& to, const std::vector<TreePart>& parts,
                           const SelfDescription& about, const ComposeTalk& talk = {}) = 0;

  // The volume's tree, to read and write in. The path is the same each time. It is attached until
  // nobody holds it any more: the end of the last hold detaches it. One that an earlier process has
  // left attached (HeldTree::leave) is found as it is. No hold may be used once the driver is gone.
  // Errors: `not_found`.
  virtual Result<HeldTree> attach(const VolumeId& volume) = 0;
  // A directory for what we must believe about source `name` on the volume, beside its tree: nobody
  // but we can list or write it, and no snapshot or clone has it. Made if it is not there; gone
  // with the volume. Its path is valid as long as somebody holds the volume's tree. Errors:
  // `not_found`, `no_space`.
  virtual Result<std::filesystem::path> trusted(const VolumeId& volume,
                                                const std::string& name) = 0;
  // A snapshot's tree, to read only; held as a volume's. Errors: `not_found`.
  virtual Result<HeldTree> open(const SnapshotId& snapshot) = 0;

  // Gone, with its space coming back at once or soon; detached before, where it was left attached.
  // Succeeds if there is none. Errors: `busy` (somebody holds its tree).
  virtual Result<> destroy(const VolumeId& volume) = 0;
  virtual Result<> destroy(const SnapshotId& snapshot) = 0;

  // From extents really shared on disk. May take time in the order of the tree's number of extents.
  // Errors: `not_found`.
  virtual Result<StorageUsage> usage(const VolumeId& volume) = 0;
  virtual Result<StorageUsage> usage(const SnapshotId& snapshot) = 0;

  // With `quotas`. An owner is a container, by its number. What is written to the volumes charged
  // to him counts as his as long as anything in the pool holds it, from the first `limit` in the
  // pool on; what a volume was cloned from does not. All of these may be repeated.

  // Whatever is written to the volume is `owner`'s. Errors: `not_found`.
  virtual Result<> charge(const VolumeId&, std::uint32_t) { return {}; }
  // Writes that would make it more are refused with EDQUOT (base/error: `no_space`), in the owner's
  // volumes alone. Nothing: all that there is. Snapshots and clones are never refused for it.
  // Errors: `unsupported`.
  virtual Result<> limit(std::uint32_t, std::optional<std::int64_t>) {
    return Error{.code = ErrorCode::unsupported,
                 .message = "this pool cannot bound what is written"};
  }
  // Nothing: not counted.
  virtual Result<std::optional<std::int64_t>> charged(std::uint32_t) {
    return std::optional<std::int64_t>();
  }

  virtual Result<StorageListing> list() = 0;
};

}  // namespace slip
