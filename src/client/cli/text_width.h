// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace slip::cli {

// Columns the text takes on a terminal: East Asian wide characters and emoji two, combining marks
// none, an invalid byte one. Does not depend on the locale.
std::size_t display_width(std::string_view text);

// The text with control characters and invalid UTF-8 replaced by U+FFFD, so that what people named
// things cannot move the cursor or colour the terminal. Line breaks and tabs stay only in
// `many_lines`; else a tab is a space.
enum class Lines { one_line, many_lines };
std::string printable(std::string_view text, Lines lines = Lines::one_line);

// At most `columns` wide, with an ellipsis for what is cut off.
std::string clip(std::string_view text, std::size_t columns);

}  // namespace slip::cli
