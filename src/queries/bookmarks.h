// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ports/catalog.h"
#include "queries/refs.h"

namespace slip::queries {

class Reader;

struct BookmarkView {
  std::string id;
  std::string name;
  std::optional<Ref> container;
  Ref template_;
  std::optional<Ref> branch;  // of its point; nothing: the point is gone
  Ref creator;
  std::string note;
  std::vector<std::string> tags;
  Audience audience = Audience::only_container;
  std::vector<std::string> shared_with;  // users' names
  Timestamp at;
  Timestamp created_at;
  std::optional<Timestamp> expires_at;
  PointId point;
  std::map<std::string, DataPosition> positions;  // the exact times of its point
  std::optional<bool> exact;                      // nothing: not known
};
BOOST_DESCRIBE_STRUCT(BookmarkView, (),
                      (id, name, container, template_, branch, creator, note, tags, audience,
                       shared_with, at, created_at, expires_at, point, positions, exact))

// A container's own bookmarks, or what others, and its template, offer it.
enum class Offered { own, by_others };
Result<std::vector<BookmarkView>> bookmark_views(Reader& reader, const Actor& actor,
                                                 std::string_view container, Offered offered);
// One that the container can be restored to, as find_bookmark takes it.
Result<BookmarkView> bookmark_view(Reader& reader, const Actor& actor, std::string_view container,
                                   std::string_view bookmark);
// By its id alone, as in an address that somebody was given: who may not see it is told whom to
// ask. Errors: `not_found`, `permission_denied`.
Result<BookmarkView> bookmark_view(Reader& reader, const Actor& actor, const BookmarkId& bookmark);
// Those of the template itself.
Result<std::vector<BookmarkView>> bookmarks_of_template(Reader& reader, const Actor& actor,
                                                        std::string_view mould);

// Makes views of bookmarks. What several of them mention is looked up once.
class BookmarkViews {
 public:
  explicit BookmarkViews(CatalogUnit& catalog) : catalog_(catalog) {}

  Result<BookmarkView> of(const Bookmark& bookmark);
  // The same, where the point is known already; nothing: it is gone.
  Result<BookmarkView> of(const Bookmark& bookmark, const std::optional<Point>& point);

 private:
  template <class SomeId>
  Result<std::optional<Ref>> mention(const SomeId& id);

  CatalogUnit& catalog_;
  std::map<std::string, std::optional<Ref>> mentioned_;  // by id
};

}  // namespace slip::queries
