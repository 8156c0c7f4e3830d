// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <vector>

#include "operations/world.h"

namespace slip {

// Finds the branches that are to get an automatic point. Not thread-safe.
class AutomaticPoints {
 public:
  explicit AutomaticPoints(World& world) : world_(world) {}

  // Those that run and have changed since their last point, if that was as long ago as the settings
  // say, or so much log has been written since. A branch that was written to lately has its
  // databases asked ten times in that time, or, where much is written, when that much is to be
  // expected, up to thirty times; any other once. None where the pool runs short of space.
  // One that cannot be asked is logged, and asked again later; it keeps no other from its point.
  Result<std::vector<BranchId>> due(Timestamp now);
  // The same of sources that are kept up with production; none that is behind.
  Result<std::vector<SourceId>> due_sources(Timestamp now);

 private:
  struct Last;
  Result<Last> last_of(const Branch& branch);
  Result<bool> is_due(const Branch& branch, Timestamp now);
  Result<bool> has_changed_enough(const Branch& branch, const VolumeSpec& volume, Timestamp now);
  Result<bool> is_due(const Source& source, Timestamp now);
  // Of a branch or a source; a failure counts as no, and is logged.
  template <class Record>
  bool is_found_due(const Record& record, const std::string& what, Timestamp now);
  struct Written {
    std::int64_t bytes;
    Timestamp since;
  };
  // Sooner than otherwise, if the log will be long enough for a point before.
  void ask_when_much_is_written(const VolumeId& volume, Timestamp now, const Written& log);
  bool is_asked(const VolumeId& volume, Timestamp now) const;
  void ask_all_after_the_clock_was_set_back(Timestamp now);

  World& world_;
  std::map<VolumeId, Timestamp> ask_next_;
};

}  // namespace slip
