// SPDX-License-Identifier: Apache-2.0
#include "catalog/sqlite/aggregates.h"
#include "catalog/sqlite/records.h"

namespace slip::sqlite {
namespace {

class SqliteSnapshots final : public SqliteRecords<Snapshots, Snapshot, SnapshotId> {
 public:
  explicit SqliteSnapshots(Transaction& transaction)
      : SqliteRecords(transaction, "snapshots", "snapshot") {}

  Result<std::vector<Snapshot>> all() override { return select("ORDER BY sequence"); }

  Result<std::vector<Snapshot>> building(const OperationId& operation) override {
    return select("WHERE state = 'building' AND operation = ? ORDER BY sequence",
                  {id_value(operation)});
  }

  Result<> remove(const SnapshotId& snapshot) override {
    return remove_where("id = ?", {id_value(snapshot)});
  }
};

}  // namespace

std::unique_ptr<Snapshots> make_snapshots(Transaction& transaction) {
  return std::make_unique<SqliteSnapshots>(transaction);
}

}  // namespace slip::sqlite
