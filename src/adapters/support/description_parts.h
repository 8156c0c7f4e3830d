// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "domain/kind.h"

namespace slip {

// Settings that kinds of database servers have in common, for their descriptions.

inline KindSetting durability_setting(const std::string& relaxed) {
  return {.name = "durability",
          .label = "Durability in containers",
          .type = SettingType::choice,
          .choices = {{"full", "Full",
                       "What was committed survives a crash of the machine, as in production."},
                      {"relaxed", "Relaxed", relaxed}}};
}

inline KindSetting superuser_setting(const std::string& owner, const std::string& superuser) {
  return {.name = "superuser",
          .label = "Rights of the login",
          .type = SettingType::choice,
          .choices = {{"false", "Owner", owner}, {"true", "Superuser", superuser}}};
}

inline KindSetting login_setting(const std::string& usual, const std::string& pattern) {
  return {.name = "login",
          .label = "Login",
          .words = "The user that people and applications connect as.",
          .example = usual,
          .pattern = pattern,
          .pattern_words = "A name that is not reserved, and not too long."};
}

// An address of a server that is running, as it is chosen.
inline KindSetting url_setting(const std::string& words, const std::string& address_words,
                               const std::string& example, const std::string& pattern,
                               const std::string& pattern_words) {
  return {.name = "url",
          .label = "Address",
          .type = SettingType::address,
          .words = address_words,
          .is_origin = true,
          .origin_label = "A running server",
          .origin_words = words,
          .example = example,
          .pattern = pattern,
          .pattern_words = pattern_words};
}

inline KindSetting path_setting(const std::string& name, const std::string& label,
                                const std::string& origin_label, const std::string& origin_words,
                                const std::string& example) {
  return {.name = name,
          .label = label,
          .type = SettingType::path,
          .is_origin = true,
          .origin_label = origin_label,
          .origin_words = origin_words,
          .example = example};
}

inline KindSetting options_setting(const std::string& label, const std::string& words,
                                   const std::string& pattern, const std::string& pattern_words) {
  return {.name = "conf",
          .label = label,
          .type = SettingType::options,
          .words = words,
          .is_advanced = true,
          .pattern = pattern,
          .pattern_words = pattern_words};
}

}  // namespace slip
