// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "catalog/sqlite/connection.h"
#include "catalog/sqlite/value.h"

namespace slip::sqlite {

enum class UnitMode { read, write };

// One transaction on one connection, as the aggregates see it. After an error that may have ended
// the transaction (`no_space`, `unavailable`) every call fails with that error, so that nothing is
// written outside it.
class Transaction {
 public:
  Transaction(Connection& connection, UnitMode mode) : connection_(connection), mode_(mode) {}

  Result<std::vector<Row>> query(const std::string& sql, const Row& values = {});
  // Fails with `internal` in a read.
  Result<> change(const std::string& sql, const Row& values);

  void note_event() { has_events_ = true; }
  bool has_events() const { return has_events_; }
  const std::optional<Error>& broken() const { return broken_; }

 private:
  template <class T>
  Result<T> watched(Result<T> result);

  Connection& connection_;
  UnitMode mode_;
  bool has_events_ = false;
  std::optional<Error> broken_;
};

}  // namespace slip::sqlite
