// SPDX-License-Identifier: Apache-2.0
#include "queries/timeline.h"

#include <map>

namespace slip::queries {
namespace {

template <class SomeId>
std::optional<SomeId> unless_empty(const SomeId& id) {
  return id.empty() ? std::nullopt : std::optional(id);
}

Result<SegmentView> view_of(CatalogUnit& catalog, const Segment& segment) {
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
  return view;
}

PointView view_of(const Point& point) {
  return {point.id.str(),    point.segment.str(),  point.branch.str(), point.kind,   point.at,
          point.reachable(), !point.baked.empty(), point.positions,    point.exact()};
}

BranchEntry entry_of(const Branch& branch, const BranchId& active) {
  return {branch.id.str(), branch.name, branch.id == active, branch.wanted, branch.created_at};
}

}  // namespace

Result<TimelineView> timeline(CatalogUnit& catalog, const TimelineQuery& query) {
  TimelineView view;
  view.branch = entry_of(query.branch, query.active);
  for (const auto& branch : query.branches) {
    view.branches.push_back(entry_of(branch, query.active));
  }
  for (const auto& segment : TRY(catalog.segments().of_branch(query.branch.id))) {
    view.segments.push_back(TRY(view_of(catalog, segment)));
  }
  for (const auto& point : TRY(catalog.points().window(query.branch.id, query.window))) {
    view.points.push_back(view_of(point));
  }
  std::vector<PointId> ids;
  for (const auto& bookmark : query.bookmarks) ids.push_back(bookmark.point);
  std::map<PointId, std::optional<Point>> named;
  for (const auto& point : TRY(catalog.points().find_all(ids))) {
    if (point.branch == query.branch.id) named.emplace(point.id, point);
  }
  BookmarkViews views(catalog);
  for (const auto& bookmark : query.bookmarks) {
    const auto point = named.find(bookmark.point);
    if (point == named.end()) continue;  // of another branch
    view.bookmarks.push_back(TRY(views.of(bookmark, point->second)));
  }
  const auto range = TRY(catalog.points().range(query.branch.id));
  view.range = {range.first, range.last};
  return view;
}

}  // namespace slip::queries
