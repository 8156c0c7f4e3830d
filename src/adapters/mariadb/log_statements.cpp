// SPDX-License-Identifier: Apache-2.0
#include "adapters/mariadb/log_statements.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <span>
#include <string>
#include <vector>

#include "adapters/mariadb/lower_case.h"

namespace slip::mariadb {

namespace {

bool is_word(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '$';
}

// The statement's words in capitals, its opening parentheses and divisions; without comments, texts
// and quoted names. What servers carry out of a comment ("/*!50100 ... */") is part of it.
std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  for (std::size_t at = 0; at < text.size();) {
    const char c = text[at];
    const std::string_view rest = text.substr(at);
    if (c == '\'' || c == '"' || c == '`') {
      for (++at; at < text.size() && text[at] != c; ++at) {
        if (text[at] == '\\' && c != '`') ++at;
      }
      ++at;
    } else if (rest.starts_with("/*!") || rest.starts_with("/*M!")) {
      at = std::min(text.find('!', at) + 1, text.size());
      while (at < text.size() && std::isdigit(static_cast<unsigned char>(text[at])) != 0) ++at;
    } else if (rest.starts_with("/*")) {
      at = std::min(text.find("*/", at), text.size() - 2) + 2;
    } else if (c == '#' || rest.starts_with("-- ")) {
      at = std::min(text.find('\n', at), text.size());
    } else if (is_word(c)) {
      std::string word;
      for (; at < text.size() && is_word(text[at]); ++at) {
        word += static_cast<char>(std::toupper(static_cast<unsigned char>(text[at])));
      }
      words.push_back(std::move(word));
    } else {
      if (c == '(' || c == '/') words.emplace_back(1, c);
      ++at;
    }
  }
  return words;
}

template <std::size_t N>
bool is_one_of(const std::string& word, const std::array<std::string_view, N>& some) {
  return std::ranges::find(some, word) != some.end();
}

// What begins a statement that changes definitions, accounts or the server's own state, or that
// belongs to a transaction.
constexpr std::array<std::string_view, 22> kDefinitions = {
    "BEGIN",   "COMMIT",   "ROLLBACK", "SAVEPOINT", "RELEASE",   "XA",     "START", "CREATE",
    "ALTER",   "DROP",     "RENAME",   "TRUNCATE",  "GRANT",     "REVOKE", "SET",   "FLUSH",
    "ANALYZE", "OPTIMIZE", "REPAIR",   "INSTALL",   "UNINSTALL", "CHECK"};

// Functions of which a default is given to the rows that are there already: of chance, of the
// clock, and of the session, which is another when it is done again.
constexpr std::array<std::string_view, 20> kVolatile = {
    "UUID",    "UUID_SHORT",   "UUID_V4",        "UUID_V7",    "SYS_GUID",
    "RAND",    "RANDOM_BYTES", "SYSDATE",        "NEXTVAL",    "LASTVAL",
    "ENCRYPT", "LOAD_FILE",    "CONNECTION_ID",  "USER",       "SESSION_USER",
    "VERSION", "SYSTEM_USER",  "LAST_INSERT_ID", "FOUND_ROWS", "ROW_COUNT"};
// What comes to something else by what a session has set and no log says: default_week_format,
// block_encryption_mode, default_regex_flags, div_precision_increment.
constexpr std::array<std::string_view, 6> kBySettings = {
    "WEEK", "AES_ENCRYPT", "AES_DECRYPT", "REGEXP_REPLACE", "REGEXP_SUBSTR", "REGEXP_INSTR"};
constexpr std::array<std::string_view, 3> kOperatorsBySettings = {"REGEXP", "RLIKE", "/"};
constexpr std::array<std::string_view, 4> kGivesValues = {"DEFAULT", "AS", "STORED", "PERSISTENT"};
constexpr std::array<std::string_view, 2> kVolatileWords = {"CURRENT_USER", "CURRENT_ROLE"};
// After these an index is named, with its columns in parentheses.
constexpr std::array<std::string_view, 5> kNames = {"INDEX", "KEY", "UNIQUE", "FULLTEXT",
                                                    "SPATIAL"};

using Words = std::span<const std::string>;

bool is_followed_by(Words words, std::size_t at, std::string_view next) {
  return at + 1 < words.size() && words[at + 1] == next;
}

// CREATE [OR REPLACE] [TEMPORARY] TABLE, ALTER [ONLINE] [IGNORE] TABLE
bool is_of_table(Words words) {
  const Words beginning = words.subspan(0, std::min<std::size_t>(words.size(), 5));
  return std::ranges::find(beginning, "TABLE") != beginning.end();
}

// A table that is made with rows from elsewhere.
bool brings_rows(Words words) {
  for (std::size_t at = 0; at < words.size(); ++at) {
    if (words[at] == "SELECT") return true;
    const bool is_values = words[at] == "VALUES";  // or "VALUES LESS THAN", of a partition
    if (is_values && (is_followed_by(words, at, "(") || is_followed_by(words, at, "ROW"))) {
      return true;
    }
  }
  return false;
}

bool gives_rows_new_values(Words words) {
  for (std::size_t at = 1; at < words.size(); ++at) {
    if (words[at] == "NEXT" && is_followed_by(words, at, "VALUE")) return true;
    if (is_one_of(words[at], kVolatileWords)) return true;
    if (is_one_of(words[at], kVolatile) && is_followed_by(words, at, "(") &&
        !is_one_of(words[at - 1], kNames)) {
      return true;
    }
  }
  return false;
}

bool gives_rows_values_by_settings(Words words) {
  bool gives = false;
  bool is_by_settings = false;
  for (std::size_t at = 0; at < words.size(); ++at) {
    gives = gives || is_one_of(words[at], kGivesValues);
    const bool is_called = is_one_of(words[at], kBySettings) && is_followed_by(words, at, "(");
    is_by_settings = is_by_settings || is_called || is_one_of(words[at], kOperatorsBySettings);
  }
  return gives && is_by_settings;
}

bool is_number(const std::string& word) {
  return std::isdigit(static_cast<unsigned char>(word.front())) != 0;
}

// A column that numbers the rows that are there, or an index for which some of them are left out:
// both go by the order in which the rows lie, which sessions that wrote side by side have decided.
bool goes_by_the_order_of_rows(Words words) {
  for (std::size_t at = 0; at < words.size(); ++at) {
    if (words[at] == "IGNORE" && is_followed_by(words, at, "TABLE")) return true;
    // "AUTO_INCREMENT = 5" is where new rows begin.
    const bool is_option = at + 1 < words.size() && is_number(words[at + 1]);
    if (words[at] == "AUTO_INCREMENT" && !is_option) return true;
  }
  return false;
}

bool may_differ(Words words) {
  if (words.empty()) return false;
  const std::string& first = words.front();
  // What a server says for itself when a table that was kept in memory is empty after a restart.
  if (first == "DELETE" && words.size() == 2 && words[1] == "FROM") return false;
  // MariaDB's "SET STATEMENT max_statement_time = 1 FOR INSERT ..."
  if (first == "SET" && is_followed_by(words, 0, "STATEMENT")) {
    const auto statement = std::ranges::find(words, "FOR");
    return statement == words.end() || may_differ({std::next(statement), words.end()});
  }
  if (!is_one_of(first, kDefinitions)) return true;
  if (!is_of_table(words)) return false;
  return (first == "CREATE" && brings_rows(words)) ||
         (first == "ALTER" && (gives_rows_new_values(words) || goes_by_the_order_of_rows(words) ||
                               gives_rows_values_by_settings(words)));
}

}  // namespace

bool may_come_out_differently(std::string_view statement) {
  return may_differ(words_of(statement));
}

bool changes_definitions(std::string_view statement) {
  static constexpr std::array<std::string_view, 4> beginnings = {"CREATE", "ALTER", "RENAME",
                                                                 "DROP"};
  const auto words = words_of(statement.substr(0, std::min<std::size_t>(statement.size(), 1000)));
  if (words.empty()) return false;
  if (words.front() != "SET" || !is_followed_by(words, 0, "STATEMENT")) {
    return is_one_of(words.front(), beginnings);
  }
  const auto of = std::ranges::find(words, "FOR");
  return of == words.end() || std::next(of) == words.end() || is_one_of(*std::next(of), beginnings);
}

bool may_be_about(std::string_view statement, const TableName& table) {
  const auto has = [text = in_lower_case(std::string(statement))](const std::string& name) {
    // What files call otherwise may be anything.
    return name.find('@') != std::string::npos ||
           text.find(in_lower_case(name)) != std::string::npos;
  };
  if (has(table.table)) return true;
  const auto words = words_of(statement);
  const auto is_database = [](const auto& word) { return word == "DATABASE" || word == "SCHEMA"; };
  return has(table.database) && std::ranges::any_of(words, is_database);
}

}  // namespace slip::mariadb
