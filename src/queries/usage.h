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

// Who holds how much of the pool. What the catalog knows is read in one transaction first; then the
// disk is measured, outside of it.

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
Result<ContainerUsage> usage_of(const ContainerHoldings& holdings, Survey& survey);
// Of one that the actor may look at. Errors: `not_found`; besides, and what `patience` is for:
// Surveys.
Result<ContainerUsage> container_usage(Reader& reader, const Actor& actor,
                                       std::string_view container, Duration patience);

// What is in the pool, by who holds it: a template its own points, a user the containers that he
// owns. Nothing is in two of containers, templates, sources and the trash.
struct PoolHoldings {
  struct OfTemplate {
    Ref mould;
    Holding points;
  };
  std::vector<ContainerHoldings> containers;
  std::vector<OfTemplate> templates;
  std::vector<Source> sources;
  std::vector<TrashView> trash;
  std::vector<Holding> trash_holdings;  // in the same order
  std::map<UserId, Ref> users;
};
Result<PoolHoldings> pool_holdings(CatalogUnit& catalog, const TrashQuery& trash);

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
Result<PoolUsage> usage_of(const PoolHoldings& holdings, Survey& survey);
// For administrators; errors, and what `patience` is for: Surveys.
Result<PoolUsage> pool_usage(Reader& reader, const Actor& actor, Duration patience);

}  // namespace slip::queries
