#include "server/api/mask.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace slip::api {
namespace {

constexpr std::string_view mask = "***";

std::string in_lower_case(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](unsigned char c) { return std::tolower(c); });
  return out;
}

bool names_a_secret(std::string_view key) {
  static constexpr std::array words{std::string_view("password"), std::string_view("passphrase"),
                                    std::string_view("passwd"),   std::string_view("secret"),
                                    std::string_view("token"),    std::string_view("private_key")};
  const std::string name = in_lower_case(key);
  return std::ranges::any_of(words, [&](auto word) { return name.find(word) != name.npos; });
}

// "scheme://user:password@host": from the colon to the last @ before the path.
void mask_url(std::string& value) {
  const auto scheme = value.find("://");
  if (scheme == value.npos) return;
  const auto begin = scheme + 3;
  const auto end = std::min(value.find_first_of("/?#", begin), value.size());
  const auto at = value.rfind('@', end);
  if (at == value.npos || at < begin) return;
  const auto colon = value.find(':', begin);
  if (colon < at) value.replace(colon + 1, at - colon - 1, mask);
}

// "password=... " in a connection string or a URL's query; quoted values end at their quote.
void mask_keyword(std::string& value) {
  const std::string lower = in_lower_case(value);
  auto found = lower.find("password");
  if (found == lower.npos) return;
  auto at = found + 8;
  while (at < value.size() && value[at] == ' ') ++at;
  if (at >= value.size() || value[at] != '=') return;
  ++at;
  while (at < value.size() && value[at] == ' ') ++at;
  auto end = std::min(value.find_first_of(" &", at), value.size());
  if (at < value.size() && value[at] == '\'') {
    end = at + 1;
    while (end < value.size() && value[end] != '\'') end += value[end] == '\\' ? 2 : 1;
    end = std::min(end + 1, value.size());
  }
  value.replace(at, end - at, mask);
}

}  // namespace

std::string masked(std::string_view key, const std::string& value) {
  if (value.empty()) return value;
  if (names_a_secret(key)) return std::string(mask);
  std::string shown = value;
  mask_url(shown);
  mask_keyword(shown);
  return shown;
}

json::value masked_json(std::map<std::string, std::string> settings) {
  for (auto& [key, value] : settings) value = masked(key, value);
  return to_json(settings);
}

json::value masked_json(SourceConfig config) {
  for (auto& [key, value] : config.settings) value = masked(key, value);
  if (config.run) {
    for (auto& [key, value] : config.run->env) value = masked(key, value);
  }
  return to_json(config);
}

}  // namespace slip::api
