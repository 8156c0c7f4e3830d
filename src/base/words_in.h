// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <regex>
#include <string>
#include <string_view>
#include <vector>

namespace slip {

// What matched: all of it, and then each of the pattern's groups, empty where it has no part in it.
using MatchedWords = std::vector<std::string>;

// std::regex goes one level deeper for each character that it matches, so a long text ends the
// whole program. These look at the text line by line, and at no more of a line than people read.
inline constexpr std::size_t kLineRead = 4000;
std::optional<MatchedWords> words_in(std::string_view text, const std::regex& pattern);
// All that match, in order.
std::vector<MatchedWords> all_words_in(std::string_view text, const std::regex& pattern);
// A line that matches as a whole.
std::optional<MatchedWords> words_of_line(std::string_view line, const std::regex& pattern);

}  // namespace slip
