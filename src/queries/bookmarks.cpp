// SPDX-License-Identifier: Apache-2.0
#include "queries/bookmarks.h"

namespace slip::queries {

template <class SomeId>
Result<std::optional<Ref>> BookmarkViews::mention(const SomeId& id) {
  const auto known = mentioned_.find(id.str());
  if (known != mentioned_.end()) return known->second;
  return mentioned_[id.str()] = TRY(ref_to(catalog_, id));
}

Result<BookmarkView> BookmarkViews::of(const Bookmark& bookmark) {
  return of(bookmark, TRY(catalog_.points().find(bookmark.point)));
}

Result<BookmarkView> BookmarkViews::of(const Bookmark& bookmark,
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
  return view;
}

}  // namespace slip::queries
