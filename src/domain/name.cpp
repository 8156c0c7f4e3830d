// SPDX-License-Identifier: Apache-2.0
#include "domain/name.h"

#include <fmt/format.h>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/uspoof.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <cstdint>

namespace slip {
namespace {

// Decodes one code point off the front; nothing if it is malformed, overlong or a surrogate.
std::optional<UChar32> decode(std::string_view& text) {
  std::int32_t length = 0;
  UChar32 code = 0;
  U8_NEXT(text.data(), length, static_cast<std::int32_t>(text.size()), code);
  if (code < 0) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(length));
  return code;
}

bool is_space(UChar32 code) {
  constexpr UChar32 braille_blank = 0x2800;
  return u_isUWhiteSpace(code) != 0 || code == braille_blank;
}

Error invalid(std::string message, std::string hint = "") {
  return Error{
      .code = ErrorCode::invalid_argument, .message = std::move(message), .hint = std::move(hint)};
}

// Nothing that is not seen, or moves what is seen elsewhere.
Result<> check_visible(std::string_view what, UChar32 code) {
  const auto shown = fmt::format("U+{:04X}", code);
  switch (u_charType(code)) {
    case U_CONTROL_CHAR:
    case U_FORMAT_CHAR:
    case U_LINE_SEPARATOR:
    case U_PARAGRAPH_SEPARATOR:
      return invalid(fmt::format("the {} contains a control character, {}", what, shown),
                     "Leave it out.");
    default:
      break;
  }
  if (u_hasBinaryProperty(code, UCHAR_DEFAULT_IGNORABLE_CODE_POINT)) {
    return invalid(fmt::format("the {} contains a character that is not seen, {}", what, shown),
                   "Leave it out.");
  }
  if (u_hasBinaryProperty(code, UCHAR_NONCHARACTER_CODE_POINT)) {
    return invalid(fmt::format("the {} contains {}, which is no character", what, shown),
                   "Leave it out.");
  }
  return {};
}

Result<std::string> accept(std::string_view what, std::string_view text, std::size_t most) {
  if (text.empty()) return invalid(fmt::format("the {} is empty", what), "Give it a name.");
  if (!utf8_length(text)) return invalid(fmt::format("the {} is not valid UTF-8", what));
  std::string name = normal_form(text);
  const auto length = *utf8_length(name);
  if (length > most) {
    return invalid(
        fmt::format("the {} has {} characters; at most {} are possible", what, length, most));
  }
  UChar32 first = -1;
  UChar32 last = -1;
  for (std::string_view rest = name; !rest.empty();) {
    last = *decode(rest);
    if (first < 0) first = last;
    TRY(check_visible(what, last));
  }
  if (is_space(first) || is_space(last)) {
    return invalid(fmt::format("the {} begins or ends with a space", what));
  }
  return name;
}

// "a  b" and "a b" are shown alike.
std::string with_single_spaces(std::string_view name) {
  std::string result;
  while (!name.empty()) {
    const std::string_view before = name;
    const auto code = decode(name);
    if (!code) return result.append(before);
    if (!is_space(*code)) {
      result.append(before.substr(0, before.size() - name.size()));
    } else if (!result.ends_with(' ')) {
      result.push_back(' ');
    }
  }
  return result;
}

// What is not valid UTF-8 stays as it is.
std::string in_form(const icu::Normalizer2* (*instance)(UErrorCode&), std::string_view text) {
  if (!utf8_length(text)) return std::string(text);
  UErrorCode status = U_ZERO_ERROR;
  const auto* form = instance(status);
  if (U_FAILURE(status)) return std::string(text);
  std::string result;
  icu::StringByteSink<std::string> sink(&result);
  form->normalizeUTF8(0, icu::StringPiece(text.data(), static_cast<std::int32_t>(text.size())),
                      sink, nullptr, status);
  return U_SUCCESS(status) ? result : std::string(text);
}

// The skeleton of Unicode Technical Standard 39, section 4, with every run of spaces as one.
std::string skeleton_of(std::string_view name) {
  static const USpoofChecker* const checker = [] {
    UErrorCode status = U_ZERO_ERROR;
    return uspoof_open(&status);  // nothing where the library's data cannot be read
  }();
  std::string text = with_single_spaces(name);
  if (checker == nullptr) return text;
  // A character becomes at most 18 others, of four bytes (the "bismillah" ligature).
  std::string skeleton(text.size() * 18 * 4, '\0');
  UErrorCode status = U_ZERO_ERROR;
  const auto length =
      uspoof_getSkeletonUTF8(checker, 0, text.data(), static_cast<std::int32_t>(text.size()),
                             skeleton.data(), static_cast<std::int32_t>(skeleton.size()), &status);
  if (U_FAILURE(status)) return text;
  skeleton.resize(static_cast<std::size_t>(length));
  return skeleton;
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

std::string normal_form(std::string_view text) {
  return in_form(icu::Normalizer2::getNFCInstance, text);
}

bool look_alike(std::string_view one, std::string_view other) {
  const std::string skeleton = skeleton_of(one);
  const std::string other_skeleton = skeleton_of(other);
  if (skeleton == other_skeleton) return true;
  // The skeleton has nothing to say about many other shapes of a character (fullwidth, raised,
  // circled), and of some says what else they look like (a long s like an f).
  const std::string plain = in_form(icu::Normalizer2::getNFKCInstance, one);
  const std::string other_plain = in_form(icu::Normalizer2::getNFKCInstance, other);
  if (plain == one && other_plain == other) return false;
  const std::string plain_skeleton = skeleton_of(plain);
  const std::string other_plain_skeleton = skeleton_of(other_plain);
  return plain_skeleton == other_plain_skeleton || plain_skeleton == other_skeleton ||
         skeleton == other_plain_skeleton;
}

Result<std::string> accept_title(std::string_view what, std::string_view name) {
  return accept(what, name, 256);
}

Result<std::string> accept_name(std::string_view what, std::string_view name) {
  auto accepted = TRY(accept(what, name, 64));
  if (accepted.find('/') != accepted.npos) {
    return invalid(fmt::format("the {} contains a \"/\"", what),
                   "The slash separates a container from its bookmark, as in \"qa/clean base\".");
  }
  static constexpr std::string_view prefixes[] = {"tpl_", "ctr_", "brn_", "seg_", "pnt_",
                                                  "bmk_", "op_",  "usr_", "src_"};
  if (std::ranges::any_of(prefixes, [&](auto prefix) { return accepted.starts_with(prefix); })) {
    return invalid(fmt::format("the {} \"{}\" looks like an id", what, accepted));
  }
  return accepted;
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
