// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/file.h"
#include "ports/storage_driver.h"
#include "storage/holds/tree_holds.h"
#include "storage/tree/tree_method.h"

namespace slip {

struct TreeDriverOptions {
  std::filesystem::path root;  // an existing directory on the file system that holds the pool
  UserIds owner;               // of new volumes: who runs instances
  // The file that the pool's file system lives in, if it lives in one: the pool then has no more
  // free space than the file system that this file is on.
  std::optional<std::filesystem::path> backing_file = {};
  // Mounts the pool's file system anew, where it is ours to do so.
  std::function<Result<>()> remount = {};
};

// A StorageDriver that keeps every volume and snapshot as a directory of its own:
//
//   <root>/volumes/<id>/{description.json,tree}    <root>/snapshots/<id>/{description.json,tree}
//   <root>/volumes/<id>/trusted/<source>/          what we must believe: StorageDriver::trusted
//   <root>/incomplete/                             what is being made or removed
//
// An entry is there if its `tree` is there. Entries are built in incomplete/, made durable and
// renamed into place; where the TreeMethod is atomic, the copy appearing in an entry that
// so far has only its description is what makes it visible. Left-overs of a crash are in
// incomplete/, or are entries of ours without a tree; both are removed at `open`. Everything else
// that is found is not ours and not touched. What cannot be looked at or removed is left as it is
// and listed as unknown, with the reason; everything else goes on.
class TreeDriver : public StorageDriver {
 public:
  // Makes what is missing of the layout and removes left-overs. Nobody else may have the pool open.
  static Result<std::unique_ptr<TreeDriver>> open(TreeDriverOptions options,
                                                  std::unique_ptr<TreeMethod> method);

  StorageInfo info() const override;
  Result<PoolSpace> probe() override;
  Result<> revive() override;
  Result<> create_volume(const VolumeId& volume, const SelfDescription& about) override;
  Result<> snapshot(const VolumeId& volume, const SnapshotId& snapshot,
                    const SelfDescription& about) override;
  Result<> clone(const SnapshotId& snapshot, const VolumeId& to,
                 const SelfDescription& about) override;
  Result<> compose(const VolumeId& to, const std::vector<TreePart>& parts,
                   const SelfDescription& about, const ComposeTalk& talk) override;
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
  using Fill = std::function<Result<>(const std::filesystem::path& tree)>;

  TreeDriver(TreeDriverOptions options, std::unique_ptr<TreeMethod> method);

  std::filesystem::path entry(const VolumeId& volume) const;
  std::filesystem::path entry(const SnapshotId& snapshot) const;
  std::filesystem::path temporary(const std::filesystem::path& entry);
  // The entry's tree. Errors: `not_found`, and `unavailable` where the whole pool has gone.
  Result<std::filesystem::path> tree_of(const std::filesystem::path& entry,
                                        const std::string& id) const;
  Result<HeldTree> hold(const std::filesystem::path& entry);

  Result<> make_described(const std::filesystem::path& directory, const std::string& id,
                          const SelfDescription& about);
  Result<> make_by_rename(const std::filesystem::path& entry, const SelfDescription& about,
                          const Fill& fill);
  Result<> make_in_place(const std::filesystem::path& entry, const SelfDescription& about,
                         const Fill& fill);
  Result<> copy_entry(const std::filesystem::path& from, const std::filesystem::path& to,
                      const SelfDescription& about, TreeAccess access);
  // An empty tree of whoever runs instances.
  Result<> make_empty(const std::filesystem::path& tree);
  Result<> destroy_entry(const std::filesystem::path& entry);
  Result<> discard(const std::filesystem::path& directory);
  // Everything that was moved away from `entry` to be removed.
  Result<> discard_moved_away(const std::filesystem::path& entry);
  // Whether the entry is a left-over of a copy that a crash kept from appearing.
  Result<bool> is_only_described(const std::filesystem::path& entry) const;
  void clean_up();
  template <class SomeId, class Entry>
  Result<> list_entry(const std::filesystem::path& place, std::vector<Entry>& entries,
                      StorageListing& listing) const;

  const TreeDriverOptions options_;
  const std::unique_ptr<TreeMethod> method_;
  TreeHolds holds_;  // trees are where they are: nothing is to be attached
  std::atomic<unsigned> sequence_ = 0;
  std::vector<std::string> left_alone_;  // by clean_up, each with the reason
};

}  // namespace slip
