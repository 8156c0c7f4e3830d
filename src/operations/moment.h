// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "operations/planning.h"
#include "operations/rewind.h"

namespace slip {

// Going on from a point to a time that no point is of: a copy of the point's data, and the log of
// what was written from then on.
struct Replay {
  Branch branch;    // whose log it is
  Segment segment;  // that of the time
  PointId from;
  SnapshotId base;   // the point's, or what the segment began with; a point's baked one is neither,
                     // as its log goes on another way
  SnapshotId later;  // whose log reaches `until`; empty: the branch's volume has it as it is now
  Timestamp until;
  // How far each source comes, by its name in the template, and what its data would lack.
  std::map<std::string, DataPosition> positions = {};
};

// How to get a branch's data as of a time.
struct Moment {
  Point point;  // at or before it: all there is of that time, or where the replay begins
  std::optional<Replay> replay = {};
  std::optional<Rewind> rewind = {};  // instead, of a template
  TemplateVersion version = {};       // whose sources its data has

  Timestamp at() const {
    if (replay) return replay->until;
    return rewind ? rewind->until : point.at;
  }
};

// The way to the branch's data as of `at`: exactly, where a source keeps a log that leads from a
// point before it to one after it; else the newest point at or before it on the segment of that
// time or, before its first point, what the segment began with. `mould` is the template that the
// branch is of. Fails with `out_of_range`, saying the range.
Result<Moment> find_moment(PlanContext& context, const Template& mould, const Branch& branch,
                           Timestamp at);

// How far a source's data would go.
struct SourceMoment {
  std::string source;  // its name in the template
  Timestamp at;
  // What its data would lack, as DataPosition::lacks; nothing: not known.
  std::optional<std::vector<std::string>> lacks = {};
};
// For each source, in the template's order: those that keep a log come to the very moment, the
// others are of the point before it.
Result<std::vector<SourceMoment>> source_moments(PlanContext& context, const Moment& moment);

// Asks first where a source's data would be of so much earlier than `asked` that the template says
// to. Fails with `precondition_failed`, naming the source and its time.
Result<> check_not_much_earlier(PlanContext& context, const Moment& moment, Timestamp asked);

}  // namespace slip
