// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <iterator>

#include "base/json.h"
#include "catalog/sqlite/aggregates.h"
#include "catalog/sqlite/records.h"

namespace slip::sqlite {
namespace {

class SqlitePoints final : public SqliteRecords<Points, Point, PointId> {
 public:
  explicit SqlitePoints(Transaction& transaction) : SqliteRecords(transaction, "points", "point") {}

  Result<std::optional<Point>> at_or_before(const BranchId& branch, Timestamp at) override {
    return select_one(
        "WHERE branch = ? AND snapshot IS NOT NULL AND at <= ? "
        "ORDER BY at DESC, sequence DESC LIMIT 1",
        {id_value(branch), at.ms});
  }

  Result<std::optional<Point>> newest(const BranchId& branch) override {
    return select_one(
        "WHERE branch = ? AND snapshot IS NOT NULL AND replayed_from IS NULL "
        "ORDER BY sequence DESC LIMIT 1",
        {id_value(branch)});
  }

  Result<PointRange> range(const BranchId& branch) override {
    const auto rows = TRY(transaction().query(
        "SELECT "
        "(SELECT at FROM points WHERE branch = ?1 AND snapshot IS NOT NULL ORDER BY at LIMIT 1), "
        "(SELECT at FROM points WHERE branch = ?1 AND snapshot IS NOT NULL"
        " ORDER BY at DESC LIMIT 1)",
        {id_value(branch)}));
    return PointRange{.first = TRY(Column<std::optional<Timestamp>>::read(rows.at(0).at(0))),
                      .last = TRY(Column<std::optional<Timestamp>>::read(rows.at(0).at(1)))};
  }

  Result<std::vector<Point>> window(const BranchId& branch, const PointWindow& window) override {
    const std::string shown = "AND (snapshot IS NOT NULL OR kind <> 'automatic') ";
    auto found = TRY(
        select("WHERE branch = ? AND at < ? " + shown + "ORDER BY at DESC, sequence DESC LIMIT ?",
               {id_value(branch), window.around.ms, limit_value(window.before)}));
    std::reverse(found.begin(), found.end());
    auto after =
        TRY(select("WHERE branch = ? AND at >= ? " + shown + "ORDER BY at, sequence LIMIT ?",
                   {id_value(branch), window.around.ms, limit_value(window.after)}));
    found.insert(found.end(), std::make_move_iterator(after.begin()),
                 std::make_move_iterator(after.end()));
    return found;
  }

  Result<std::vector<Point>> older_than(Timestamp before) override {
    return select("WHERE snapshot IS NOT NULL AND at < ? ORDER BY at, sequence", {before.ms});
  }

  Result<std::vector<Point>> of_branch(const BranchId& branch) override {
    return select("WHERE branch = ? ORDER BY at, sequence", {id_value(branch)});
  }

  Result<std::vector<Point>> of_segment(const SegmentId& segment) override {
    return select("WHERE segment = ? AND snapshot IS NOT NULL ORDER BY at, sequence",
                  {id_value(segment)});
  }

  Result<std::vector<Point>> find_all(const std::vector<PointId>& ids) override {
    return select("WHERE id IN (SELECT value FROM json_each(?))", {to_json_text(ids)});
  }
};

}  // namespace

std::unique_ptr<Points> make_points(Transaction& transaction) {
  return std::make_unique<SqlitePoints>(transaction);
}

}  // namespace slip::sqlite
