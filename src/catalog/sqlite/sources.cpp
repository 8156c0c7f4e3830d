// SPDX-License-Identifier: Apache-2.0
#include "catalog/sqlite/aggregates.h"
#include "catalog/sqlite/records.h"

namespace slip::sqlite {
namespace {

class SqliteSources final : public SqliteRecords<Sources, Source, SourceId> {
 public:
  explicit SqliteSources(Transaction& transaction)
      : SqliteRecords(transaction, "sources", "source") {}

  Result<std::optional<Source>> find_named(std::string_view name) override {
    return select_one("WHERE name = ? AND deleted_at IS NULL", {text_value(name)});
  }

  Result<std::vector<Source>> all(Trash trash) override {
    return select(where_not_trashed(trash) + "ORDER BY name, sequence");
  }
};

}  // namespace

std::unique_ptr<Sources> make_sources(Transaction& transaction) {
  return std::make_unique<SqliteSources>(transaction);
}

}  // namespace slip::sqlite
