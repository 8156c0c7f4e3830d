#pragma once

#include <map>
#include <vector>

#include "operations/instances.h"

namespace slip {

// Finds the branches that shall get a point of their own accord. Not thread-safe.
class AutomaticPoints {
 public:
  AutomaticPoints(World& world, Instances& instances) : world_(world), instances_(instances) {}

  // Those that run and have changed since their last point, if that was as long ago as the settings
  // say, or so much log has been written since. A branch that was written to lately has its
  // databases asked ten times in that time, any other once.
  Result<std::vector<BranchId>> due(Timestamp now);

 private:
  struct Last;
  Result<Last> last_of(const Branch& branch);
  Result<bool> is_due(const Branch& branch, Timestamp now);

  World& world_;
  Instances& instances_;
  std::map<BranchId, Timestamp> ask_next_;
};

}  // namespace slip
