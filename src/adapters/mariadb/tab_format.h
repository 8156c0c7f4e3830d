// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace slip::mariadb {

// Whether rows of --tab look as if they had been written in another format than the usual one,
// which a server would load without a word: with every text in quotes, or something before the end
// of every line. That can be seen only of a whole folder, as all its files are in one format, and
// what a column has may look like it. (With another separator a row has too few columns, which the
// server refuses.)
class TabFormat {
 public:
  // The next bytes of a file; a file begins where a line does.
  void take(std::string_view bytes);

  // The options that it seems to have been written with; empty: none.
  std::string looks_as_with() const;

 private:
  void take_byte(char c);
  void end_value(char last);
  void end_line();
  bool may_be_other() const;

  // Of the value that is going on.
  char first_ = 0;
  char last_ = 0;
  std::uint64_t length_ = 0;
  bool is_numeric_ = true;
  bool is_escaped_ = false;  // the next character belongs to the last

  char quote_ = 0;          // around all values so far that are not numbers
  bool is_quoted_ = true;   // there is none without it
  char line_end_ = 0;       // before the end of every line so far
  bool ends_alike_ = true;  // there is none without it
  std::uint64_t lines_ = 0;
};

}  // namespace slip::mariadb
