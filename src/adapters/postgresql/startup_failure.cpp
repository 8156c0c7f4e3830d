// SPDX-License-Identifier: Apache-2.0
#include "adapters/postgresql/startup_failure.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <regex>
#include <sstream>
#include <vector>

#include "base/words_in.h"

namespace slip::postgresql {

namespace {

constexpr const char* kBySystem = "postgresql.auto.conf";
constexpr const char* kOurs = "slipstream.conf";
// In the order in which they count: the first that has a setting decides.
constexpr std::array kFiles = {kBySystem, kOurs, "slipstream_origin.conf", "postgresql.conf"};

struct Given {
  std::string name;
  std::string value;
  std::string file;
};

// A value as it is written, without the comment behind it.
std::string without_comment(const std::string& value) {
  static const std::regex whole("^('(?:[^']|'')*'|[^#]*?)\\s*(?:#.*)?$");
  const auto parts = words_of_line(value, whole);
  return parts ? parts->at(1) : value;
}

// "name = value"; the last of a file counts.
std::optional<std::string> value_in(const std::string& text, const std::string& name) {
  static const std::regex line("^\\s*([A-Za-z_.]+)\\s*=?\\s*(.*?)\\s*$");
  std::optional<std::string> found;
  std::istringstream lines(text);
  for (std::string one; std::getline(lines, one);) {
    const auto parts = words_of_line(one, line);
    if (!parts) continue;
    std::string known = parts->at(1);
    std::ranges::transform(known, known.begin(), [](unsigned char c) { return std::tolower(c); });
    if (known == name) found = without_comment(parts->at(2));
  }
  return found;
}

std::optional<Given> given(const Layout& layout, const std::string& name) {
  const auto data = layout.open_data();
  if (!data) return std::nullopt;
  for (const char* file : kFiles) {
    const auto text = data->read(file, 1 << 20);
    const auto value = text ? value_in(*text, name) : std::nullopt;
    if (value) return Given{.name = name, .value = *value, .file = file};
  }
  return std::nullopt;
}

// What the server said in its last try to start, up to why it gave up, without what stands before
// each message.
struct LastTry {
  std::vector<std::string> messages;
  std::string end;  // the message that it ended with
};

// What a server says when it has given up, or has been shut down.
bool is_farewell(const std::string& text) {
  return text == "database system is shut down" ||
         text.find(" exited with exit code ") != text.npos || text.starts_with("aborting startup ");
}

LastTry last_try(const std::string& said) {
  static const std::regex message("^.*?(LOG|WARNING|FATAL|PANIC|ERROR|DETAIL|HINT): +(.*)$");
  LastTry last;
  bool is_over = false;
  std::istringstream lines(said);
  for (std::string line; std::getline(lines, line);) {
    // What it says before it has a log of its own.
    constexpr std::string_view plain = "postgres: ";
    if (line.starts_with(plain) && line.find("external PID file") == line.npos) {
      line.replace(0, plain.size(), "FATAL: ");
    }
    const auto parts = words_of_line(line, message);
    if (!parts) continue;
    const std::string& level = parts->at(1);
    const std::string& text = parts->at(2);
    if (level == "HINT" || level == "DETAIL") continue;
    if (is_farewell(text)) {
      is_over = true;
      continue;
    }
    if (is_over) last = {};
    last.messages.push_back(text);
    is_over = level == "FATAL" || level == "PANIC";
    if (is_over) last.end = text;
  }
  return last;
}

constexpr std::array kOfMemory = {"huge_pages",
                                  "shared_buffers",
                                  "wal_buffers",
                                  "max_connections",
                                  "max_wal_senders",
                                  "max_worker_processes",
                                  "max_prepared_transactions",
                                  "max_locks_per_transaction",
                                  "min_dynamic_shared_memory",
                                  "max_pred_locks_per_transaction"};

// What is wrong, and the settings that it may be about.
struct Trouble {
  std::string words;
  std::vector<std::string> names;
  std::string where = {};  // a file and line, where the server named them
};

std::optional<Trouble> trouble_of(const LastTry& last) {
  static const std::regex unknown(
      "unrecognized configuration parameter \"([^\"]+)\" in file \"([^\"]+)\" line ([0-9]+)");
  static const std::regex syntax("syntax error in file \"([^\"]+)\" line ([0-9]+)");
  static const std::regex parameter("parameter \"([^\"]+)\"");
  static const std::regex library("could not (access file|load library) \"");
  static const std::regex name("\\b[a-z]+(_[a-z]+)+\\b");
  const auto place = [](const std::string& file, const std::string& line) {
    return std::filesystem::path(file).filename().string() + ", line " + line;
  };
  for (const auto& text : last.messages) {
    if (const auto found = words_in(text, unknown)) {
      return Trouble{
          "this server knows no such setting", {found->at(1)}, place(found->at(2), found->at(3))};
    }
    if (const auto found = words_in(text, syntax)) {
      return Trouble{text, {}, place(found->at(1), found->at(2))};
    }
    if (const auto found = words_in(text, parameter)) return Trouble{text, {found->at(1)}};
  }
  if (words_in(last.end, library)) {
    return Trouble{last.end, {"shared_preload_libraries"}};
  }
  if (last.end.find("shared memory") != std::string::npos) {
    return Trouble{last.end, {kOfMemory.begin(), kOfMemory.end()}};
  }
  if (last.end.find("semaphore") != std::string::npos)
    return Trouble{last.end, {"max_connections"}};
  Trouble trouble{last.end, {}};
  for (const auto& found : all_words_in(last.end, name)) trouble.names.push_back(found.front());
  return trouble.names.empty() ? std::nullopt : std::optional(trouble);
}

std::string cure(const std::string& file, const std::string& name, const Settings& settings) {
  if (file == kBySystem) {
    return "It was set in the branch itself (ALTER SYSTEM): restore to a point before that. Where "
           "the server still runs, ALTER SYSTEM RESET " +
           name + " takes it back.";
  }
  if (file == kOurs && settings.conf.contains(name)) {
    return "It is a setting of the source or the template: change conf." + name + " there.";
  }
  if (file == kOurs)
    return "Give it another value in the source or the template: conf." + name + ".";
  if (file.empty()) return "Restore to a point before that file was changed.";
  return "It came with the data. Give it another value in the source or the template: conf." +
         name + "; or restore to a point before it was set.";
}

}  // namespace

std::optional<Error> setting_in_the_way(const Layout& layout, const Settings& settings,
                                        const std::string& said) {
  const LastTry last = last_try(said);
  if (last.end.empty()) return std::nullopt;
  const auto trouble = trouble_of(last);
  if (!trouble) return std::nullopt;
  Error error{.code = ErrorCode::failed, .message = {}};
  std::string listed;
  for (const auto& name : trouble->names) {
    const auto one = given(layout, name);
    // Of several, those that somebody has chosen here.
    const bool is_chosen = one && (one->file == kBySystem || settings.conf.contains(name));
    if (!one || (!is_chosen && trouble->names.size() > 1)) continue;
    const std::string where = trouble->where.empty() ? one->file : trouble->where;
    listed +=
        fmt::format("{}{} = {} (in {})", listed.empty() ? "" : " and ", name, one->value, where);
    if (error.hint.empty()) error.hint = cure(one->file, name, settings);
  }
  if (listed.empty() && trouble->where.empty()) return std::nullopt;
  if (listed.empty()) {
    listed = trouble->where;
    error.hint = cure("", "", settings);
  }
  error.message = "the server does not start with " + listed + ": " + trouble->words;
  return error;
}

}  // namespace slip::postgresql
