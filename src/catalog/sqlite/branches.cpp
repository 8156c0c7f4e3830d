// SPDX-License-Identifier: Apache-2.0
#include "catalog/sqlite/aggregates.h"
#include "catalog/sqlite/records.h"

namespace slip::sqlite {
namespace {

class SqliteBranches final : public SqliteRecords<Branches, Branch, BranchId> {
 public:
  explicit SqliteBranches(Transaction& transaction)
      : SqliteRecords(transaction, "branches", "branch") {}

  Result<std::vector<Branch>> of_container(const ContainerId& owner, Trash trash) override {
    return select("WHERE container IS ? " + and_not_trashed(trash) + "ORDER BY sequence",
                  {id_value(owner)});
  }

  Result<std::vector<Branch>> all(Trash trash) override {
    return select(where_not_trashed(trash) + "ORDER BY sequence");
  }
};

}  // namespace

std::unique_ptr<Branches> make_branches(Transaction& transaction) {
  return std::make_unique<SqliteBranches>(transaction);
}

}  // namespace slip::sqlite
