// SPDX-License-Identifier: Apache-2.0
#include "domain/masking.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

namespace slip {
namespace {

constexpr std::string_view mask = "***";
constexpr std::string_view of_environment = "env.";

std::string in_lower_case(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](unsigned char c) { return std::tolower(c); });
  return out;
}

bool names_a_secret(std::string_view key) {
  static constexpr std::array words{
      std::string_view("password"),    std::string_view("passphrase"), std::string_view("passwd"),
      std::string_view("secret"),      std::string_view("token"),      std::string_view("pwd"),
      std::string_view("private_key"), std::string_view("api_key"),    std::string_view("apikey"),
      std::string_view("access_key"),  std::string_view("credential")};
  const std::string name = in_lower_case(key);
  return std::ranges::any_of(words, [&](auto word) { return name.find(word) != name.npos; });
}

// Where in "scheme://user:password@host" the password is: from the colon to the last @ before the
// path. Searched for from `from` on; empty: there is no further address with one.
std::pair<std::size_t, std::size_t> password_of_url(const std::string& value, std::size_t from) {
  for (auto scheme = value.find("://", from); scheme != value.npos;
       scheme = value.find("://", scheme + 3)) {
    const auto begin = scheme + 3;
    const auto end = std::min(value.find_first_of("/?# ", begin), value.size());
    const auto at = value.rfind('@', end);
    if (at == value.npos || at < begin) continue;
    const auto colon = value.find(':', begin);
    if (colon < at) return {colon + 1, at};
  }
  return {value.size(), value.size()};
}

void mask_urls(std::string& value) {
  for (std::size_t from = 0;;) {
    const auto [begin, end] = password_of_url(value, from);
    if (begin == value.size()) return;
    value.replace(begin, end - begin, mask);
    from = begin + mask.size();
  }
}

// "password=... " in a connection string or a URL's query; quoted values end at their quote.
void mask_keywords(std::string& value) {
  for (std::size_t from = 0;;) {
    const auto found = in_lower_case(value).find("password", from);
    if (found == value.npos) return;
    auto at = found + 8;
    from = at;
    while (at < value.size() && value[at] == ' ') ++at;
    if (at >= value.size() || value[at] != '=') continue;
    ++at;
    while (at < value.size() && value[at] == ' ') ++at;
    auto end = std::min(value.find_first_of(" &", at), value.size());
    if (at < value.size() && value[at] == '\'') {
      end = at + 1;
      while (end < value.size() && value[end] != '\'') end += value[end] == '\\' ? 2 : 1;
      end = std::min(end + 1, value.size());
    }
    value.replace(at, end - at, mask);
    from = at + mask.size();
  }
}

// Any word of a line for the shell may be a password.
bool is_command(std::string_view key) {
  return key.ends_with("_command");
}

void take(const std::string& key, std::string& value, std::string_view prefix, SecretValues& to) {
  std::string shown = masked(key, value);
  if (shown == value) return;
  to[std::string(prefix) + key] = std::exchange(value, std::move(shown));
}

void take(std::map<std::string, std::string>& settings, std::string_view prefix, SecretValues& to) {
  for (auto& [key, value] : settings) take(key, value, prefix, to);
}

void put(std::map<std::string, std::string>& settings, std::string_view prefix,
         const SecretValues& values) {
  for (auto& [key, value] : settings) {
    const auto found = values.find(std::string(prefix) + key);
    if (found != values.end()) value = found->second;
  }
}

}  // namespace

std::string masked(std::string_view key, const std::string& value) {
  if (value.empty()) return value;
  if (names_a_secret(key) || is_command(key)) return std::string(mask);
  std::string shown = value;
  mask_urls(shown);
  mask_keywords(shown);
  return shown;
}

SecretValues take_secrets(SourceConfig& config) {
  SecretValues values;
  take(config.settings, "", values);
  if (config.run) take(config.run->env, of_environment, values);
  return values;
}

SecretValues take_secrets(TemplateSource& place) {
  SecretValues values;
  take(place.settings, "", values);
  return values;
}

void put_back(SourceConfig& config, const SecretValues& values) {
  put(config.settings, "", values);
  if (config.run) put(config.run->env, of_environment, values);
}

void put_back(TemplateSource& place, const SecretValues& values) {
  put(place.settings, "", values);
}

std::vector<std::string> telling_parts(const std::string& value) {
  std::vector<std::string> parts{value};
  for (std::size_t from = 0; from < value.size();) {
    const auto [begin, end] = password_of_url(value, from);
    if (begin < end) parts.push_back(value.substr(begin, end - begin));
    from = std::max(end, from + 1);
  }
  return parts;
}

std::set<SecretId> handles_in(std::string_view json_text) {
  std::set<SecretId> handles;
  const std::string quoted = "\"" + std::string(SecretId::prefix);
  for (auto at = json_text.find(quoted); at != json_text.npos; at = json_text.find(quoted, at)) {
    const auto end = std::min(json_text.find('"', ++at), json_text.size());
    handles.emplace(std::string(json_text.substr(at, end - at)));
    at = end;
  }
  return handles;
}

}  // namespace slip
