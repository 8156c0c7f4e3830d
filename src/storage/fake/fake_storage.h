// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ports/storage_driver.h"
#include "storage/holds/tree_holds.h"

namespace slip {

// A StorageDriver in memory, for tests: no file system, no time spent. A tree is a map from path to
// content; there are no directories. It outlives the engine that uses it, as a pool outlives a
// daemon. Its paths ("/fake/<volume or snapshot id>") lead nowhere: use `read` and `write`.
// Clones share contents until these are written, and only what is shared once counts as used.
// Thread-safe.
class FakeStorage : public StorageDriver {
 public:
  using Tree = std::map<std::string, std::shared_ptr<const std::string>>;

  // Where a synthetic path leads: the volume, and the path within it ("" is the tree itself).
  struct Place {
    VolumeId volume;
    std::string path;
  };

  enum class When { before, after };

  FakeStorage();

  // What reaches into the trees, as instances and adapters would by the file system.
  // Errors: `not_found`; of `write` also `no_space`.
  Result<std::string> read(const VolumeId& volume, const std::string& path) const;
  Result<std::string> read(const SnapshotId& snapshot, const std::string& path) const;
  Result<> write(const VolumeId& volume, const std::string& path, std::string content);
  Result<> remove(const VolumeId& volume, const std::string& path);
  Result<Tree> tree(const VolumeId& volume) const;
  // As `copy_tree`: everything below a place of a volume or snapshot, into a volume. Counts as
  // shared. Errors: `not_found`.
  Result<> copy(const std::filesystem::path& from, const Place& to);

  // Nothing if the path is not in any volume's place.
  static std::optional<Place> place_of(const std::filesystem::path& path);

  // The next call of that method ("snapshot", "destroy", ...) fails; `after`: has its effect first.
  // Several failures of one method are used up in turn.
  void fail_next(const std::string& method, Error error, When when = When::before);
  // Called at the begin and end of every method, outside the lock; an error it gives back becomes
  // the method's. For harnesses that stop the engine at every step.
  void on_call(std::function<Result<>(std::string_view method, When when)> hook);
  // Bytes of different contents that fit in. Nothing means: no limit.
  void set_capacity(std::optional<std::int64_t> bytes);
  // The disk behind the pool's file.
  void set_host(std::optional<HostSpace> host);
  int times_revived() const;
  void set_capabilities(StorageCapabilities capabilities);
  // Puts something foreign in the pool, which `list` then reports.
  void add_unknown(std::string name);
  // So much counts as the owner's, where the capabilities say that it is counted.
  void set_charged(std::uint32_t owner, std::int64_t bytes);
  // Nothing: none was set.
  std::optional<std::int64_t> limit_of(std::uint32_t owner) const;
  std::optional<std::uint32_t> owner_of(const VolumeId& volume) const;
  // The volumes and snapshots that are attached, by their ids.
  std::vector<std::string> attached() const { return holds_.attached(); }

  StorageInfo info() const override;
  Result<PoolSpace> probe() override;
  Result<> revive() override;
  Result<> create_volume(const VolumeId& volume, const SelfDescription& about) override;
  Result<> snapshot(const VolumeId& volume, const SnapshotId& snapshot,
                    const SelfDescription& about) override;
  Result<> clone(const SnapshotId& snapshot, const VolumeId& to,
                 const SelfDescription& about) override;
  Result<> compose(const VolumeId& to, const std::vector<TreePart>& parts,
                   const SelfDescription& about, const ComposeTalk& talk = {}) override;
  Result<HeldTree> attach(const VolumeId& volume) override;
  Result<std::filesystem::path> trusted(const VolumeId& volume, const std::string& name) override;
  Result<HeldTree> open(const SnapshotId& snapshot) override;
  Result<> destroy(const VolumeId& volume) override;
  Result<> destroy(const SnapshotId& snapshot) override;
  Result<StorageUsage> usage(const VolumeId& volume) override;
  Result<StorageUsage> usage(const SnapshotId& snapshot) override;
  Result<> charge(const VolumeId& volume, std::uint32_t owner) override;
  Result<> limit(std::uint32_t owner, std::optional<std::int64_t> bytes) override;
  Result<std::optional<std::int64_t>> charged(std::uint32_t owner) override;
  Result<StorageListing> list() override;

 private:
  struct Held {
    Tree tree;
    SelfDescription about;
  };
  struct Failure {
    Error error;
    When when;
  };

  template <class Act>
  auto call(const std::string& method, Act act) -> decltype(act());
  Result<> interfere(const std::string& method, When when);
  // Puts the parts together in `tree`; true: there is a volume `to` already.
  Result<bool> gather(const VolumeId& to, const std::vector<TreePart>& parts, Tree& tree) const;
  std::int64_t used() const;
  StorageUsage usage_of(const Tree& tree) const;

  TreeHolds holds_;
  mutable std::mutex mutex_;
  std::map<VolumeId, Held> volumes_;
  std::map<SnapshotId, Held> snapshots_;
  std::map<std::string, std::deque<Failure>> failures_;
  std::function<Result<>(std::string_view, When)> hook_;
  std::optional<std::int64_t> capacity_;
  std::optional<HostSpace> host_;
  int times_revived_ = 0;
  StorageCapabilities capabilities_{
      .cheap_clone = true, .atomic_snapshot = true, .cheap_share = true, .quotas = true};
  std::vector<std::string> unknown_;
  std::map<VolumeId, std::uint32_t> owners_;
  std::map<std::uint32_t, std::int64_t> charged_;
  std::map<std::uint32_t, std::int64_t> limits_;
};

}  // namespace slip
