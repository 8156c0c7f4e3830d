// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.h"

namespace slip::mariadb {

// Of a dump's text the statements that define something and prepare the session, as a client reads
// them: without those that bring rows, take locks or ask for something. Line by line; every line
// stays the line that it is, and its number with it.
class Definitions {
 public:
  // Of a line, or of a piece of a long one, what is left of it.
  std::string keep(std::string_view text, bool begins_line);

 private:
  enum class Within { nothing, text, name, comment };

  std::size_t begin_statement(std::string_view text, std::size_t at);
  std::size_t skip_quoted(std::string_view text, std::size_t at);
  std::size_t skip_comment(std::string_view text, std::size_t at);

  std::string delimiter_ = ";";
  Within within_ = Within::nothing;
  char quote_ = '\'';
  bool in_statement_ = false;
  bool is_kept_ = true;
};

// Writes them to an open file. `shown` is the dump's path, for messages. Errors: those of reading
// and writing.
Result<> write_definitions(int dump, int to, const std::filesystem::path& shown);

}  // namespace slip::mariadb
