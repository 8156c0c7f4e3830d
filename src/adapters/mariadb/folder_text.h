// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string_view>

#include "base/result.h"

namespace slip::mariadb {

// What of a file the client is to read. Every line stays the line that it is.
enum class Wanted {
  all,
  before_triggers,  // of --tab: the table
  triggers,         // of --tab: what comes after it
  statements,       // of mydumper: a statement ends where a line ends in a semicolon, not within
};

// Where a statement ends in what has been written as `statements`; clients take up to 15
// characters.
inline constexpr std::string_view kStatementEnd = "$slipstream$";

// Writes it to an open file. `shown` is the path of what is read, for messages.
Result<> write_wanted(int file, Wanted wanted, int to, const std::filesystem::path& shown);

}  // namespace slip::mariadb
