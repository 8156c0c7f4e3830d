// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "catalog/sqlite/aggregates.h"
#include "catalog/sqlite/records.h"

namespace slip::sqlite {
namespace {

// Locks are rows of their own, those of unfinished operations: what is in the way is found by an
// index, and no two operations can have the same to themselves, whatever was asked before.
class LockRows {
 public:
  explicit LockRows(Transaction& transaction) : transaction_(transaction) {}

  // The oldest operation, other than `except`, that has locked what one with these locks needs.
  // Empty: there is none.
  Result<OperationId> in_the_way(const std::vector<HeldLock>& wanted, const OperationId& except) {
    static const std::string sql =
        "SELECT o.sequence, o.id FROM locks AS l JOIN operations AS o ON o.id = l.operation "
        "WHERE l.kind = ? AND l.id = ? AND l.operation <> ? "
        "AND (l.mode = 'exclusive' OR ? = 'exclusive')";
    std::pair<std::int64_t, OperationId> oldest;
    for (const auto& lock : wanted) {
      for (const Row& row : TRY(transaction_.query(
               sql, {text_value(lock.kind), text_value(lock.id), text_value(except.str()),
                     Column<LockMode>::write(lock.mode)}))) {
        const auto sequence = TRY(Column<std::int64_t>::read(row.at(0)));
        if (!oldest.second.empty() && oldest.first < sequence) continue;
        oldest = {sequence, TRY(Column<OperationId>::read(row.at(1)))};
      }
    }
    return oldest.second;
  }

  // Whether these are all that the operation has.
  Result<bool> are(const OperationId& operation, const std::vector<HeldLock>& held) {
    static const std::string sql =
        "SELECT " + column_list<HeldLock>("locks") + " FROM locks WHERE operation = ?";
    auto rows = TRY(records_of<HeldLock>(transaction_, sql, {text_value(operation.str())}));
    std::ranges::sort(rows, {}, &HeldLock::id);
    return std::ranges::equal(rows, held, [](const HeldLock& a, const HeldLock& b) {
      return a.id == b.id && a.mode == b.mode;
    });
  }

  Result<> replace(const OperationId& operation, const std::vector<HeldLock>& held) {
    static const std::string insert = insert_sql<HeldLock>("locks");
    TRY(transaction_.change("DELETE FROM locks WHERE operation = ?",
                            {text_value(operation.str())}));
    for (const auto& lock : held) TRY(transaction_.change(insert, to_row(lock)));
    return {};
  }

 private:
  Transaction& transaction_;
};

class SqliteOperations final : public SqliteRecords<Operations, Operation, OperationId> {
 public:
  explicit SqliteOperations(Transaction& transaction)
      : SqliteRecords(transaction, "operations", "an operation with this idempotency key"),
        locks_(transaction) {}

  Result<> put(const Operation& operation) override {
    const auto held = operation.held();
    // As most steps leave it.
    if (TRY(locks_.are(operation.id, held))) return SqliteRecords::put(operation);
    if (const auto other = TRY(first_in_the_way(held, operation.id))) {
      return locked_by_another(*other);
    }
    TRY(SqliteRecords::put(operation));
    return locks_.replace(operation.id, held);
  }

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

  Result<std::optional<Operation>> in_the_way(const std::vector<std::string>& locks,
                                              const std::vector<std::string>& shared,
                                              const OperationId& except) override {
    Operation one;
    one.locks = locks;
    one.shared = shared;
    return first_in_the_way(one.held(), except);
  }

  Result<std::optional<Operation>> find_idempotent(const UserId& actor,
                                                   std::string_view key) override {
    return select_one("WHERE actor_user = ? AND idempotency_key = ? AND idempotency_key <> ''",
                      {text_value(actor.str()), text_value(key)});
  }

 private:
  Result<std::optional<Operation>> first_in_the_way(const std::vector<HeldLock>& wanted,
                                                    const OperationId& except) {
    const OperationId other = TRY(locks_.in_the_way(wanted, except));
    if (other.empty()) return std::optional<Operation>();
    return find(other);
  }

  LockRows locks_;
};

}  // namespace

std::unique_ptr<Operations> make_operations(Transaction& transaction) {
  return std::make_unique<SqliteOperations>(transaction);
}

}  // namespace slip::sqlite
