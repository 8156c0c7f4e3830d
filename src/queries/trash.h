// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "ports/catalog.h"
#include "queries/refs.h"
#include "queries/space.h"

namespace slip::queries {

class Reader;

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

// What the actor may see of the trash, the newest first.
Result<std::vector<TrashView>> list_trash(Reader& reader, const Actor& actor);

// What each of them frees when it is purged.
struct TrashSpace {
  std::string id;
  Space space;
};
// Measured on disk; errors and what `patience` is for: Surveys.
Result<std::vector<TrashSpace>> trash_usage(Reader& reader, const Actor& actor, Duration patience);
// Those of them that the actor may see: measuring takes a while.
Result<std::vector<TrashSpace>> still_visible(Reader& reader, const Actor& actor,
                                              std::vector<TrashSpace> all);

struct TrashQuery {
  Actor actor;
  Duration life;  // of what is in it, as the retention policy says
  Timestamp now;
};
// As of now.
TrashQuery trash_query(Reader& reader, const Actor& actor);
Result<std::vector<TrashView>> list_trash(CatalogUnit& catalog, const TrashQuery& query);

// What of the pool goes with each of them, and is in nobody else's holdings: in their order.
Result<std::vector<Holding>> trash_holdings(CatalogUnit& catalog,
                                            const std::vector<TrashView>& things);

}  // namespace slip::queries
