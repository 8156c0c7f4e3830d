// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace slip::http {

// Comparison and decoding of HTTP's text forms. ASCII only, whatever the locale.

bool equal_without_case(std::string_view a, std::string_view b);
std::string lower_case(std::string_view text);
// Without spaces and tabs at both ends.
std::string_view trimmed(std::string_view text);

// Whether a comma-separated header names `item`, without regard to a ";q=0.5" after it; "q=0" means
// not wanted.
bool lists(std::string_view header, std::string_view item);

// Valid by RFC 3629: no overlong forms, no surrogates, nothing beyond U+10FFFF.
bool is_utf8(std::string_view text);

enum class Plus { is_plus, is_space };
// Undoes percent-encoding. Fails with `invalid_argument` on a broken escape and where the result is
// not UTF-8 or holds NUL.
Result<std::string> percent_decode(std::string_view text, Plus plus);

}  // namespace slip::http
