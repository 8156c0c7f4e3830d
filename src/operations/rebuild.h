// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "ports/catalog.h"
#include "ports/storage_driver.h"

namespace slip {

// What a catalog was made of, for people.
struct Rebuilt {
  std::size_t containers = 0;
  std::size_t points = 0;
  std::size_t bookmarks = 0;
  std::vector<std::string> unknown;  // in the pool, and saying too little of itself
  // Containers with several branches, each with the one that is active now: "qa (default)".
  std::vector<std::string> unsure;
};

// Fills an empty catalog from what the entries of a pool say of themselves (self_description.h),
// the newest first. Bookmarks have the names that they were made with; what was renamed, activated,
// given a quota or deleted since is as it was then. Of people the members of containers are known,
// without their passwords; containers get new ones. In one transaction.
Result<Rebuilt> rebuild_catalog(Catalog& catalog, const StorageListing& pool, Timestamp now);

}  // namespace slip
