// SPDX-License-Identifier: Apache-2.0
#include "catalog/sqlite/aggregates.h"
#include "catalog/sqlite/records.h"

namespace slip::sqlite {
namespace {

class SqliteTemplates final : public SqliteRecords<Templates, Template, TemplateId> {
 public:
  explicit SqliteTemplates(Transaction& transaction)
      : SqliteRecords(transaction, "templates", "template") {}

  Result<std::optional<Template>> find_named(std::string_view name) override {
    return select_one("WHERE name = ? AND deleted_at IS NULL", {text_value(name)});
  }

  Result<std::vector<Template>> all(Trash trash) override {
    return select(where_not_trashed(trash) + "ORDER BY name, sequence");
  }
};

}  // namespace

std::unique_ptr<Templates> make_templates(Transaction& transaction) {
  return std::make_unique<SqliteTemplates>(transaction);
}

}  // namespace slip::sqlite
