// SPDX-License-Identifier: Apache-2.0
#include "queries/timeline.h"

#include <map>

#include "operations/lookup.h"
#include "queries/reader.h"
#include "queries/templates.h"

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

// Whose timeline is shown.
struct Line {
  Branch branch;
  std::vector<Branch> branches;     // of the same owner
  BranchId active;                  // empty for a template
  std::vector<Bookmark> bookmarks;  // of the same owner
};

Result<TimelineView> view_of(CatalogUnit& catalog, const Line& line, const PointWindow& window) {
  TimelineView view;
  view.branch = entry_of(line.branch, line.active);
  for (const auto& branch : line.branches) view.branches.push_back(entry_of(branch, line.active));
  for (const auto& segment : TRY(catalog.segments().of_branch(line.branch.id))) {
    view.segments.push_back(TRY(view_of(catalog, segment)));
  }
  for (const auto& point : TRY(catalog.points().window(line.branch.id, window))) {
    view.points.push_back(view_of(point));
  }
  std::vector<PointId> ids;
  for (const auto& bookmark : line.bookmarks) ids.push_back(bookmark.point);
  std::map<PointId, std::optional<Point>> named;
  for (const auto& point : TRY(catalog.points().find_all(ids))) {
    if (point.branch == line.branch.id) named.emplace(point.id, point);
  }
  BookmarkViews views(catalog);
  for (const auto& bookmark : line.bookmarks) {
    const auto point = named.find(bookmark.point);
    if (point == named.end()) continue;  // of another branch
    view.bookmarks.push_back(TRY(views.of(bookmark, point->second)));
  }
  const auto range = TRY(catalog.points().range(line.branch.id));
  view.range = {range.first, range.last};
  return view;
}

}  // namespace

Result<TimelineView> timeline(Reader& reader, const Actor& actor, const TimelineQuery& query) {
  return reader.read([&](CatalogUnit& catalog) -> Result<TimelineView> {
    const auto home = TRY(find_container(catalog, actor, Right::look, query.container));
    Line line;
    line.branch = query.branch ? TRY(find_branch(catalog, home, *query.branch))
                               : TRY(branch_of(catalog, home.active));
    line.branches = TRY(catalog.branches().of_container(home.id, Trash::without));
    line.active = home.active;
    if (query.with_bookmarks) {
      line.bookmarks = TRY(catalog.bookmarks().of_container(home.id, Trash::without));
    }
    return view_of(catalog, line, query.window);
  });
}

Result<TimelineView> timeline_of_template(Reader& reader, const Actor& actor,
                                          std::string_view mould, const PointWindow& window) {
  return reader.read([&](CatalogUnit& catalog) -> Result<TimelineView> {
    const auto found = TRY(find_visible_template(catalog, actor, mould));
    Line line;
    line.branch = TRY(branch_of(catalog, found.master));
    line.branches = {line.branch};
    line.bookmarks = TRY(catalog.bookmarks().of_template(found.id, Trash::without));
    return view_of(catalog, line, window);
  });
}

}  // namespace slip::queries
