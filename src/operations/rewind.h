// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <vector>

#include "domain/source_history.h"
#include "operations/planning.h"

namespace slip {

// Bringing a template back to a time that no point of it is of: what follows production by its log,
// the rest to the newest data from before then.
struct RewoundSource {
  std::string place;  // the source's name in the template
  Source source;
  PastData past;
  Duration grain{1};  // how far apart the moments are that its log can go to
};
struct Rewind {
  Template mould;
  Segment segment;  // of the template's master, at that time
  Point before;     // the newest point of it before that time
  std::vector<RewoundSource> sources;
  Duration grain{1};  // how far apart the moments are that all sources with a log can go to
  Timestamp until;
};

// Nothing where no source's log leads there, or one that keeps a log cannot come along.
Result<std::optional<Rewind>> find_rewind(PlanContext& context, const Template& mould,
                                          const Segment& segment, const Point& before,
                                          Timestamp at);

// When a source's data would be of.
Timestamp time_of(const Rewind& rewind, const RewoundSource& one);

// Adds the steps that make a point of the template of it, masked as every other, and to `commit`
// the point. The volumes they work in go with the operation.
Point add_rewind(Drafting& drafting, Plan& plan, const Rewind& rewind, PointKind kind,
                 Commit& commit);

}  // namespace slip
