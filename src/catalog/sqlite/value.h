// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace slip::sqlite {

// What one column holds, and one row. std::monostate is NULL.
using Value = std::variant<std::monostate, std::int64_t, std::string>;
using Row = std::vector<Value>;

}  // namespace slip::sqlite
