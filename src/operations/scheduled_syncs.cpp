// SPDX-License-Identifier: Apache-2.0
#include "operations/scheduled_syncs.h"

#include <algorithm>

#include "domain/schedule.h"

namespace slip {
Result<std::vector<std::string>> ScheduledSyncs::due(Timestamp now) {
  const auto sources = TRY(world_.catalog.read(
      [](CatalogUnit& catalog) { return catalog.sources().all(Trash::without); }));
  std::vector<std::string> names;
  for (const auto& source : sources) {
    if (put_back_.erase(source.name) > 0) tried_.erase(source.id);
    const Timestamp synced = source.synced_at.value_or(source.created_at);
    const auto tried = tried_.find(source.id);
    // A clock that was set back must not keep a source waiting.
    const bool is_tried = tried != tried_.end() && tried->second <= now;
    const auto next = next_sync_after(source, is_tried ? std::max(synced, tried->second) : synced);
    if (!next || *next > now) continue;
    tried_[source.id] = now;
    names.push_back(source.name);
  }
  return names;
}

}  // namespace slip
