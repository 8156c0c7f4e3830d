// SPDX-License-Identifier: Apache-2.0
#include "catalog/sqlite/aggregates.h"
#include "catalog/sqlite/records.h"

namespace slip::sqlite {
namespace {

class SqliteBookmarks final : public SqliteRecords<Bookmarks, Bookmark, BookmarkId> {
 public:
  explicit SqliteBookmarks(Transaction& transaction)
      : SqliteRecords(transaction, "bookmarks", "bookmark") {}

  Result<std::vector<Bookmark>> of_container(const ContainerId& container, Trash trash) override {
    return select("WHERE container IS ? " + and_not_trashed(trash) + "ORDER BY at, sequence",
                  {id_value(container)});
  }

  Result<std::vector<Bookmark>> of_template(const TemplateId& owner, Trash trash) override {
    return select("WHERE template_id IS ? " + and_not_trashed(trash) + "ORDER BY at, sequence",
                  {id_value(owner)});
  }

  Result<std::vector<Bookmark>> all(Trash trash) override {
    return select(where_not_trashed(trash) + "ORDER BY at, sequence");
  }

  Result<std::optional<Point>> newest_point_of(const SegmentId& segment) override {
    static const std::string sql =
        "SELECT " + column_list<Point>("points") +
        " FROM points WHERE segment = ? AND snapshot IS NOT NULL AND EXISTS"
        " (SELECT 1 FROM bookmarks WHERE bookmarks.point = points.id"
        " AND bookmarks.deleted_at IS NULL)"
        " ORDER BY coalesce((SELECT base.sequence FROM points AS base"
        " WHERE base.id = points.replayed_from), sequence) DESC, at DESC, sequence DESC LIMIT 1";
    auto found = TRY(records_of<Point>(transaction(), sql, {id_value(segment)}));
    if (found.empty()) return std::optional<Point>();
    return std::optional<Point>(std::move(found.front()));
  }
};

}  // namespace

std::unique_ptr<Bookmarks> make_bookmarks(Transaction& transaction) {
  return std::make_unique<SqliteBookmarks>(transaction);
}

}  // namespace slip::sqlite
