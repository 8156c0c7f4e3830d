// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "queries/space.h"
#include "queries/trash.h"

namespace slip::queries {

// Who holds how much of the pool, measured on disk.

// What somebody or something holds.
struct Held {
  Ref by;
  Space space;
};

struct ContainerUsage {
  Space container;
  std::vector<Held> branches;
  std::vector<Held> bookmarks;
  std::map<std::string, Space> tags;
};
// Of one that the actor may look at. Errors: `not_found`; besides, and what `patience` is for:
// Surveys.
Result<ContainerUsage> container_usage(Reader& reader, const Actor& actor,
                                       std::string_view container, Duration patience);

// By who holds it: a template its own points, a user the containers that he owns. Nothing is in two
// of containers, templates, sources and the trash.
struct PoolUsage {
  struct OfTrash {
    TrashView thing;
    Space space;
  };
  std::vector<Held> containers;
  std::vector<Held> templates;
  std::vector<Held> sources;
  std::vector<OfTrash> trash;
  std::vector<Held> users;
  std::int64_t used = 0;  // of the pool, in bytes, by whatever is in it
};
// For administrators; errors, and what `patience` is for: Surveys.
Result<PoolUsage> pool_usage(Reader& reader, const Actor& actor, Duration patience);

}  // namespace slip::queries
