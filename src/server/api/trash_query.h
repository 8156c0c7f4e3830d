// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "queries/trash.h"
#include "server/api/call.h"

namespace slip::api {

// What of the trash whoever calls may see, as of now.
inline queries::TrashQuery trash_query(const Call& call) {
  return {.actor = call.actor,
          .life = call.api.world().settings.retention.trash,
          .now = call.api.now()};
}

}  // namespace slip::api
