// SPDX-License-Identifier: Apache-2.0
#include "server/http/encoding.h"

#include <algorithm>
#include <cstdint>
#include <optional>

namespace slip::http {
namespace {

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

std::optional<int> hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char low = lower(c);
  if (low >= 'a' && low <= 'f') return low - 'a' + 10;
  return std::nullopt;
}

// How many bytes the character beginning here has; 0 when it is no valid one.
std::size_t utf8_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  if (byte(0) < 0x80) return 1;
  std::size_t length = 0;
  std::uint32_t smallest = 0;
  std::uint32_t code = 0;
  if ((byte(0) & 0xe0) == 0xc0) {
    length = 2, smallest = 0x80, code = byte(0) & 0x1f;
  } else if ((byte(0) & 0xf0) == 0xe0) {
    length = 3, smallest = 0x800, code = byte(0) & 0x0f;
  } else if ((byte(0) & 0xf8) == 0xf0) {
    length = 4, smallest = 0x10000, code = byte(0) & 0x07;
  }
  if (length == 0 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return 0;
    code = code << 6 | (byte(i) & 0x3f);
  }
  const bool surrogate = code >= 0xd800 && code <= 0xdfff;
  return code < smallest || code > 0x10ffff || surrogate ? 0 : length;
}

}  // namespace

bool equal_without_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower(x) == lower(y); });
}

std::string lower_case(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), lower);
  return out;
}

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

bool lists(std::string_view header, std::string_view item) {
  while (!header.empty()) {
    const auto end = std::min(header.find(','), header.size());
    const std::string_view part = header.substr(0, end);
    const auto semicolon = std::min(part.find(';'), part.size());
    const std::string_view quality = trimmed(part.substr(std::min(semicolon + 1, part.size())));
    if (equal_without_case(trimmed(part.substr(0, semicolon)), item)) {
      return quality != "q=0" && quality != "q=0.0";
    }
    header.remove_prefix(std::min(end + 1, header.size()));
  }
  return false;
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

Result<std::string> percent_decode(std::string_view text, Plus plus) {
  const auto refuse = [](std::string_view why) {
    return Error{.code = ErrorCode::invalid_argument,
                 .message = "the address " + std::string(why),
                 .hint = "Write names in UTF-8, percent-encoded, as curl --data-urlencode does."};
  };
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i] == '+' && plus == Plus::is_space ? ' ' : text[i];
      continue;
    }
    const auto high = i + 2 < text.size() ? hex_digit(text[i + 1]) : std::nullopt;
    const auto low = high ? hex_digit(text[i + 2]) : std::nullopt;
    if (!low) return refuse("has a % without two hexadecimal digits after it");
    out += static_cast<char>(*high * 16 + *low);
    i += 2;
  }
  if (out.find('\0') != out.npos) return refuse("holds a NUL character");
  if (!is_utf8(out)) return refuse("is not valid UTF-8");
  return out;
}

}  // namespace slip::http
