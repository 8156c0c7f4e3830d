// SPDX-License-Identifier: Apache-2.0
#include "catalog/sqlite/transaction.h"

namespace slip::sqlite {

template <class T>
Result<T> Transaction::watched(Result<T> result) {
  if (!result && (result.error().code == ErrorCode::no_space ||
                  result.error().code == ErrorCode::unavailable)) {
    broken_ = result.error();
  }
  return result;
}

Result<std::vector<Row>> Transaction::query(const std::string& sql, const Row& values) {
  if (broken_) return *broken_;
  return watched(connection_.query(sql, values));
}

Result<> Transaction::change(const std::string& sql, const Row& values) {
  if (mode_ == UnitMode::read) {
    return Error{.code = ErrorCode::internal, .message = "a read of the catalog tried to write"};
  }
  if (broken_) return *broken_;
  return watched(connection_.run(sql, values));
}

}  // namespace slip::sqlite
