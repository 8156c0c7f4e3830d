// SPDX-License-Identifier: Apache-2.0
#include "queries/bookmarks.h"

#include "operations/lookup.h"
#include "queries/reader.h"
#include "queries/templates.h"

namespace slip::queries {
namespace {

Result<std::vector<BookmarkView>> views_of(CatalogUnit& catalog,
                                           const std::vector<Bookmark>& bookmarks) {
  std::vector<BookmarkView> all;
  BookmarkViews views(catalog);
  for (const auto& one : bookmarks) all.push_back(TRY(views.of(one)));
  return all;
}

}  // namespace

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

Result<std::vector<BookmarkView>> bookmark_views(Reader& reader, const Actor& actor,
                                                 std::string_view container, Offered offered) {
  return reader.read([&](CatalogUnit& catalog) -> Result<std::vector<BookmarkView>> {
    const auto home = TRY(find_container(catalog, actor, Right::look, container));
    std::vector<Bookmark> bookmarks;
    if (offered == Offered::own) {
      bookmarks = TRY(catalog.bookmarks().of_container(home.id, Trash::without));
    } else {
      bookmarks = TRY(catalog.bookmarks().of_template(home.template_id, Trash::without));
      std::erase_if(bookmarks,
                    [&](const Bookmark& one) { return !is_shared_with(one, actor, home); });
    }
    return views_of(catalog, bookmarks);
  });
}

Result<BookmarkView> bookmark_view(Reader& reader, const Actor& actor, std::string_view container,
                                   std::string_view bookmark) {
  return reader.read([&](CatalogUnit& catalog) -> Result<BookmarkView> {
    const auto home = TRY(find_container(catalog, actor, Right::look, container));
    return BookmarkViews(catalog).of(TRY(find_bookmark(catalog, actor, home, bookmark)));
  });
}

Result<BookmarkView> bookmark_view(Reader& reader, const Actor& actor, const BookmarkId& bookmark) {
  return reader.read([&](CatalogUnit& catalog) -> Result<BookmarkView> {
    return BookmarkViews(catalog).of(TRY(find_shown_bookmark(catalog, actor, bookmark)));
  });
}

Result<std::vector<BookmarkView>> bookmarks_of_template(Reader& reader, const Actor& actor,
                                                        std::string_view mould) {
  return reader.read([&](CatalogUnit& catalog) -> Result<std::vector<BookmarkView>> {
    const auto found = TRY(find_visible_template(catalog, actor, mould));
    auto bookmarks = TRY(catalog.bookmarks().of_template(found.id, Trash::without));
    std::erase_if(bookmarks, [](const Bookmark& one) { return !one.container.empty(); });
    return views_of(catalog, bookmarks);
  });
}

}  // namespace slip::queries
