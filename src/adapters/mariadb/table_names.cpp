// SPDX-License-Identifier: Apache-2.0
#include "adapters/mariadb/table_names.h"

#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <set>
#include <string>
#include <vector>

#include "adapters/mariadb/lower_case.h"
#include "base/system_error.h"

namespace slip::mariadb {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t kDefinitionMax = 1 << 20;

bool is_word_character(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '$';
}

bool has_word(std::string_view text, std::string_view word) {
  for (auto at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) {
    const bool begins = at == 0 || !is_word_character(text[at - 1]);
    const auto end = at + word.size();
    if (begins && (end == text.size() || !is_word_character(text[end]))) return true;
  }
  return false;
}

// The text names it, and never as it is called.
bool names_it_otherwise(const std::string& text, const std::string& name) {
  return !has_word(text, name) && has_word(in_lower_case(text), name);
}

// "source=" of a view's file is as somebody wrote it, "query=" as the server understood it.
std::string line_of(const std::string& definition, const std::string& key) {
  const auto at = definition.find("\n" + key + "=");
  if (at == std::string::npos) return "";
  return definition.substr(at, definition.find('\n', at + 1) - at);
}

struct Database {
  std::set<std::string> tables;
  std::vector<std::string> triggers;  // of which table
  std::vector<std::string> views;
};

// Names of files have other characters than these in them only as "@xxxx".
bool is_plain(const std::string& name) {
  return !name.empty() && name.find('@') == std::string::npos && name.front() != '#';
}

bool is_told_apart(const std::string& name) {
  return is_plain(name) && in_lower_case(name) != name;
}

Result<bool> ignores_case(const Directory& folder, const Database& database) {
  for (const auto& table : database.triggers) {
    const auto text = folder.read(table + ".TRG", kDefinitionMax);
    if (text && names_it_otherwise(*text, table)) return true;
  }
  for (const auto& view : database.views) {
    const auto text = folder.read(view + ".frm", kDefinitionMax);
    if (!text || !text->starts_with("TYPE=VIEW")) continue;
    const std::string source = line_of(*text, "source");
    const std::string query = line_of(*text, "query");
    for (const auto& table : database.tables) {
      const bool is_of_it = query.find("`.`" + table + "`") != std::string::npos;
      if (is_of_it && names_it_otherwise(source, table)) return true;
    }
  }
  return false;
}

}  // namespace

Result<NameCase> name_case_by_names(const Directory& data) {
  bool is_ignored = false;
  for (const auto& entry : TRY(data.list())) {
    if (entry.type != fs::file_type::directory) continue;
    if (entry.name == "mysql" || entry.name == "sys" || entry.name == "performance_schema")
      continue;
    const Directory folder = TRY(data.open_directory(entry.name));
    Database database;
    std::set<std::string> stored;
    std::vector<std::string> definitions;
    for (const auto& file : TRY(folder.list())) {
      const fs::path path(file.name);
      const std::string stem = path.stem().string();
      if (!is_plain(stem)) continue;
      if (path.extension() == ".frm") definitions.push_back(stem);
      if (path.extension() == ".TRG") database.triggers.push_back(stem);
      if (path.extension() == ".ibd" || path.extension() == ".MYI" || path.extension() == ".MAI") {
        stored.insert(stem);
      }
    }
    const bool is_one = !definitions.empty() || TRY(folder.has_file("db.opt"));
    if (is_one && is_told_apart(entry.name)) return NameCase::told_apart;
    for (const auto& name : definitions) {
      if (is_told_apart(name)) return NameCase::told_apart;
      database.tables.insert(name);
      if (!stored.contains(name)) database.views.push_back(name);
    }
    is_ignored = is_ignored || TRY(ignores_case(folder, database));
  }
  return is_ignored ? NameCase::ignored : NameCase::not_said;
}

// Among its properties, which are text: "DD_VERSION=80023;LCTN=1;...". Nothing of people's is in
// that form.
Result<NameCase> name_case_in_dictionary(const Directory& data) {
  constexpr std::string_view before = "DD_VERSION=";
  constexpr std::string_view mark = ";LCTN=";
  constexpr std::size_t piece = 1 << 20;
  constexpr std::size_t overlap = 64;
  const UniqueFd file = TRY(data.open_file("mysql.ibd"));
  std::string bytes(piece + overlap, '\0');
  for (off_t at = 0;; at += static_cast<off_t>(piece)) {
    const ssize_t got = ::pread(file.get(), bytes.data(), bytes.size(), at);
    if (got < 0) return error_from_errno(errno, "read mysql.ibd");
    const std::string_view here(bytes.data(), static_cast<std::size_t>(got));
    for (auto found = here.find(before); found != std::string_view::npos;
         found = here.find(before, found + 1)) {
      const auto end = here.find_first_not_of("0123456789", found + before.size());
      if (end == std::string_view::npos || !here.substr(end).starts_with(mark)) continue;
      if (end + mark.size() >= here.size()) continue;
      return here[end + mark.size()] == '0' ? NameCase::told_apart : NameCase::ignored;
    }
    if (here.size() < bytes.size()) return NameCase::not_said;
  }
}

}  // namespace slip::mariadb
