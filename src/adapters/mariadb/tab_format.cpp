// SPDX-License-Identifier: Apache-2.0
#include "adapters/mariadb/tab_format.h"

#include <cctype>

namespace slip::mariadb {

namespace {

// Texts end in other things often enough.
constexpr std::string_view kBeforeLineEnd = "\r|;,~^#\x1e\x1f";
// As numbers and times are written, and NULL: "\N". Columns of bits are never in quotes, either.
constexpr std::string_view kNumeric = "0123456789+-.eE: \\N";

bool is_mark(char c) {
  return std::ispunct(static_cast<unsigned char>(c)) != 0 && c != '\\';
}

}  // namespace

void TabFormat::take(std::string_view bytes) {
  if (!may_be_other()) return;
  for (const char c : bytes) take_byte(c);
}

bool TabFormat::may_be_other() const {
  return is_quoted_ || ends_alike_;
}

void TabFormat::take_byte(char c) {
  if (!is_escaped_ && (c == '\t' || c == '\n')) {
    const bool is_last = c == '\n';
    end_value(last_);
    if (is_last) end_line();
    first_ = last_ = 0;
    length_ = 0;
    is_numeric_ = true;
    return;
  }
  is_escaped_ = !is_escaped_ && c == '\\';
  if (length_ == 0) first_ = c;
  ++length_;
  const bool is_bits = static_cast<unsigned char>(c) < ' ';
  is_numeric_ = is_numeric_ && (is_bits || kNumeric.find(c) != std::string_view::npos);
  last_ = c;
}

void TabFormat::end_value(char last) {
  if (!is_quoted_ || is_numeric_) return;
  const bool is_enclosed = length_ >= 2 && first_ == last && is_mark(first_);
  if (is_enclosed && quote_ == 0) quote_ = first_;
  is_quoted_ = is_enclosed && first_ == quote_;
}

void TabFormat::end_line() {
  ++lines_;
  if (!ends_alike_) return;
  if (lines_ == 1) line_end_ = last_;
  ends_alike_ = last_ == line_end_ && kBeforeLineEnd.find(line_end_) != std::string_view::npos;
}

std::string TabFormat::looks_as_with() const {
  if (lines_ == 0) return "";
  if (ends_alike_) return "--lines-terminated-by";
  if (is_quoted_ && quote_ != 0) return "--fields-enclosed-by or --fields-optionally-enclosed-by";
  return "";
}

}  // namespace slip::mariadb
