// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "catalog/memory/rules.h"
#include "catalog/memory/state.h"
#include "ports/catalog.h"

namespace slip::memory {

enum class UnitMode { read, write };

// One transaction's own state, and what must hold before it may become everybody's.
struct Transaction {
  State state;
  std::int64_t& last_event;  // the number given last
  UnitMode mode = UnitMode::read;
  bool changed = false;
  bool has_events = false;
  std::vector<std::function<Result<>()>> checks;

  // Fails with `internal` in a read.
  Result<> begin_change() {
    if (mode == UnitMode::read) {
      return Error{.code = ErrorCode::internal, .message = "a read of the catalog tried to write"};
    }
    changed = true;
    return {};
  }
};

// find, put and remove of every aggregate.
template <class Port, class Table, Shared<Table> State::*table_of>
class MemoryRecords : public Port {
 public:
  using Record = typename Table::Record;
  using RecordId = typename Table::RecordId;

  explicit MemoryRecords(Transaction& transaction) : transaction_(transaction) {}

  Result<std::optional<Record>> find(const RecordId& id) override { return copy(table().find(id)); }

  Result<> put(const Record& record) override {
    TRY(transaction_.begin_change());
    if (record.id.empty()) {
      return Error{.code = ErrorCode::internal, .message = "a record without an id"};
    }
    if (auto taken = rival(transaction_.state, record)) {
      return Error{.code = ErrorCode::already_exists, .message = *std::move(taken)};
    }
    table_to_change().put(record);
    transaction_.checks.push_back([this, id = record.id]() -> Result<> {
      const Record* kept = table().find(id);
      if (kept == nullptr) return {};
      return check_references(transaction_.state, *kept);
    });
    return {};
  }

 protected:
  const State& state() const { return transaction_.state; }
  const Table& table() const { return *(transaction_.state.*table_of); }
  Table& table_to_change() { return (transaction_.state.*table_of).to_change(); }
  Transaction& transaction() { return transaction_; }

  template <class Predicate>
  Result<> remove_where(Predicate matches) {
    TRY(transaction_.begin_change());
    table_to_change().remove_if(matches);
    return {};
  }

  static std::optional<Record> copy(const Record* found) {
    return found == nullptr ? std::nullopt : std::optional<Record>(*found);
  }

  // Those not in the trash, or all, and `matches`.
  template <class Predicate>
  std::vector<Record> select(Trash trash, Predicate matches) const {
    return table().select([&](const Record& record) {
      return (trash == Trash::with || !record.deleted_at) && matches(record);
    });
  }

  std::optional<Record> named(std::string_view name) const {
    return copy(table().first(
        [&](const Record& record) { return !record.deleted_at && record.name == name; }));
  }

  std::vector<Record> all_by_name(Trash trash) const {
    auto found = select(trash, [](const Record&) { return true; });
    std::stable_sort(found.begin(), found.end(),
                     [](const Record& a, const Record& b) { return a.name < b.name; });
    return found;
  }

 private:
  Transaction& transaction_;
};

template <class Record>
bool everything(const Record&) {
  return true;
}

}  // namespace slip::memory
