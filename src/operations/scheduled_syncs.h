// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "operations/world.h"

namespace slip {

// Finds the sources that are to be synced automatically. Not thread-safe.
class ScheduledSyncs {
 public:
  explicit ScheduledSyncs(World& world) : world_(world) {}

  // Names of the sources whose time has come. Each is told once: it counts as tried, whatever
  // becomes of it.
  Result<std::vector<std::string>> due(Timestamp now);

  // It could not be tried yet: it is told again.
  void put_back(const std::string& name) { put_back_.insert(name); }

 private:
  World& world_;
  std::map<SourceId, Timestamp> tried_;
  std::set<std::string> put_back_;
};

}  // namespace slip
