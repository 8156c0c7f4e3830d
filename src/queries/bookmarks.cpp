// SPDX-License-Identifier: Apache-2.0
#include "server/api/bookmark_view.h"

#include "server/api/refs.h"

namespace slip::api {
namespace {

struct BookmarkView {
  std::string id;
  std::string name;
  std::optional<Ref> container;
  Ref template_;
  std::optional<Ref> branch;
  Ref creator;
  std::string note;
  std::vector<std::string> tags;
  Audience audience = Audience::only_container;
  std::vector<std::string> shared_with;  // users' names
  Timestamp at;
  Timestamp created_at;
  std::optional<Timestamp> expires_at;
  PointId point;
  std::map<std::string, DataPosition> positions;
  std::optional<bool> exact;  // nothing: not known
};
BOOST_DESCRIBE_STRUCT(BookmarkView, (),
                      (id, name, container, template_, branch, creator, note, tags, audience,
                       shared_with, at, created_at, expires_at, point, positions, exact))

}  // namespace

template <class SomeId>
Result<std::optional<Ref>> BookmarkViews::mention(const SomeId& id) {
  const auto known = mentioned_.find(id.str());
  if (known != mentioned_.end()) return known->second;
  return mentioned_[id.str()] = TRY(ref_to(catalog_, id));
}

Result<json::value> BookmarkViews::json(const Bookmark& bookmark) {
  return json(bookmark, TRY(catalog_.points().find(bookmark.point)));
}

Result<json::value> BookmarkViews::json(const Bookmark& bookmark,
                                        const std::optional<Point>& point) {
  BookmarkView view;
  view.id = bookmark.id.str();
  view.name = bookmark.name;
  view.container = TRY(mention(bookmark.container));
  view.template_ = TRY(mention(bookmark.template_id)).value_or(Ref{});
  view.creator = {bookmark.creator.str(), bookmark.creator_name};
  view.note = bookmark.note;
  view.tags = bookmark.tags;
  view.audience = bookmark.audience;
  for (const auto& user : bookmark.shared_with) {
    const auto ref = TRY(mention(user)).value_or(Ref{});
    view.shared_with.push_back(ref.name.empty() ? ref.id : ref.name);
  }
  view.at = bookmark.at;
  view.created_at = bookmark.created_at;
  view.expires_at = bookmark.expires_at;
  view.point = bookmark.point;
  if (point) {
    view.positions = point->positions;
    view.exact = point->exact();
    view.branch = TRY(mention(point->branch));
  }
  return to_json(view);
}

}  // namespace slip::api
