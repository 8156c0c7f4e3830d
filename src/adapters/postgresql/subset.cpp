// SPDX-License-Identifier: Apache-2.0
#include "adapters/postgresql/script.h"
#include "adapters/postgresql/subset_sql.h"

namespace slip::postgresql {
namespace {

// The same whatever standard_conforming_strings is.
std::string literal(std::string_view text) {
  std::string out = "E'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') out += c;
    out += c;
  }
  return out + "'";
}

}  // namespace

std::string make_subset_script(const std::map<std::string, std::string>& condition_by_table) {
  std::string script =
      "SET LOCAL client_min_messages = notice;\n"
      "CREATE TEMP TABLE slip_named (name text, condition text, rel oid) ON COMMIT DROP;\n";
  for (const auto& [table, condition] : condition_by_table) {
    script += "INSERT INTO pg_temp.slip_named VALUES (" + literal(table) + ", " +
              literal(condition) + ", NULL);\n";
  }
  return script + std::string(subset_sql());
}

}  // namespace slip::postgresql
