// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace slip::postgresql {

// One statement of a script, without comments.
struct Statement {
  std::string text;       // without its semicolon; of a long one the beginning
  std::int64_t at = 0;    // of its first byte in the script
  std::int64_t size = 0;  // with its semicolon
  // Where in `text` each piece of it begins, and where that lies in the script.
  std::vector<std::pair<std::size_t, std::int64_t>> pieces = {};

  // Where a byte of `text` lies in the script.
  std::int64_t place_of(std::size_t in_text) const;
};

// Tells a psql script's statements apart, line by line, as psql does.
class StatementReader {
 public:
  enum class Line { sql, comment, meta, copied };

  // Reads a line that begins at that place, without its end; what has ended in it is in `ended`.
  Line read(std::string_view line, std::int64_t at, std::vector<Statement>& ended);
  // Of rows: COPY ... FROM stdin has begun, and its end has not come.
  bool in_copy() const { return in_copy_; }

 private:
  void begin_statement(std::int64_t at);
  void keep(std::string_view line, std::size_t from, std::size_t to, std::int64_t at);
  void add_piece(std::string_view text, std::int64_t at);
  void word(std::string_view text);
  void end_statement(std::int64_t end, std::vector<Statement>& ended);
  std::size_t skip_quoted(std::string_view line, std::size_t from);

  enum class Within { nothing, text, escaped_text, name, dollars, comment };
  Within within_ = Within::nothing;
  std::string dollars_;  // "$tag$"
  int comments_ = 0;     // nested
  int parentheses_ = 0;
  int blocks_ = 0;  // BEGIN ATOMIC ... END, of functions
  bool is_function_ = false;
  bool backslash_escapes_ = false;  // standard_conforming_strings = off
  bool in_copy_ = false;
  bool in_statement_ = false;
  Statement statement_;
};

// A word, name or sign of a statement.
struct Token {
  enum class Kind { word, quoted_name, text, sign } kind = Kind::sign;
  std::string value;   // of a word: in upper case; of a name or text: what it stands for
  std::string name;    // of a word or name: as PostgreSQL knows it, unquoted in lower case
  std::size_t at = 0;  // in the statement's text
  std::size_t size = 0;

  bool is(std::string_view word) const {
    return kind != Kind::text && kind != Kind::quoted_name && value == word;
  }
  bool is_name() const { return kind == Kind::word || kind == Kind::quoted_name; }
};
std::vector<Token> tokens_of(std::string_view statement);

}  // namespace slip::postgresql
