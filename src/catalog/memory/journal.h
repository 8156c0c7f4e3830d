// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>

#include "catalog/memory/records.h"

namespace slip::memory {

class MemoryOperations final
    : public MemoryRecords<Operations, Table<Operation, OperationId>, &State::operations> {
 public:
  using MemoryRecords::MemoryRecords;

  Result<> put(const Operation& operation) override {
    if (!operation.ended()) {
      if (const auto* other = find_in_the_way(operation.locks, operation.shared, operation.id)) {
        return locked_by_another(*other);
      }
    }
    return MemoryRecords::put(operation);
  }

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

  Result<std::optional<Operation>> in_the_way(const std::vector<std::string>& locks,
                                              const std::vector<std::string>& shared,
                                              const OperationId& except) override {
    return copy(find_in_the_way(locks, shared, except));
  }

  Result<std::optional<Operation>> find_idempotent(const UserId& actor,
                                                   std::string_view key) override {
    if (key.empty()) return std::optional<Operation>();
    return copy(table().first([&](const Operation& operation) {
      return operation.actor.user == actor && operation.idempotency_key == key;
    }));
  }

 private:
  const Operation* find_in_the_way(const std::vector<std::string>& locks,
                                   const std::vector<std::string>& shared,
                                   const OperationId& except) const {
    return table().first([&](const Operation& other) {
      return other.id != except && !other.ended() && other.excludes(locks, shared);
    });
  }
};

// As a database server's sequence does, it gives each number once, whatever becomes of the write.

class MemoryEvents final : public Events {
 public:
  explicit MemoryEvents(Transaction& transaction) : transaction_(transaction) {}

  Result<> append(Event event) override {
    TRY(transaction_.begin_change());
    auto& events = transaction_.state.events.to_change();
    event.sequence = ++transaction_.last_event;
    events.push_back(std::make_shared<const Event>(std::move(event)));
    transaction_.has_events = true;
    return {};
  }

  Result<std::vector<Event>> after(std::int64_t sequence, std::size_t limit) override {
    const auto& events = *transaction_.state.events;
    std::vector<Event> found;
    const auto number = [](const auto& event) { return event->sequence; };
    for (auto next = std::ranges::upper_bound(events, sequence, {}, number);
         next != events.end() && found.size() < limit; ++next) {
      found.push_back(**next);
    }
    return found;
  }

  Result<std::int64_t> last() override {
    const auto& events = *transaction_.state.events;
    return events.empty() ? 0 : events.back()->sequence;
  }

 private:
  Transaction& transaction_;
};

}  // namespace slip::memory
