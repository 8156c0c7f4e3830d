// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "ports/catalog.h"
#include "queries/refs.h"

namespace slip::queries {

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
