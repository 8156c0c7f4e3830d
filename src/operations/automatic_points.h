#pragma once

#include <map>
#include <vector>

#include "operations/instances.h"

namespace slip {

// Finds the branches that shall get a point of their own accord. Not thread-safe.
class AutomaticPoints {
 public:
  AutomaticPoints(World& world, Instances& instances) : world_(world), instances_(instances) {}

  // Those that run, have had no point for as long as the settings say, and have changed since. A
  // branch's databases are asked that long after they were asked last, not sooner.
  Result<std::vector<BranchId>> due(Timestamp now);

 private:
  Result<bool> is_due(const Branch& branch, Timestamp now);

  World& world_;
  Instances& instances_;
  std::map<BranchId, Timestamp> asked_;  // or had a point
};

}  // namespace slip
