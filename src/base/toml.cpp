// SPDX-License-Identifier: Apache-2.0
#include "base/toml.h"

#include <algorithm>

namespace slip {
namespace {

constexpr auto kEnd = std::string_view::npos;

bool is_ascii(char c) {
  return static_cast<unsigned char>(c) < 0x80;
}

// Where the string that begins at `at` ends: behind its closing quotes; where it is not closed, at
// the line's end, or the text's for one of several lines.
std::size_t end_of_string(std::string_view text, std::size_t at) {
  const char quote = text[at];
  const std::string three(3, quote);
  const bool is_of_lines = text.substr(at).starts_with(three);
  const bool has_escapes = quote == '"';
  for (std::size_t i = at + (is_of_lines ? 3 : 1); i < text.size(); ++i) {
    if (has_escapes && text[i] == '\\') {
      ++i;
    } else if (!is_of_lines && (text[i] == quote || text[i] == '\n')) {
      return i + 1;
    } else if (is_of_lines && text.substr(i).starts_with(three)) {
      // Up to two more are its last characters.
      return std::min(text.find_first_not_of(quote, i), std::min(i + 5, text.size()));
    }
  }
  return text.size();
}

// The first character of a letter that is not ASCII and stands in no string or comment, where TOML
// has none.
std::size_t find_stray_letter(std::string_view text) {
  const std::size_t start = text.starts_with("\xEF\xBB\xBF") ? 3 : 0;
  for (std::size_t i = start; i < text.size();) {
    if (!is_ascii(text[i])) return i;
    if (text[i] == '"' || text[i] == '\'') {
      i = end_of_string(text, i);
    } else {
      i = text[i] == '#' ? std::min(text.find('\n', i), text.size()) : i + 1;
    }
  }
  return kEnd;
}

Error gave_up(const std::string& name) {
  return Error{.code = ErrorCode::invalid_argument,
               .message = name + " is no TOML: its reader gave up on it",
               .hint = "Look for a table's name or a key that is not finished, such as \"[#\"."};
}

}  // namespace

Result<toml::table> parse_toml(std::string_view text, const std::string& name) {
  // The library's own look at such a letter has no defined behavior for all of them (3.3).
  if (const auto stray = find_stray_letter(text); stray != kEnd) {
    const auto line = 1 + std::ranges::count(text.substr(0, stray), '\n');
    return Error{.code = ErrorCode::invalid_argument,
                 .message = fmt::format("{}:{}: a letter that is not ASCII", name, line),
                 .hint = "Put it in quotes: outside of strings and comments TOML has no others."};
  }
  try {
    toml::parse_result parsed = toml::parse(text, name);
    if (parsed) return std::move(parsed).table();
    const auto& error = parsed.error();
    return Error{
        .code = ErrorCode::invalid_argument,
        .message = fmt::format("{}:{}: {}", name, error.source().begin.line, error.description())};
  } catch (const std::logic_error&) {
    return gave_up(name);
  }
}

}  // namespace slip
