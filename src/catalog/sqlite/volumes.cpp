// SPDX-License-Identifier: Apache-2.0
#include "catalog/sqlite/aggregates.h"
#include "catalog/sqlite/records.h"

namespace slip::sqlite {
namespace {

class SqliteVolumes final : public SqliteRecords<Volumes, Volume, VolumeId> {
 public:
  explicit SqliteVolumes(Transaction& transaction)
      : SqliteRecords(transaction, "volumes", "volume") {}

  Result<std::vector<Volume>> all() override { return select("ORDER BY sequence"); }

  Result<std::vector<Volume>> building(const OperationId& operation) override {
    return select("WHERE state = 'building' AND operation = ? ORDER BY sequence",
                  {id_value(operation)});
  }

  Result<> remove(const VolumeId& volume) override {
    return remove_where("id = ?", {id_value(volume)});
  }
};

}  // namespace

std::unique_ptr<Volumes> make_volumes(Transaction& transaction) {
  return std::make_unique<SqliteVolumes>(transaction);
}

}  // namespace slip::sqlite
