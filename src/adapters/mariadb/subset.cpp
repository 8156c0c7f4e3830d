// SPDX-License-Identifier: Apache-2.0
#include "adapters/mariadb/subset.h"

#include <optional>
#include <vector>

namespace slip::mariadb {
namespace {

// The same whatever sql_mode is.
std::string literal(std::string_view text) {
  if (text.empty()) return "''";
  static constexpr char digits[] = "0123456789ABCDEF";
  std::string hex = "_utf8mb4 0x";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    hex += {digits[byte >> 4U], digits[byte & 15U]};
  }
  return hex;
}

// Takes a name off the front: plain, or in backticks, those inside doubled. Nothing if none is
// there.
std::optional<std::string> take_name(std::string_view& text) {
  std::string name;
  if (!text.starts_with('`')) {
    name = text.substr(0, text.find('.'));
    text.remove_prefix(name.size());
    if (name.empty() || name.find('`') != std::string::npos) return std::nullopt;
    return name;
  }
  for (std::size_t at = 1; at < text.size(); ++at) {
    if (text[at] == '`') {
      if (at + 1 == text.size() || text[at + 1] != '`') {
        text.remove_prefix(at + 1);
        return name;
      }
      ++at;
    }
    name += text[at];
  }
  return std::nullopt;
}

// The parts of orders, sales.orders, `my sales`.`orders`.
Result<std::vector<std::string>> read_parts(const std::string& table) {
  std::vector<std::string> parts;
  std::string_view rest = table;
  while (auto name = take_name(rest)) {
    parts.push_back(*std::move(name));
    if (!rest.starts_with('.')) break;
    rest.remove_prefix(1);
  }
  if (rest.empty() && !table.ends_with('.') && (parts.size() == 1 || parts.size() == 2)) {
    return parts;
  }
  return Error{.code = ErrorCode::invalid_argument,
               .message = "\"" + table + "\" is not the name of a table",
               .hint = "Write it as in SQL: orders, sales.orders, `my orders`."};
}

}  // namespace

Result<std::string> make_subset_script(
    const SubsetScript& by, const std::map<std::string, std::string>& condition_by_table) {
  std::string script(by.begin);
  for (const auto& [table, condition] : condition_by_table) {
    const auto parts = TRY(read_parts(table));
    script += "INSERT INTO " + std::string(by.named) + " (name, db, tbl, cond) VALUES (" +
              literal(table) + ", " + (parts.size() == 2 ? literal(parts.front()) : "NULL") + ", " +
              literal(parts.back()) + ", " + literal(condition) + ");\n";
  }
  return script + std::string(by.rest);
}

}  // namespace slip::mariadb
