// SPDX-License-Identifier: Apache-2.0
#include "catalog/sqlite/aggregates.h"
#include "catalog/sqlite/column.h"
#include "catalog/sqlite/row_checksums.h"

namespace slip::sqlite {
namespace {

class SqliteFacts final : public Facts {
 public:
  explicit SqliteFacts(Transaction& transaction) : transaction_(transaction) {}

  Result<std::optional<std::string>> find(std::string_view name) override {
    const auto rows =
        TRY(transaction_.query("SELECT value FROM facts WHERE name = ?", {std::string(name)}));
    if (rows.empty()) return std::optional<std::string>();
    return std::optional(TRY(Column<std::string>::read(rows.front().at(0))));
  }

  Result<> put(std::string_view name, std::string_view value) override {
    return transaction_.change(put_fact_sql, fact_row(name, value));
  }

  Result<> remove(std::string_view name) override {
    return transaction_.change("DELETE FROM facts WHERE name = ?", {std::string(name)});
  }

 private:
  Transaction& transaction_;
};

}  // namespace

std::unique_ptr<Facts> make_facts(Transaction& transaction) {
  return std::make_unique<SqliteFacts>(transaction);
}

}  // namespace slip::sqlite
