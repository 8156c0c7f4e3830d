// SPDX-License-Identifier: Apache-2.0
#include "domain/kind.h"

#include <algorithm>
#include <regex>

#include "base/words_in.h"
#include "domain/run_settings.h"

namespace slip {

namespace {

// The engine of the standard library recurses: longer values are none that a pattern is for.
constexpr std::size_t kValueMax = 4096;
constexpr std::size_t kKeyMax = 256;

Error wrong_setting(std::string message, std::string hint = "") {
  return Error{
      .code = ErrorCode::invalid_argument, .message = std::move(message), .hint = std::move(hint)};
}

bool is_printable(std::string_view text) {
  return std::ranges::all_of(text, [](unsigned char c) { return c >= 0x20 && c != 0x7f; });
}

std::string known(const KindDescription& kind) {
  std::string names;
  for (const KindSetting& setting : kind.settings) {
    names += setting.name + (setting.type == SettingType::options ? ".<name>, " : ", ");
  }
  return names + std::string(known_run_settings);
}

bool matches(const std::string& text, const std::string& pattern) {
  return pattern.empty() ||
         (text.size() <= kLineRead && words_of_line(text, std::regex(pattern)).has_value());
}

Error not_like(const KindSetting& setting, const std::string& key) {
  return wrong_setting(key + " is not as it must be", setting.pattern_words);
}

Result<> check_choice(const KindSetting& setting, const std::string& value) {
  std::string values;
  for (const auto& choice : setting.choices) {
    if (choice.value == value) return {};
    values += (values.empty() ? "" : " or ") + choice.value;
  }
  return wrong_setting(setting.name + " is " + values);
}

Result<> check_value(const KindSetting& setting, const std::string& key, const std::string& value) {
  if (value.size() > kValueMax) return wrong_setting(key + " is too long");
  if (!is_printable(value)) return wrong_setting(key + " has a control character");
  switch (setting.type) {
    case SettingType::choice:
    case SettingType::mark:
      return check_choice(setting, value);
    case SettingType::path:
      if (!value.starts_with('/')) return wrong_setting(key + " must be an absolute path");
      break;
    case SettingType::options:
      if (matches(key.substr(setting.name.size() + 1), setting.pattern)) return {};
      return not_like(setting, key);
    case SettingType::text:
    case SettingType::address:
    case SettingType::command:
      break;
  }
  if (matches(value, setting.pattern)) return {};
  return not_like(setting, key);
}

}  // namespace

const KindSetting* find_setting(const KindDescription& kind, std::string_view key) {
  for (const KindSetting& setting : kind.settings) {
    const bool of_options = setting.type == SettingType::options &&
                            key.starts_with(setting.name + ".") &&
                            key.size() > setting.name.size() + 1;
    if (of_options || (key == setting.name && setting.type != SettingType::options)) {
      return &setting;
    }
  }
  return nullptr;
}

Error unknown_setting(const KindDescription& kind, const std::string& key) {
  return wrong_setting("unknown setting \"" + key + "\" of a " + kind.kind + " source",
                       "Known settings: " + known(kind) + ".");
}

Result<> check_settings(const KindDescription& kind, const SourceConfig& config) {
  if (config.run && !kind.may_run)
    return wrong_setting("a " + kind.kind + " source has no run section");
  for (const auto& [key, value] : config.settings) {
    if (key.size() > kKeyMax) return wrong_setting("the name of a setting is too long");
    RunSettings of_every_kind;
    if (TRY(read_run_setting(of_every_kind, key, value))) continue;
    const KindSetting* setting = find_setting(kind, key);
    if (setting == nullptr) return unknown_setting(kind, key);
    TRY(check_value(*setting, key, value));
  }
  return {};
}

}  // namespace slip
