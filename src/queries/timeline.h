// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/json.h"
#include "ports/catalog.h"

namespace slip::api {

struct TimelineQuery {
  Branch branch;
  std::vector<Branch> branches;  // of the same owner
  BranchId active;               // empty for a template
  PointWindow window;
  std::vector<Bookmark> bookmarks;  // of the same owner
};

// One branch's history: all its segments, a window of its points, and its bookmarks.
Result<json::value> timeline_json(CatalogUnit& catalog, const TimelineQuery& query);

}  // namespace slip::api
