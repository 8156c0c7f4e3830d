#pragma once

#include <map>
#include <string>
#include <vector>

#include "operations/world.h"

namespace slip {

// Finds the sources that shall be synced of their own accord. Not thread-safe.
class ScheduledSyncs {
 public:
  explicit ScheduledSyncs(World& world) : world_(world) {}

  // Names of the sources whose time has come. Each is told once: it counts as tried, whatever
  // becomes of it.
  Result<std::vector<std::string>> due(Timestamp now);

 private:
  World& world_;
  std::map<SourceId, Timestamp> tried_;
};

// When a source is synced next of its own accord; nothing: never.
std::optional<Timestamp> next_sync(const Source& source);

}  // namespace slip
