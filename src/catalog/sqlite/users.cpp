// SPDX-License-Identifier: Apache-2.0
#include "catalog/sqlite/aggregates.h"
#include "catalog/sqlite/records.h"

namespace slip::sqlite {
namespace {

class SqliteUsers final : public SqliteRecords<Users, User, UserId> {
 public:
  explicit SqliteUsers(Transaction& transaction) : SqliteRecords(transaction, "users", "user") {}

  Result<std::optional<User>> find_named(std::string_view name) override {
    return select_one("WHERE name = ?", {text_value(name)});
  }

  Result<std::vector<User>> all() override { return select("ORDER BY name"); }

  Result<> remove(const UserId& user) override { return remove_where("id = ?", {id_value(user)}); }
};

}  // namespace

std::unique_ptr<Users> make_users(Transaction& transaction) {
  return std::make_unique<SqliteUsers>(transaction);
}

}  // namespace slip::sqlite
