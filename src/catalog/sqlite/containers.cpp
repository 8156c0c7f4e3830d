// SPDX-License-Identifier: Apache-2.0
#include "catalog/sqlite/aggregates.h"
#include "catalog/sqlite/records.h"

namespace slip::sqlite {
namespace {

class SqliteContainers final : public SqliteRecords<Containers, Container, ContainerId> {
 public:
  explicit SqliteContainers(Transaction& transaction)
      : SqliteRecords(transaction, "containers", "container") {}

  Result<std::optional<Container>> find_named(std::string_view name) override {
    return select_one("WHERE name = ? AND deleted_at IS NULL", {text_value(name)});
  }

  Result<std::optional<Container>> find_numbered(std::uint32_t number) override {
    return select_one("WHERE number = ?", {std::int64_t{number}});
  }

  Result<std::vector<Container>> all(Trash trash) override {
    return select(where_not_trashed(trash) + "ORDER BY name, sequence");
  }

  Result<> remove(const ContainerId& container) override {
    return remove_where("id = ?", {id_value(container)});
  }
};

}  // namespace

std::unique_ptr<Containers> make_containers(Transaction& transaction) {
  return std::make_unique<SqliteContainers>(transaction);
}

}  // namespace slip::sqlite
