// SPDX-License-Identifier: Apache-2.0
#include "client/cli/words.h"

#include <fmt/format.h>

#include <algorithm>

#include "client/cli/figures.h"
#include "client/cli/json_view.h"
#include "client/cli/text_width.h"

namespace slip::cli {

std::string shell_word(std::string_view name) {
  const bool is_plain = !name.empty() && name.front() != '-' &&
                        std::all_of(name.begin(), name.end(), [](unsigned char c) {
                          return std::isalnum(c) != 0 || c == '_' || c == '-' || c == '.' ||
                                 c == '/' || c == ':' || c >= 0x80;
                        });
  if (is_plain) return std::string(name);
  std::string out = "'";
  for (const char c : name) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

std::string in_quotes(std::string_view name) {
  return "\"" + printable(name) + "\"";
}

std::string origin_words(std::string_view words) {
  // "branch default as of 2026-11-22T14:03:07.250Z": the time is shown beside it, as people see it.
  const auto time = words.rfind(" as of ");
  const bool is_time = time != words.npos && parse_rfc3339(words.substr(time + 7)).has_value();
  return printable(is_time ? words.substr(0, time) : words);
}

std::string data_origin(const json::value& operation, Timestamp now) {
  const auto at = time_in(operation, "parent.at");
  const auto words = origin_words(text_in(operation, "parent.words"));
  if (!at) return words;
  return words.empty() ? moment(*at, now) : fmt::format("{} ({})", moment(*at, now), words);
}

std::string audience_words(const json::value& bookmark) {
  const auto audience = text_in(bookmark, "audience");
  if (audience == "everyone") return "shared with everyone";
  if (audience != "named") return "";
  const auto names = joined(list_in(bookmark, "shared_with"));
  return names.empty() ? "shared with nobody yet" : "shared with " + names;
}

std::string joined(const json::array& names, std::string_view between) {
  std::string out;
  for (const auto& name : names) {
    if (!out.empty()) out += between;
    out += name.is_string() ? std::string(name.get_string()) : text_in(name, "name");
  }
  return printable(out);
}

std::string endpoint_address(const json::value& endpoint) {
  const auto url = text_in(endpoint, "connection.url");
  if (!url.empty()) return url;
  const auto port = text_in(endpoint, "port", "0");
  return port == "0" ? "" : text_in(endpoint, "host", "127.0.0.1") + ":" + port;
}

std::string notes_in_short(const json::value& endpoint) {
  std::string out;
  for (const auto& note : list_in(endpoint, "notes")) {
    if (!out.empty()) out += " ";
    if (note.is_string()) out += printable(std::string(note.get_string()));
  }
  return out;
}

std::string endpoint_notes(const json::array& endpoints) {
  std::string out;
  for (const auto& endpoint : endpoints) {
    for (const auto& note : list_in(endpoint, "notes")) {
      out += fmt::format("  {}: {}\n", text_in(endpoint, "source"),
                         printable(note.is_string() ? std::string(note.get_string()) : ""));
    }
  }
  return out.empty() ? out : "\nNot in order\n" + out;
}

std::string endpoints_in_short(const json::array& endpoints) {
  std::string out;
  for (const auto& endpoint : endpoints) {
    auto address = endpoint_address(endpoint);
    if (address.empty()) continue;
    if (!address.starts_with("http")) {
      address = text_in(endpoint, "host", "127.0.0.1") + ":" + text_in(endpoint, "port");
    }
    if (!out.empty()) out += ", ";
    out += text_in(endpoint, "source") + " " + address;
  }
  return printable(out);
}

std::string container_state(const json::value& container) {
  auto state = text_in(container, "state");
  if (const auto* operation = find_in(container, "operation")) {
    state = fmt::format("busy: {} by {}", text_in(*operation, "words"),
                        text_in(*operation, "actor.name"));
  }
  if (const auto* lock = find_in(container, "lock")) {
    state += ", locked by " + text_in(*lock, "by_name", name_in(*lock, "by"));
    if (const auto why = text_in(*lock, "why"); !why.empty()) state += ": " + why;
  }
  return state;
}

}  // namespace slip::cli
