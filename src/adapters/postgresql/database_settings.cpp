// SPDX-License-Identifier: Apache-2.0
#include "adapters/postgresql/database_settings.h"

#include <algorithm>
#include <array>

#include "adapters/postgresql/sql_statements.h"

namespace slip::postgresql {

namespace {

bool stays_behind(const std::string& parameter) {
  static constexpr std::array kThere{"session_preload_libraries", "local_preload_libraries",
                                     "default_tablespace", "temp_tablespaces",
                                     "default_transaction_read_only"};
  return std::ranges::find(kThere, parameter) != kThere.end();
}

// Where the name of the database stands: ALTER DATABASE name SET, ALTER ROLE name IN DATABASE name
// SET. 0: it is another statement.
std::size_t database_in(const std::vector<Token>& tokens) {
  const auto is = [&](std::size_t at, std::string_view word) {
    return at < tokens.size() && tokens[at].is(word);
  };
  if (!is(0, "ALTER")) return 0;
  const bool is_roles = is(1, "ROLE") && is(3, "IN") && is(4, "DATABASE");
  const std::size_t at = is_roles ? 5 : 2;
  const bool is_one = (is_roles || is(1, "DATABASE")) && is(at + 1, "SET") &&
                      at + 2 < tokens.size() && tokens[at + 2].is_name();
  return is_one && !is(at + 2, "TABLESPACE") ? at : 0;
}

}  // namespace

std::vector<std::string> settings_of_database(std::string_view script,
                                              const std::string& database) {
  std::vector<std::string> settings;
  StatementReader reader;
  std::vector<Statement> ended;
  for (std::size_t at = 0; at < script.size();) {
    const auto end = std::min(script.find('\n', at), script.size());
    reader.read(script.substr(at, end - at), static_cast<std::int64_t>(at), ended);
    at = end + 1;
  }
  for (Statement& statement : ended) {
    const auto tokens = tokens_of(std::string_view(statement.text).substr(0, 4096));
    const auto where = database_in(tokens);
    if (where == 0 || stays_behind(tokens[where + 2].name)) continue;
    settings.push_back(statement.text.replace(tokens[where].at, tokens[where].size, database));
  }
  return settings;
}

}  // namespace slip::postgresql
