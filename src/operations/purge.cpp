// SPDX-License-Identifier: Apache-2.0
#include "operations/purge.h"

#include "operations/lookup.h"

namespace slip {
namespace {

Result<> doom(CatalogUnit& catalog, const SnapshotId& id) {
  if (id.empty()) return {};
  auto snapshot = TRY(catalog.snapshots().find(id));
  if (!snapshot) return {};
  snapshot->state = StorageState::doomed;
  return catalog.snapshots().put(*snapshot);
}

Result<> doom(CatalogUnit& catalog, const VolumeId& id) {
  auto volume = TRY(catalog.volumes().find(id));
  if (!volume) return {};
  volume->state = StorageState::doomed;
  return catalog.volumes().put(*volume);
}

}  // namespace

Result<> purge(CatalogUnit& catalog, Point point) {
  if (!point.reachable()) return {};
  TRY(doom(catalog, point.snapshot));
  TRY(doom(catalog, point.baked));
  point.snapshot = {};
  point.baked = {};
  return catalog.points().put(point);
}

namespace {

// Those that nobody can go back to any more: no bookmark names them, in the trash neither, and
// nothing that is left began with them.
Result<> purge_points(CatalogUnit& catalog, const std::vector<BranchId>& of,
                      const RetentionPolicy& policy, Timestamp now) {
  const Keepers keepers = TRY(find_keepers(catalog, policy, now));
  for (const auto& branch : of) {
    for (const auto& point : TRY(catalog.points().of_branch(branch))) {
      if (keepers.needed.contains(point.id) || keepers.bookmarked.contains(point.id)) continue;
      TRY(purge(catalog, point));
    }
  }
  return {};
}

}  // namespace

Result<> purge(CatalogUnit& catalog, Branch branch, const RetentionPolicy& policy, Timestamp now) {
  if (branch.volume.empty()) return {};
  TRY(doom(catalog, branch.volume));
  branch.volume = {};
  TRY(catalog.branches().put(branch));
  return purge_points(catalog, {branch.id}, policy, now);
}

Result<> purge(CatalogUnit& catalog, const Container& container, const RetentionPolicy& policy,
               Timestamp now) {
  // Its bookmarks are in the trash no longer than it is.
  for (auto& bookmark : TRY(catalog.bookmarks().of_container(container.id, Trash::with))) {
    const Timestamp past = now - policy.trash;
    if (bookmark.deleted_at && *bookmark.deleted_at <= past) continue;
    bookmark.deleted_at = past;
    TRY(catalog.bookmarks().put(bookmark));
  }
  std::vector<BranchId> purged;
  for (auto branch : TRY(catalog.branches().of_container(container.id, Trash::with))) {
    if (branch.volume.empty()) continue;
    if (!branch.deleted_at) branch.deleted_at = container.deleted_at;
    TRY(doom(catalog, branch.volume));
    branch.volume = {};
    TRY(catalog.branches().put(branch));
    purged.push_back(branch.id);
  }
  return purged.empty() ? Result<>() : purge_points(catalog, purged, policy, now);
}

Result<> purge(CatalogUnit& catalog, const Template& mould) {
  auto master = TRY(branch_of(catalog, mould.master));
  if (master.deleted_at) return {};
  for (auto& bookmark : TRY(catalog.bookmarks().of_template(mould.id, Trash::without))) {
    if (!bookmark.container.empty()) continue;
    bookmark.deleted_at = mould.deleted_at;
    TRY(catalog.bookmarks().put(bookmark));
  }
  for (const auto& point : TRY(catalog.points().of_branch(master.id))) TRY(purge(catalog, point));
  master.deleted_at = mould.deleted_at;
  return catalog.branches().put(master);
}

Result<> purge(CatalogUnit& catalog, Bookmark bookmark, const RetentionPolicy& policy,
               Timestamp now) {
  bookmark.deleted_at = now - policy.trash;
  TRY(catalog.bookmarks().put(bookmark));
  const Keepers keepers = TRY(find_keepers(catalog, policy, now));
  const bool kept =
      keepers.needed.contains(bookmark.point) || keepers.bookmarked.contains(bookmark.point);
  return kept ? Result<>() : purge(catalog, TRY(point_of(catalog, bookmark.point)));
}

Result<> purge(CatalogUnit& catalog, Source& source, const std::vector<SourcePoint>& points) {
  for (const auto& point : points) {
    if (point.snapshot != source.snapshot) TRY(doom(catalog, point.snapshot));
    std::erase_if(source.history,
                  [&](const SourcePoint& one) { return one.snapshot == point.snapshot; });
  }
  return {};
}

Result<> purge(CatalogUnit& catalog, Source& source) {
  TRY(purge(catalog, source, std::vector<SourcePoint>(source.history)));
  TRY(doom(catalog, source.snapshot));
  TRY(doom(catalog, source.volume));
  source.snapshot = {};
  source.volume = {};
  return {};
}

Result<Keepers> find_keepers(CatalogUnit& catalog, const RetentionPolicy& policy, Timestamp now) {
  Keepers keepers;
  for (const auto& bookmark : TRY(catalog.bookmarks().all(Trash::with))) {
    const bool trashed = bookmark.deleted_at && *bookmark.deleted_at + policy.trash > now;
    if (trashed || keeps_data(bookmark, now)) keepers.bookmarked.insert(bookmark.point);
  }
  for (const auto& branch : TRY(catalog.branches().all(Trash::with))) {
    const bool is_purged = branch.template_id.empty() && branch.volume.empty();
    if (is_purged) continue;
    const auto segment = TRY(segment_of(catalog, branch.segment));
    if (segment.parent) keepers.needed.insert(segment.parent->point);
    keepers.needed.insert(segment.safety_point);
    if (!branch.template_id.empty()) {
      const auto newest = TRY(catalog.points().newest(branch.id));
      if (newest) keepers.needed.insert(newest->id);
    }
  }
  return keepers;
}

}  // namespace slip
