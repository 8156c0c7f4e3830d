// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <tl/expected.hpp>
#include <utility>

#include "base/error.h"

namespace slip {

// A value or an Error. `return value;` and `return Error{...};` both work, and the compiler warns
// where a Result is dropped.
template <class T = void>
class [[nodiscard]] Result : public tl::expected<T, Error> {
  using Base = tl::expected<T, Error>;

 public:
  using Base::Base;
  Result(Error error) : Base(tl::unexpect, std::move(error)) {}
};

// Adds "where" in front of an error's context; leaves a success alone.
template <class T>
Result<T> in_context(std::string where, Result<T> result) {
  if (!result) result.error().context.insert(result.error().context.begin(), std::move(where));
  return result;
}

namespace detail {
template <class T>
T take(Result<T>&& result) {
  return *std::move(result);
}
inline void take(Result<void>&&) {}
}  // namespace detail

}  // namespace slip

// The value of a Result, or return its error from the enclosing function:
//   auto path = TRY(driver.attach(volume));
#define TRY(expression) SLIP_TRY_NAMED(expression, SLIP_JOIN(slip_try_result_, __COUNTER__))
#define SLIP_JOIN(a, b) SLIP_JOIN_EXPANDED(a, b)
#define SLIP_JOIN_EXPANDED(a, b) a##b
#define SLIP_TRY_NAMED(expression, result)         \
  __extension__({                                  \
    auto result = (expression);                    \
    if (!result) return std::move(result).error(); \
    ::slip::detail::take(std::move(result));       \
  })
