// SPDX-License-Identifier: Apache-2.0
#include "server/api/timeline_view.h"

#include "server/api/bookmark_view.h"

namespace slip::api {
namespace {

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

template <class SomeId>
std::optional<SomeId> unless_empty(const SomeId& id) {
  return id.empty() ? std::nullopt : std::optional(id);
}

Result<json::value> segment_json(CatalogUnit& catalog, const Segment& segment) {
  SegmentView view;
  view.id = segment.id.str();
  view.branch = segment.branch.str();
  view.previous = unless_empty(segment.previous);
  view.kind = segment.kind;
  view.began_at = segment.began_at;
  view.parent = segment.parent;
  if (const auto operation = TRY(catalog.operations().find(segment.operation))) {
    view.operation = ActView{operation->id.str(), operation->actor.name, operation->words};
  }
  view.safety_point = unless_empty(segment.safety_point);
  view.template_version = segment.template_version;
  return to_json(view);
}

json::value point_json(const Point& point) {
  return to_json(PointView{point.id.str(), point.segment.str(), point.branch.str(), point.kind,
                           point.at, point.reachable(), !point.baked.empty(), point.positions,
                           point.exact()});
}

json::value entry_json(const Branch& branch, const BranchId& active) {
  return to_json(BranchEntry{branch.id.str(), branch.name, branch.id == active, branch.wanted,
                             branch.created_at});
}

}  // namespace

Result<json::value> timeline_json(CatalogUnit& catalog, const TimelineQuery& query) {
  json::array branches;
  for (const auto& branch : query.branches) branches.push_back(entry_json(branch, query.active));
  json::array segments;
  for (const auto& segment : TRY(catalog.segments().of_branch(query.branch.id))) {
    segments.push_back(TRY(segment_json(catalog, segment)));
  }
  json::array points;
  for (const auto& point : TRY(catalog.points().window(query.branch.id, query.window))) {
    points.push_back(point_json(point));
  }
  std::vector<PointId> ids;
  for (const auto& bookmark : query.bookmarks) ids.push_back(bookmark.point);
  std::map<PointId, std::optional<Point>> named;
  for (const auto& point : TRY(catalog.points().find_all(ids))) {
    if (point.branch == query.branch.id) named.emplace(point.id, point);
  }
  json::array bookmarks;
  BookmarkViews views(catalog);
  for (const auto& bookmark : query.bookmarks) {
    const auto point = named.find(bookmark.point);
    if (point == named.end()) continue;  // of another branch
    bookmarks.push_back(TRY(views.json(bookmark, point->second)));
  }
  const auto range = TRY(catalog.points().range(query.branch.id));
  return json::object{{"branch", entry_json(query.branch, query.active)},
                      {"branches", std::move(branches)},
                      {"segments", std::move(segments)},
                      {"points", std::move(points)},
                      {"bookmarks", std::move(bookmarks)},
                      {"range", to_json(RangeView{range.first, range.last})}};
}

}  // namespace slip::api
