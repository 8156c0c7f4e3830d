// SPDX-License-Identifier: Apache-2.0
#include "adapters/mariadb/definitions.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "adapters/mariadb/lines.h"
#include "adapters/mariadb/text_writer.h"

namespace slip::mariadb {

namespace {

bool is_space(char c) {
  return std::isspace(static_cast<unsigned char>(c)) != 0;
}
bool is_letter(char c) {
  return std::isalpha(static_cast<unsigned char>(c)) != 0;
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

template <class Is>
std::size_t end_of(std::string_view text, std::size_t at, Is is) {
  while (at < text.size() && is(text[at])) ++at;
  return at;
}

std::string upper(std::string_view text) {
  std::string word(text);
  std::ranges::transform(word, word.begin(), [](unsigned char c) { return std::toupper(c); });
  return word;
}

bool defines(const std::string& word) {
  static constexpr std::array<std::string_view, 10> kWords = {
      "CREATE", "ALTER", "DROP", "SET", "USE", "RENAME", "GRANT", "REVOKE", "INSTALL", "UNINSTALL"};
  return std::ranges::find(kWords, word) != kWords.end();
}

// Where what a version is to carry out begins: behind "/*!50003 " and "/*M!100203 "; else where it
// was.
std::size_t skip_version(std::string_view text, std::size_t at) {
  const std::string_view rest = text.substr(at);
  std::size_t within = rest.starts_with("/*!") ? at + 3 : rest.starts_with("/*M!") ? at + 4 : at;
  if (within == at) return at;
  within = end_of(text, within, is_digit);
  within = end_of(text, within, is_space);
  return within < text.size() && is_letter(text[within]) ? within : at;
}

bool begins_comment_line(std::string_view rest) {
  return rest.starts_with('#') ||
         (rest.starts_with("--") && (rest.size() == 2 || is_space(rest[2])));
}

}  // namespace

// Behind its first word, which says what it is.
std::size_t Definitions::begin_statement(std::string_view text, std::size_t at) {
  const std::size_t word = skip_version(text, at);
  const std::size_t end = end_of(text, word, is_letter);
  in_statement_ = true;
  is_kept_ = end == word || defines(upper(text.substr(word, end - word)));
  return std::max(end, at + 1);
}

std::size_t Definitions::skip_quoted(std::string_view text, std::size_t at) {
  for (; at < text.size(); ++at) {
    if (within_ == Within::text && text[at] == '\\') {
      ++at;
    } else if (text[at] == quote_) {
      within_ = Within::nothing;
      return at + 1;
    }
  }
  return text.size();
}

std::size_t Definitions::skip_comment(std::string_view text, std::size_t at) {
  const auto end = text.find("*/", at);
  if (end == std::string_view::npos) return text.size();
  within_ = Within::nothing;
  return end + 2;
}

std::string Definitions::keep(std::string_view text, bool begins_line) {
  constexpr std::string_view word = "DELIMITER ";
  const bool sets_delimiter = begins_line && !in_statement_ && within_ == Within::nothing &&
                              upper(text.substr(0, word.size())) == word;
  if (sets_delimiter) {
    const auto begin = end_of(text, word.size(), is_space);
    const auto end = end_of(text, begin, [](char c) { return !is_space(c); });
    if (end > begin) delimiter_ = text.substr(begin, end - begin);
    return std::string(text);
  }
  std::string kept;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t from = at;
    bool is_kept = !in_statement_ || is_kept_;
    const std::string_view rest = text.substr(at);
    if (within_ == Within::comment) {
      at = skip_comment(text, at);
    } else if (within_ != Within::nothing) {
      at = skip_quoted(text, at);
    } else if (in_statement_ && rest.starts_with(delimiter_)) {
      at += delimiter_.size();
      in_statement_ = false;
    } else if (begins_comment_line(rest)) {
      at = text.size();
    } else if (rest.starts_with("/*") && !rest.starts_with("/*!") && skip_version(text, at) == at) {
      within_ = Within::comment;
      at += 2;
    } else if (text[at] == '\'' || text[at] == '"' || text[at] == '`') {
      quote_ = text[at];
      within_ = quote_ == '`' ? Within::name : Within::text;
      in_statement_ = true;
      ++at;
    } else if (!in_statement_ && !is_space(text[at])) {
      at = begin_statement(text, at);
      is_kept = is_kept_;
    } else {
      ++at;
    }
    if (is_kept) kept += text.substr(from, at - from);
  }
  return kept;
}

Result<> write_definitions(int dump, int to, const std::filesystem::path& shown) {
  Lines lines(dump, shown);
  TextWriter out(to);
  Definitions definitions;
  for (Lines::Piece piece; TRY(lines.next(piece));) {
    TRY(out.write(definitions.keep(piece.text, piece.begins)));
    if (piece.ends) TRY(out.write("\n"));
  }
  return out.flush();
}

}  // namespace slip::mariadb
