// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/retention.h"
#include "operations/world.h"

namespace slip {

// Making things go for good, within a transaction: their data is doomed, which the reaper then
// destroys. Each does nothing to what is gone already.

// A point's data; the point itself stays in the history.
Result<> purge(CatalogUnit& catalog, Point point);
// With every point on it that no bookmark names, in the trash neither, and that nothing which is
// left began with.
Result<> purge(CatalogUnit& catalog, Branch branch, const RetentionPolicy& policy, Timestamp now);
// With all its branches and bookmarks; points that others' branches began with stay.
Result<> purge(CatalogUnit& catalog, const Container& container, const RetentionPolicy& policy,
               Timestamp now);
// All its points, bookmarked ones too. What containers took from them is theirs.
Result<> purge(CatalogUnit& catalog, const Template& mould);
// Its time in the trash is over now: with its point, unless something else keeps that.
Result<> purge(CatalogUnit& catalog, Bookmark bookmark, const RetentionPolicy& policy,
               Timestamp now);

// The points of the source's history; the caller puts the source.
Result<> purge(CatalogUnit& catalog, Source& source, const std::vector<SourcePoint>& points);
// All its data, and where it is kept up with production; the caller puts the source.
Result<> purge(CatalogUnit& catalog, Source& source);

// What keeps points besides their age.
Result<Keepers> find_keepers(CatalogUnit& catalog, const RetentionPolicy& policy, Timestamp now);

}  // namespace slip
