// SPDX-License-Identifier: Apache-2.0
#include "adapters/postgresql/sql_statements.h"

#include <algorithm>
#include <cctype>

namespace slip::postgresql {

namespace {

// What is looked at of a statement; longer ones are bodies and rows.
constexpr std::size_t kKept = 16 << 10;
constexpr std::size_t kTokens = 2000;

bool is_name_start(char c) {
  return std::isalpha(static_cast<unsigned char>(c)) != 0 || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}

bool is_name_part(char c) {
  return is_name_start(c) || std::isdigit(static_cast<unsigned char>(c)) != 0 || c == '$';
}

std::string upper(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return out;
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

// "$tag$" at that place, or "".
std::string_view dollars_at(std::string_view line, std::size_t at) {
  std::size_t end = at + 1;
  while (end < line.size() && line[end] != '$' && is_name_part(line[end])) ++end;
  const bool is_tag =
      end < line.size() && line[end] == '$' && (end == at + 1 || is_name_start(line[at + 1]));
  return is_tag ? line.substr(at, end + 1 - at) : std::string_view();
}

}  // namespace

std::int64_t Statement::place_of(std::size_t in_text) const {
  const auto after =
      std::ranges::upper_bound(pieces, in_text, {}, [](const auto& piece) { return piece.first; });
  if (after == pieces.begin()) return at;
  const auto& [begin, place] = *std::prev(after);
  return place + static_cast<std::int64_t>(in_text - begin);
}

void StatementReader::begin_statement(std::int64_t at) {
  in_statement_ = true;
  is_function_ = false;
  parentheses_ = blocks_ = 0;
  statement_ = {};
  statement_.at = at;
}

void StatementReader::keep(std::string_view line, std::size_t from, std::size_t to,
                           std::int64_t at) {
  if (!in_statement_ || to <= from || statement_.text.size() >= kKept) return;
  add_piece(line.substr(from, std::min(to - from, kKept - statement_.text.size())),
            at + static_cast<std::int64_t>(from));
}

void StatementReader::add_piece(std::string_view text, std::int64_t at) {
  auto& pieces = statement_.pieces;
  const auto size = statement_.text.size();
  const bool goes_on =
      !pieces.empty() &&
      pieces.back().second + static_cast<std::int64_t>(size - pieces.back().first) == at;
  if (!goes_on) pieces.emplace_back(size, at);
  statement_.text += text;
}

// Semicolons within a function's BEGIN ATOMIC ... END end nothing.
void StatementReader::word(std::string_view text) {
  if (statement_.text.size() < 64 && (text.size() == 8 || text.size() == 9)) {
    const auto kind = upper(text);
    if (kind == "FUNCTION" || kind == "PROCEDURE") is_function_ = true;
  }
  if (!is_function_ || text.size() < 3 || text.size() > 5) return;
  const auto name = upper(text);
  if (name == "BEGIN" || (name == "CASE" && blocks_ > 0)) ++blocks_;
  if (name == "END" && blocks_ > 0) --blocks_;
}

void StatementReader::end_statement(std::int64_t end, std::vector<Statement>& ended) {
  if (!in_statement_) return;
  in_statement_ = false;
  statement_.size = end - statement_.at;
  const auto tokens_begin = upper(std::string_view(statement_.text).substr(0, 5));
  if (tokens_begin.starts_with("COPY") &&
      upper(statement_.text).find("FROM STDIN") != std::string::npos) {
    in_copy_ = true;
  }
  if (tokens_begin.starts_with("SET")) {
    const auto said = upper(statement_.text);
    if (said.find("STANDARD_CONFORMING_STRINGS") != said.npos) {
      backslash_escapes_ = said.ends_with("OFF") || said.ends_with("OFF'");
    }
  }
  ended.push_back(std::move(statement_));
  statement_ = {};
}

// The place after the end of what we are within, or the line's end.
std::size_t StatementReader::skip_quoted(std::string_view line, std::size_t from) {
  std::size_t at = from;
  switch (within_) {
    case Within::nothing:
      return at;
    case Within::dollars: {
      const auto end = line.find(dollars_, at);
      if (end == line.npos) return line.size();
      within_ = Within::nothing;
      return end + dollars_.size();
    }
    case Within::comment:
      for (; at + 1 < line.size(); ++at) {
        if (line[at] == '/' && line[at + 1] == '*') {
          ++comments_;
          ++at;
        } else if (line[at] == '*' && line[at + 1] == '/') {
          ++at;
          if (--comments_ == 0) {
            within_ = Within::nothing;
            return at + 1;
          }
        }
      }
      return line.size();
    case Within::text:
    case Within::escaped_text:
    case Within::name: {
      const char quote = within_ == Within::name ? '"' : '\'';
      for (; at < line.size(); ++at) {
        if (line[at] == '\\' && within_ == Within::escaped_text) {
          ++at;
        } else if (line[at] == quote) {
          if (at + 1 >= line.size() || line[at + 1] != quote) {
            within_ = Within::nothing;
            return at + 1;
          }
          ++at;
        }
      }
      return line.size();
    }
  }
  return line.size();
}

StatementReader::Line StatementReader::read(std::string_view line, std::int64_t at,
                                            std::vector<Statement>& ended) {
  if (in_copy_) {
    in_copy_ = line != "\\.";
    return Line::copied;
  }
  if (!in_statement_ && within_ == Within::nothing) {
    if (line.starts_with("--")) return Line::comment;
    if (line.starts_with("\\")) return Line::meta;
  }
  std::size_t kept = 0;  // all before is in the statement's text, or no part of it
  std::size_t i = 0;
  while (i < line.size()) {
    if (within_ != Within::nothing) {
      const bool is_comment = within_ == Within::comment;
      i = skip_quoted(line, i);
      if (is_comment) kept = i;
      continue;
    }
    const char c = line[i];
    const bool is_space = c == ' ' || c == '\t' || c == '\r' || c == '\f';
    if (c == '-' && i + 1 < line.size() && line[i + 1] == '-') {
      keep(line, kept, i, at);
      kept = i = line.size();
      break;
    }
    if (c == '/' && i + 1 < line.size() && line[i + 1] == '*') {
      keep(line, kept, i, at);
      within_ = Within::comment;
      comments_ = 0;
      continue;
    }
    if (!in_statement_) {
      if (is_space || c == ';') {
        kept = ++i;
        continue;
      }
      begin_statement(at + static_cast<std::int64_t>(i));
      kept = i;
    }
    if (is_name_start(c)) {
      const std::size_t begin = i;
      while (i < line.size() && is_name_part(line[i])) ++i;
      const auto name = line.substr(begin, i - begin);
      if (i < line.size() && line[i] == '\'' && name.size() == 1 && (c == 'E' || c == 'e')) {
        within_ = Within::escaped_text;
        ++i;
        continue;
      }
      // Its place in the statement is that of what comes before it in the line, too.
      if (kept < begin) {
        keep(line, kept, begin, at);
        kept = begin;
      }
      word(name);
      continue;
    }
    ++i;
    if (c == '\'') {
      within_ = backslash_escapes_ ? Within::escaped_text : Within::text;
    } else if (c == '"') {
      within_ = Within::name;
    } else if (c == '$') {
      if (const auto tag = dollars_at(line, i - 1); !tag.empty()) {
        dollars_ = tag;
        within_ = Within::dollars;
        i += tag.size() - 1;
      }
    } else if (c == '(') {
      ++parentheses_;
    } else if (c == ')') {
      parentheses_ = std::max(0, parentheses_ - 1);
    } else if (c == ';' && parentheses_ == 0 && blocks_ == 0) {
      keep(line, kept, i - 1, at);
      kept = i;
      end_statement(at + static_cast<std::int64_t>(i), ended);
    }
  }
  if (in_statement_) {
    keep(line, kept, line.size(), at);
    if (statement_.text.size() < kKept)
      add_piece("\n", at + static_cast<std::int64_t>(line.size()));
  }
  return Line::sql;
}

std::vector<Token> tokens_of(std::string_view text) {
  std::vector<Token> tokens;
  std::size_t at = 0;
  while (at < text.size() && tokens.size() < kTokens) {
    const char c = text[at];
    if (std::isspace(static_cast<unsigned char>(c)) != 0) {
      ++at;
      continue;
    }
    Token token;
    token.at = at;
    if (c == '"' || c == '\'') {
      token.kind = c == '"' ? Token::Kind::quoted_name : Token::Kind::text;
      for (++at; at < text.size(); ++at) {
        if (text[at] == c) {
          if (at + 1 >= text.size() || text[at + 1] != c) break;
          ++at;
        }
        token.value += text[at];
      }
      ++at;
      token.name = token.value;
    } else if (is_name_start(c)) {
      token.kind = Token::Kind::word;
      while (at < text.size() && is_name_part(text[at])) ++at;
      token.value = upper(text.substr(token.at, at - token.at));
      token.name = lower(text.substr(token.at, at - token.at));
    } else {
      token.value = c;
      ++at;
    }
    token.size = std::min(at, text.size()) - token.at;
    tokens.push_back(std::move(token));
  }
  return tokens;
}

}  // namespace slip::postgresql
