// SPDX-License-Identifier: Apache-2.0
#include "catalog/sqlite/aggregates.h"
#include "catalog/sqlite/records.h"

namespace slip::sqlite {
namespace {

class SqliteAccesses final : public SqliteRecords<Accesses, Access, AccessId> {
 public:
  explicit SqliteAccesses(Transaction& transaction)
      : SqliteRecords(transaction, "accesses", "a way in with this secret") {}

  Result<std::optional<Access>> find_by_hash(std::string_view secret_hash) override {
    return select_one("WHERE secret_hash = ?", {text_value(secret_hash)});
  }

  Result<std::vector<Access>> of_user(const UserId& user) override {
    return select("WHERE user = ? ORDER BY sequence", {id_value(user)});
  }

  Result<> remove(const AccessId& access) override {
    return remove_where("id = ?", {id_value(access)});
  }

  Result<> remove_expired(Timestamp now) override {
    return remove_where("expires_at <= ?", {now.ms});
  }
};

}  // namespace

std::unique_ptr<Accesses> make_accesses(Transaction& transaction) {
  return std::make_unique<SqliteAccesses>(transaction);
}

}  // namespace slip::sqlite
