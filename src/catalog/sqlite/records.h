// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/sqlite/record_mapping.h"
#include "catalog/sqlite/transaction.h"
#include "ports/catalog.h"

namespace slip::sqlite {

// The records of a query whose columns are column_list<Record>.
template <class Record>
Result<std::vector<Record>> records_of(Transaction& transaction, const std::string& sql,
                                       const Row& values) {
  const std::vector<Row> rows = TRY(transaction.query(sql, values));
  std::vector<Record> records;
  records.reserve(rows.size());
  for (const Row& row : rows) records.push_back(TRY(from_row<Record>(row)));
  return records;
}

template <class Id>
Value id_value(const Id& id) {
  return Column<Id>::write(id);
}

// LIMIT takes a negative number for no limit, so a count that does not fit becomes the greatest.
inline Value limit_value(std::size_t count) {
  constexpr auto most = std::numeric_limits<std::int64_t>::max();
  return count > static_cast<std::size_t>(most) ? most : static_cast<std::int64_t>(count);
}

inline Value text_value(std::string_view text) {
  return std::string(text);
}

// find, put and remove of every aggregate. `put` keeps a record's place among the others.
template <class Port, class Record, class RecordId>
class SqliteRecords : public Port {
 public:
  // `noun` is for people: "container".
  SqliteRecords(Transaction& transaction, std::string_view table, std::string_view noun)
      : transaction_(transaction), table_(table), noun_(noun) {}

  Result<std::optional<Record>> find(const RecordId& id) override {
    return select_one("WHERE id = ?", {id_value(id)});
  }

  Result<> put(const Record& record) override {
    static const std::string upsert = upsert_sql<Record>(table_);
    Result<> done = transaction_.change(upsert, to_row(record));
    if (!done && done.error().code == ErrorCode::already_exists) {
      done.error().message = taken(record);
    }
    return done;
  }

 protected:
  // `clause` is what follows FROM.
  Result<std::vector<Record>> select(const std::string& clause, const Row& values = {}) {
    static const std::string head =
        "SELECT " + column_list<Record>(table_) + " FROM \"" + std::string(table_) + "\" ";
    return records_of<Record>(transaction_, head + clause, values);
  }

  Result<std::optional<Record>> select_one(const std::string& clause, const Row& values) {
    std::vector<Record> found = TRY(select(clause, values));
    if (found.empty()) return std::optional<Record>();
    return std::optional<Record>(std::move(found.front()));
  }

  Result<> remove_where(const std::string& condition, const Row& values) {
    return transaction_.change("DELETE FROM \"" + std::string(table_) + "\" WHERE " + condition,
                               values);
  }

  Transaction& transaction() { return transaction_; }

 private:
  std::string taken(const Record& record) const {
    if constexpr (requires { record.name; }) {
      return "a " + std::string(noun_) + " called \"" + record.name + "\" exists already";
    } else {
      return std::string(noun_) + " exists already";
    }
  }

  Transaction& transaction_;
  std::string_view table_;
  std::string_view noun_;
};

inline std::string and_not_trashed(Trash trash) {
  return trash == Trash::with ? "" : "AND deleted_at IS NULL ";
}

inline std::string where_not_trashed(Trash trash) {
  return trash == Trash::with ? "" : "WHERE deleted_at IS NULL ";
}

}  // namespace slip::sqlite
