// SPDX-License-Identifier: Apache-2.0
#include "base/words_in.h"

#include <algorithm>

namespace slip {

namespace {

using LineMatch = std::match_results<std::string_view::const_iterator>;

MatchedWords words_of(const LineMatch& found) {
  MatchedWords words;
  for (const auto& part : found) words.push_back(part.str());
  return words;
}

// Calls `look` with each line, until it says that this is enough.
template <class Look>
void each_line(std::string_view text, const Look& look) {
  while (!text.empty()) {
    const auto line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    if (look(line.substr(0, kLineRead))) return;
  }
}

}  // namespace

std::optional<MatchedWords> words_in(std::string_view text, const std::regex& pattern) {
  std::optional<MatchedWords> words;
  each_line(text, [&](std::string_view line) {
    LineMatch found;
    if (std::regex_search(line.begin(), line.end(), found, pattern)) words = words_of(found);
    return words.has_value();
  });
  return words;
}

std::vector<MatchedWords> all_words_in(std::string_view text, const std::regex& pattern) {
  std::vector<MatchedWords> all;
  each_line(text, [&](std::string_view line) {
    using Each = std::regex_iterator<std::string_view::const_iterator>;
    for (Each one(line.begin(), line.end(), pattern), end; one != end; ++one) {
      all.push_back(words_of(*one));
    }
    return false;
  });
  return all;
}

std::optional<MatchedWords> words_of_line(std::string_view line, const std::regex& pattern) {
  line = line.substr(0, kLineRead);
  LineMatch found;
  if (!std::regex_match(line.begin(), line.end(), found, pattern)) return std::nullopt;
  return words_of(found);
}

}  // namespace slip
