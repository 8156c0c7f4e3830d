// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ports/catalog.h"
#include "queries/bookmarks.h"

namespace slip::queries {

struct ActView {  // the operation that began a segment
  std::string id;
  std::string actor;
  std::string words;
};
BOOST_DESCRIBE_STRUCT(ActView, (), (id, actor, words))

struct SegmentView {
  std::string id;
  std::string branch;
  std::optional<SegmentId> previous;
  SegmentKind kind = SegmentKind::created;
  Timestamp began_at;
  std::optional<DataParent> parent;
  std::optional<ActView> operation;
  std::optional<PointId> safety_point;
  int template_version = 1;
};
BOOST_DESCRIBE_STRUCT(SegmentView, (),
                      (id, branch, previous, kind, began_at, parent, operation, safety_point,
                       template_version))

struct PointView {
  std::string id;
  std::string segment;
  std::string branch;
  PointKind kind = PointKind::automatic;
  Timestamp at;
  bool reachable = false;
  bool baked = false;
  std::map<std::string, DataPosition> positions;
  std::optional<bool> exact;  // nothing: not known
};
BOOST_DESCRIBE_STRUCT(PointView, (),
                      (id, segment, branch, kind, at, reachable, baked, positions, exact))

struct BranchEntry {
  std::string id;
  std::string name;
  bool active = false;
  RunState state = RunState::stopped;
  Timestamp created_at;
};
BOOST_DESCRIBE_STRUCT(BranchEntry, (), (id, name, active, state, created_at))

struct RangeView {
  std::optional<Timestamp> first;
  std::optional<Timestamp> last;
};
BOOST_DESCRIBE_STRUCT(RangeView, (), (first, last))

// One branch's history: all its segments, a window of its points, and its bookmarks.
struct TimelineView {
  BranchEntry branch;
  std::vector<BranchEntry> branches;
  std::vector<SegmentView> segments;
  std::vector<PointView> points;
  std::vector<BookmarkView> bookmarks;
  RangeView range;
};
BOOST_DESCRIBE_STRUCT(TimelineView, (), (branch, branches, segments, points, bookmarks, range))

struct TimelineQuery {
  std::string container;
  std::optional<std::string> branch = {};  // nothing: the active one
  PointWindow window;
  bool with_bookmarks = true;
};
// Errors of both: `not_found`.
Result<TimelineView> timeline(Reader& reader, const Actor& actor, const TimelineQuery& query);
Result<TimelineView> timeline_of_template(Reader& reader, const Actor& actor,
                                          std::string_view mould, const PointWindow& window);

}  // namespace slip::queries
