// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>

#include "base/json.h"
#include "ports/catalog.h"
#include "server/api/refs.h"

namespace slip::api {

// Bookmarks as the API shows them. What several of them mention is looked up once.
class BookmarkViews {
 public:
  explicit BookmarkViews(CatalogUnit& catalog) : catalog_(catalog) {}

  // With its point's exact times and positions.
  Result<json::value> json(const Bookmark& bookmark);
  // The same, where the point is known already; nothing: it is gone.
  Result<json::value> json(const Bookmark& bookmark, const std::optional<Point>& point);

 private:
  template <class SomeId>
  Result<std::optional<Ref>> mention(const SomeId& id);

  CatalogUnit& catalog_;
  std::map<std::string, std::optional<Ref>> mentioned_;  // by id
};

}  // namespace slip::api
