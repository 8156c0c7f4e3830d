// SPDX-License-Identifier: Apache-2.0
#include "catalog/sqlite/aggregates.h"
#include "catalog/sqlite/records.h"

namespace slip::sqlite {
namespace {

class SqliteOperations final : public SqliteRecords<Operations, Operation, OperationId> {
 public:
  explicit SqliteOperations(Transaction& transaction)
      : SqliteRecords(transaction, "operations", "an operation with this idempotency key") {}

  Result<std::vector<Operation>> query(const OperationQuery& query) override {
    std::string clause = "WHERE sequence < ";
    Row values;
    if (query.before) {
      clause += "(SELECT sequence FROM operations WHERE id = ?) ";
      values.push_back(id_value(*query.before));
    } else {
      clause += "9223372036854775807 ";
    }
    if (query.container) {
      clause += "AND container IS ? ";
      values.push_back(id_value(*query.container));
    }
    if (query.source) {
      clause += "AND source IS ? ";
      values.push_back(id_value(*query.source));
    }
    if (!query.background) clause += "AND kind NOT IN ('automatic_point', 'bake') ";
    values.push_back(limit_value(query.limit));
    return select(clause + "ORDER BY sequence DESC LIMIT ?", values);
  }

  Result<std::vector<Operation>> unfinished() override {
    return select("WHERE state IN ('queued', 'running', 'rolling_back') ORDER BY sequence");
  }

  Result<std::optional<Operation>> find_idempotent(const UserId& actor,
                                                   std::string_view key) override {
    return select_one("WHERE actor_user = ? AND idempotency_key = ? AND idempotency_key <> ''",
                      {text_value(actor.str()), text_value(key)});
  }
};

}  // namespace

std::unique_ptr<Operations> make_operations(Transaction& transaction) {
  return std::make_unique<SqliteOperations>(transaction);
}

}  // namespace slip::sqlite
