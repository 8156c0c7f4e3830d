// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "ports/catalog.h"
#include "queries/refs.h"
#include "queries/space.h"

namespace slip::queries {

struct TrashView {
  std::string id;
  std::string kind;  // "container", "branch", "bookmark"
  std::string name;
  std::optional<Ref> container;
  Ref template_;
  Timestamp deleted_at;
  std::optional<std::string> deleted_by;  // nothing: from before that was kept
  Timestamp purged_at;                    // when it will be gone for good, at the earliest
};
BOOST_DESCRIBE_STRUCT(TrashView, (),
                      (id, kind, name, container, template_, deleted_at, deleted_by, purged_at))

struct TrashQuery {
  Actor actor;
  Duration life;  // of what is in it, as the retention policy says
  Timestamp now;
};
// What the actor may see of the trash, the newest first.
Result<std::vector<TrashView>> list_trash(CatalogUnit& catalog, const TrashQuery& query);

// What of the pool goes with each of them, and is in nobody else's holdings: in their order.
Result<std::vector<Holding>> trash_holdings(CatalogUnit& catalog,
                                            const std::vector<TrashView>& things);

}  // namespace slip::queries
