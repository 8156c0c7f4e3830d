// SPDX-License-Identifier: Apache-2.0
#include "host/told.h"

#include <fmt/format.h>

#include <algorithm>

#include "domain/name.h"

namespace slip {

namespace {

constexpr std::size_t kSentencesMax = 200;
constexpr std::size_t kSentenceMax = 1000;
// Of GTIDs there may be a set for each server that has ever written.
constexpr std::size_t kPositionMax = 64 << 10;
// Of clocks that are not one, and of production's.
constexpr std::int64_t kClocksApartMs = 24LL * 3600 * 1000;

std::string as_text(std::string said) {
  if (said.size() > kSentenceMax) {
    said.resize(kSentenceMax);
    // Not half a character.
    for (int bytes = 0; bytes < 3 && !utf8_length(said); ++bytes) said.pop_back();
    said += "...";
  }
  const bool is_utf8 = utf8_length(said).has_value();
  for (char& c : said) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < ' ' || byte == 0x7f || (byte >= 0x80 && !is_utf8)) c = '?';
  }
  return said;
}

bool is_position(const std::string& said) {
  return said.size() <= kPositionMax &&
         std::ranges::all_of(said, [](char c) { return c >= ' ' && c <= '~'; });
}

}  // namespace

std::vector<std::string> as_told(std::vector<std::string> sentences) {
  const std::size_t count = sentences.size();
  if (count > kSentencesMax) sentences.resize(kSentencesMax);
  for (auto& sentence : sentences) sentence = as_text(std::move(sentence));
  if (count > kSentencesMax) {
    sentences.push_back(fmt::format("and {} more", count - kSentencesMax));
  }
  return sentences;
}

DataPosition as_told(DataPosition position, Timestamp now) {
  if (position.at.ms < 0 || position.at.ms > now.ms + kClocksApartMs) position.at = now;
  if (!is_position(position.position)) position.position.clear();
  if (position.mark && !is_position(*position.mark)) position.mark.reset();
  if (position.lacks) position.lacks = as_told(*std::move(position.lacks));
  position.doubts = as_told(std::move(position.doubts));
  return position;
}

}  // namespace slip
