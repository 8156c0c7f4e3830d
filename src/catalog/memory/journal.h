// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "catalog/memory/records.h"

namespace slip::memory {

class MemoryOperations final
    : public MemoryRecords<Operations, Table<Operation, OperationId>, &State::operations> {
 public:
  using MemoryRecords::MemoryRecords;

  Result<std::vector<Operation>> query(const OperationQuery& query) override {
    std::vector<Operation> found;
    std::size_t place = table().size();
    if (query.before) {
      place = table().place_of(*query.before);
      if (place == table().size()) return found;
    }
    while (place > 0 && found.size() < query.limit) {
      const Operation& operation = table().at(--place);
      if (query.container && operation.container != *query.container) continue;
      if (query.source && operation.source != *query.source) continue;
      if (!query.background && in_background(operation.kind)) continue;
      found.push_back(operation);
    }
    return found;
  }

  Result<std::vector<Operation>> unfinished() override {
    return table().select([](const Operation& operation) { return !operation.ended(); });
  }

  Result<std::optional<Operation>> find_idempotent(const UserId& actor,
                                                   std::string_view key) override {
    if (key.empty()) return std::optional<Operation>();
    return copy(table().first([&](const Operation& operation) {
      return operation.actor.user == actor && operation.idempotency_key == key;
    }));
  }
};

class MemoryEvents final : public Events {
 public:
  explicit MemoryEvents(Transaction& transaction) : transaction_(transaction) {}

  Result<> append(Event event) override {
    TRY(transaction_.begin_change());
    auto& events = transaction_.state.events.to_change();
    event.sequence = static_cast<std::int64_t>(events.size()) + 1;
    events.push_back(std::make_shared<const Event>(std::move(event)));
    transaction_.has_events = true;
    return {};
  }

  Result<std::vector<Event>> after(std::int64_t sequence, std::size_t limit) override {
    const auto& events = *transaction_.state.events;
    std::vector<Event> found;
    for (auto place = static_cast<std::size_t>(std::max<std::int64_t>(sequence, 0));
         place < events.size() && found.size() < limit; ++place) {
      found.push_back(*events[place]);
    }
    return found;
  }

  Result<std::int64_t> last() override {
    return static_cast<std::int64_t>(transaction_.state.events->size());
  }

 private:
  Transaction& transaction_;
};

}  // namespace slip::memory
