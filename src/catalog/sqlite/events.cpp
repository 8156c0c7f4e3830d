// SPDX-License-Identifier: Apache-2.0
#include "catalog/sqlite/aggregates.h"
#include "catalog/sqlite/records.h"

namespace slip::sqlite {
namespace {

class SqliteEvents final : public Events {
 public:
  explicit SqliteEvents(Transaction& transaction) : transaction_(transaction) {}

  // Without gaps: the one writer numbers, and what is rolled back gives its number back.
  Result<> append(Event event) override {
    static const std::string insert = insert_sql<Event>("events");
    event.sequence = TRY(last()) + 1;
    TRY(transaction_.change(insert, to_row(event)));
    transaction_.note_event();
    return {};
  }

  Result<std::vector<Event>> after(std::int64_t sequence, std::size_t limit) override {
    static const std::string sql = "SELECT " + column_list<Event>("events") +
                                   " FROM events WHERE sequence > ? ORDER BY sequence LIMIT ?";
    return records_of<Event>(transaction_, sql, {sequence, limit_value(limit)});
  }

  Result<std::int64_t> last() override {
    const auto rows = TRY(transaction_.query("SELECT coalesce(max(sequence), 0) FROM events"));
    return Column<std::int64_t>::read(rows.at(0).at(0));
  }

 private:
  Transaction& transaction_;
};

}  // namespace

std::unique_ptr<Events> make_events(Transaction& transaction) {
  return std::make_unique<SqliteEvents>(transaction);
}

}  // namespace slip::sqlite
