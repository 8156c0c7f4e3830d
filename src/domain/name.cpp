#include "domain/name.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

namespace slip {
namespace {

// Decodes one code point off the front; nothing if it is malformed, overlong or a surrogate.
std::optional<std::uint32_t> decode(std::string_view& text) {
  const auto lead = static_cast<unsigned char>(text[0]);
  const std::size_t length = lead < 0x80 ? 1 : lead >> 5 == 6 ? 2 : lead >> 4 == 14 ? 3
                             : lead >> 3 == 30 ? 4 : 0;
  if (length == 0 || text.size() < length) return std::nullopt;
  std::uint32_t code = length == 1 ? lead : lead & (0xff >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    const auto next = static_cast<unsigned char>(text[i]);
    if (next >> 6 != 2) return std::nullopt;
    code = code << 6 | (next & 0x3f);
  }
  static constexpr std::uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
  if (code < smallest[length] || code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) {
    return std::nullopt;
  }
  text.remove_prefix(length);
  return code;
}

bool is_control(std::uint32_t code) {
  return code < 0x20 || (code >= 0x7f && code < 0xa0) || code == 0x2028 || code == 0x2029 ||
         (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069);
}

Error invalid(std::string message, std::string hint = "") {
  return Error{.code = ErrorCode::invalid_argument,
               .message = std::move(message),
               .hint = std::move(hint)};
}

Result<> check_text(std::string_view what, std::string_view text, std::size_t most) {
  if (text.empty()) return invalid(fmt::format("the {} is empty", what), "Give it a name.");
  const auto length = utf8_length(text);
  if (!length) return invalid(fmt::format("the {} is not valid UTF-8", what));
  if (*length > most) {
    return invalid(fmt::format("the {} has {} characters; at most {} are possible", what, *length,
                               most));
  }
  for (std::string_view rest = text; !rest.empty();) {
    if (is_control(*decode(rest))) {
      return invalid(fmt::format("the {} contains a control character", what));
    }
  }
  if (text.front() == ' ' || text.back() == ' ') {
    return invalid(fmt::format("the {} begins or ends with a space", what));
  }
  return {};
}

}  // namespace

std::optional<std::size_t> utf8_length(std::string_view text) {
  std::size_t count = 0;
  while (!text.empty()) {
    if (!decode(text)) return std::nullopt;
    ++count;
  }
  return count;
}

Result<> check_title(std::string_view what, std::string_view name) {
  return check_text(what, name, 256);
}

Result<> check_name(std::string_view what, std::string_view name) {
  TRY(check_text(what, name, 64));
  if (name.find('/') != name.npos) {
    return invalid(fmt::format("the {} contains a \"/\"", what),
                   "The slash separates a container from its bookmark, as in \"qa/clean base\".");
  }
  static constexpr std::string_view prefixes[] = {"tpl_", "ctr_", "brn_", "seg_", "pnt_",
                                                  "bmk_", "op_",  "usr_", "src_"};
  if (std::ranges::any_of(prefixes, [&](auto prefix) { return name.starts_with(prefix); })) {
    return invalid(fmt::format("the {} \"{}\" looks like an id", what, name));
  }
  return {};
}

Result<> check_identifier(std::string_view what, std::string_view name) {
  const auto letter_or_digit = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
  };
  const bool fine = !name.empty() && name.size() <= 32 && letter_or_digit(name[0]) &&
                    std::ranges::all_of(name, [&](char c) {
                      return letter_or_digit(c) || c == '_' || c == '.' || c == '-';
                    });
  if (fine) return {};
  return invalid(fmt::format("the {} is not possible", what),
                 "Use 1 to 32 of a-z, 0-9, \"_\", \".\" and \"-\", beginning with a letter or "
                 "digit.");
}

Result<> check_note(std::string_view note) {
  if (note.size() > 4096) return invalid("the note is longer than 4,096 bytes");
  if (!utf8_length(note)) return invalid("the note is not valid UTF-8");
  return {};
}

}  // namespace slip
