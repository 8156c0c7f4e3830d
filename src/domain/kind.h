// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/describe.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "domain/source.h"

// What kinds of source there are and what can be set of them, as data: each kind's folder has its
// own, and the API, the command, the page's form and what is checked of the guide are made of it.

namespace slip {

// How clients and servers talk, as far as an endpoint has to know it.
enum class WireProtocol { postgresql, mysql, any };
BOOST_DESCRIBE_ENUM(WireProtocol, postgresql, mysql, any)

enum class SettingType {
  text,     // one line
  path,     // on the server, from the first slash on
  address,  // a URL, which may hold a password
  command,  // a line for a shell of the server's
  choice,   // one of `choices`; where it is not set, the first
  mark,     // the value of its only choice, or not set
  options,  // any number of settings called by its name, a dot, and a name of the server's
};
BOOST_DESCRIBE_ENUM(SettingType, text, path, address, command, choice, mark, options)

struct SettingChoice {
  std::string value;
  std::string label;
  std::string words = {};
};
BOOST_DESCRIBE_STRUCT(SettingChoice, (), (value, label, words))

struct KindSetting {
  std::string name;   // "database"; of `options` without the dot: "conf"
  std::string label;  // "Database"
  SettingType type = SettingType::text;
  std::string words = {};  // one or two sentences for people
  // It says where the data comes from: of such a kind's settings at most one is.
  bool is_origin = false;
  std::string origin_label = {};  // "A running server", where a label is to be chosen
  std::string origin_words = {};
  // The origins beside which it means something, "" being none; empty: all.
  std::vector<std::string> beside = {};
  std::vector<std::string> unless = {};  // settings that it does not go with
  bool is_advanced = false;              // few people need it
  bool is_listed = true;                 // false: the form has no field for it
  std::vector<SettingChoice> choices = {};
  std::string example = {};  // of a value, or what is taken where there is none
  // What a value has to match as a whole, or of `options` its name, in the words of ECMAScript's
  // regular expressions; empty: anything. `pattern_words` says so to people.
  std::string pattern = {};
  std::string pattern_words = {};
};
BOOST_DESCRIBE_STRUCT(KindSetting, (),
                      (name, label, type, words, is_origin, origin_label, origin_words, beside,
                       unless, is_advanced, is_listed, choices, example, pattern, pattern_words))

struct KindDescription {
  std::string kind;   // "postgresql"
  std::string label;  // "PostgreSQL"
  std::string words = {};
  WireProtocol protocol = WireProtocol::any;
  bool may_run = false;  // it may have a run section, which makes it an application
  std::string origin_question = "Where does the data come from?";
  std::string empty_words = {};  // of a source without an origin; empty: it needs one
  std::vector<KindSetting> settings = {};
};
BOOST_DESCRIBE_STRUCT(KindDescription, (),
                      (kind, label, words, protocol, may_run, origin_question, empty_words,
                       settings))

// The setting that a key of a configuration belongs to; nothing: the kind has none such. Settings
// of every kind (run_settings.h) are none of a kind's.
const KindSetting* find_setting(const KindDescription& kind, std::string_view key);

// For whoever gave one that the kind does not have; names those that it has.
Error unknown_setting(const KindDescription& kind, const std::string& key);

// Checks keys and values by the description, and those that every kind has. Errors:
// `invalid_argument`; no message repeats a value.
Result<> check_settings(const KindDescription& kind, const SourceConfig& config);

}  // namespace slip
