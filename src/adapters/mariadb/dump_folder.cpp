// SPDX-License-Identifier: Apache-2.0
#include "adapters/mariadb/dump_folder.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <regex>
#include <set>
#include <sstream>

#include "adapters/mariadb/lower_case.h"
#include "base/words_in.h"

namespace slip::mariadb {

namespace fs = std::filesystem;

namespace {

constexpr const char* kNotes = "metadata";
constexpr std::size_t kNotesMax = 64 << 20;
constexpr std::size_t kViewMax = 1 << 20;
constexpr std::string_view kDatabaseFile = "-schema-create";

Error broken_folder(const fs::path& folder, const std::string& why, std::string hint = "") {
  return Error{.code = ErrorCode::invalid_argument,
               .message = "the folder " + folder.string() + " " + why,
               .hint = std::move(hint)};
}

bool cut_end(std::string& text, std::string_view end) {
  if (!text.ends_with(end)) return false;
  text.resize(text.size() - end.size());
  return true;
}

// Without what the program that has compressed it adds.
std::string unpacked_name(std::string name) {
  for (const std::string_view end : {".gz", ".zst", ".xz", ".lz4", ".bz2"}) {
    if (cut_end(name, end)) break;
  }
  return name;
}

bool is_number(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

bool is_of_the_server(const std::string& database) {
  static const std::set<std::string> of_servers = {"mysql", "sys", "performance_schema",
                                                   "information_schema"};
  return of_servers.contains(database);
}

// A database may have a dot in its name, if a file says that there is one.
std::string database_of(const std::string& object, const std::vector<std::string>& databases) {
  std::string found;
  for (const auto& one : databases) {
    const bool is_it = object == one || object.starts_with(one + ".");
    if (is_it && one.size() > found.size()) found = one;
  }
  return found.empty() ? object.substr(0, object.find('.')) : found;
}

}  // namespace

bool is_packed_name(const std::string& name) {
  return unpacked_name(name) != name;
}

bool is_folder(const fs::path& path) {
  std::error_code failed;
  return fs::is_directory(path, failed);
}

std::string table_of_rows(const std::string& name) {
  std::string table = unpacked_name(name);
  cut_end(table, ".sql");
  for (int numbers = 0; numbers < 2; ++numbers) {
    const auto dot = table.rfind('.');
    if (dot == std::string::npos || !is_number(std::string_view(table).substr(dot + 1))) break;
    table.resize(dot);
  }
  return table;
}

std::optional<FolderFile> understand_name(const std::string& name,
                                          const std::vector<std::string>& databases) {
  static constexpr std::array<std::pair<std::string_view, FolderStage>, 6> kEndings = {{
      {kDatabaseFile, FolderStage::database},
      {"-schema-sequence", FolderStage::sequences},
      {"-schema-post", FolderStage::routines},
      {"-schema-view", FolderStage::views},
      {"-schema-triggers", FolderStage::triggers},
      {"-schema", FolderStage::tables},
  }};
  std::string object = unpacked_name(name);
  if (!cut_end(object, ".sql")) return std::nullopt;
  FolderFile file{.name = name, .stage = FolderStage::rows, .database = {}};
  for (const auto& [end, stage] : kEndings) {
    if (!cut_end(object, end)) continue;
    file.stage = stage;
    break;
  }
  file.database = file.stage == FolderStage::database ? object : database_of(object, databases);
  return file;
}

namespace {

// Newer releases note the place as statements have it, and as a comment where nobody asked for it.
std::string uncommented(const std::string& line) {
  const auto begin = line.find_first_not_of("# \t");
  if (!line.starts_with('#') || begin == std::string::npos) return line;
  const std::string beginning = in_lower_case(line.substr(begin, 20));
  for (const char* key : {"source_log_file", "source_log_pos", "executed_gtid_set"}) {
    if (beginning.starts_with(key)) return line.substr(begin);
  }
  return line;
}

std::string without_quotes(std::string value) {
  const bool is_quoted = value.size() >= 2 && value.front() == value.back() &&
                         (value.front() == '"' || value.front() == '\'');
  return is_quoted ? value.substr(1, value.size() - 2) : value;
}

}  // namespace

FolderNotes read_notes(const std::string& text) {
  static const std::regex table("(`(?:[^`]|``)+`)\\.`(?:[^`]|``)+`");
  FolderNotes notes;
  std::string section;
  std::string file;
  bool is_of_its_source = false;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    line.erase(0, line.find_first_not_of(" \t"));
    if (line.starts_with("Finished dump at") || line.starts_with("# Finished dump at")) {
      notes.is_finished = true;
    }
    line = uncommented(line);
    if (line.starts_with('[')) section = line.substr(1, line.rfind(']') - 1);
    const auto sign = line.find_first_of("=:");
    if (sign == std::string::npos || line.starts_with('#')) continue;
    std::string key = line.substr(0, line.find_last_not_of(" \t", sign - 1) + 1);
    std::ranges::transform(key, key.begin(), [](unsigned char c) { return std::tolower(c); });
    const auto begin = line.find_first_not_of(" \t", sign + 1);
    const std::string value = begin == std::string::npos ? "" : without_quotes(line.substr(begin));
    // What a replica says of its own source comes later.
    if (key == "show slave status") is_of_its_source = true;
    if (is_of_its_source) continue;
    if (key == "quote-character") notes.quotes_as_ansi = value == "DOUBLE_QUOTE";
    if (key == "log" || key == "file" || key == "source_log_file") file = value;
    if ((key == "pos" || key == "position" || key == "source_log_pos") &&
        notes.binlog_position.empty() && !file.empty()) {
      notes.binlog_position = file + ":" + value;
    }
    if ((key == "gtid" || key == "executed_gtid_set") && notes.gtid.empty()) notes.gtid = value;
    if (key == "rows" && words_of_line(section, table)) {
      std::from_chars(value.data(), value.data() + value.size(), notes.rows[section]);
    }
  }
  return notes;
}

namespace {

using Names = std::set<std::string>;

Result<Names> names_in(const Directory& directory) {
  Names names;
  for (auto& entry : TRY(directory.list())) names.insert(std::move(entry.name));
  return names;
}

bool has_any(const Names& names, const std::function<bool(const std::string&)>& is_it) {
  return std::ranges::any_of(names, is_it);
}

// Rows of every table that has some, and the table of all rows.
Result<> check_tables(const DumpFolder& folder, const FolderNotes& notes) {
  const fs::path& path = folder.directory.path();
  std::set<std::string> tables;
  std::set<std::string> with_rows;
  for (const auto& file : folder.files) {
    std::string name = unpacked_name(file.name);
    if (file.stage == FolderStage::rows) with_rows.insert(table_of_rows(file.name));
    if (file.stage != FolderStage::tables && file.stage != FolderStage::sequences) continue;
    cut_end(name, ".sql");
    cut_end(name, "-sequence");
    cut_end(name, "-schema");
    tables.insert(name);
  }
  for (const auto& table : with_rows) {
    if (tables.contains(table)) continue;
    return broken_folder(path, "is not whole: it has rows of " + table + ", but no " + table +
                                   "-schema.sql that makes the table");
  }
  for (const auto& [name, count] : notes.rows) {
    // What has another name in files is compared when it is loaded.
    std::string table = name;
    std::erase(table, '`');
    if (count == 0 || with_rows.contains(table) || !tables.contains(table)) continue;
    return broken_folder(path, "is not whole: " + table + " had " + std::to_string(count) +
                                   " rows, and no file has them");
  }
  return {};
}

Result<DumpFolder> of_mydumper(Directory directory, const Names& names) {
  DumpFolder folder{.of = DumpFolder::Of::mydumper, .directory = std::move(directory)};
  const fs::path& path = folder.directory.path();
  if (names.contains("metadata.partial") || !names.contains(kNotes)) {
    return broken_folder(path, "is not whole: mydumper has not come to its end",
                         "Run it again; it makes a file called metadata when it is through.");
  }
  FolderNotes notes = read_notes(TRY(folder.directory.read(kNotes, kNotesMax)));
  if (!notes.is_finished) {
    return broken_folder(path, "is not whole: its metadata does not say that it was finished",
                         "Run mydumper again.");
  }
  if (notes.quotes_as_ansi) {
    return broken_folder(path, "has names in double quotes",
                         "Run mydumper with --identifier-quote-character=BACKTICK.");
  }
  std::vector<std::string> databases;
  for (std::string name : names) {
    name = unpacked_name(name);
    if (cut_end(name, std::string(kDatabaseFile) + ".sql")) databases.push_back(name);
  }
  for (const auto& name : names) {
    if (unpacked_name(name).ends_with(".dat")) {
      return broken_folder(path, "has rows as " + name + ", for LOAD DATA",
                           "Run mydumper without --load-data, --csv and --clickhouse.");
    }
    auto file = understand_name(name, databases);
    // Accounts and the like are the server's, and a copy has its own.
    if (file && !is_of_the_server(file->database)) folder.files.push_back(*std::move(file));
  }
  TRY(check_tables(folder, notes));
  std::erase_if(notes.rows, [](const auto& told) {
    return is_of_the_server(told.first.substr(1, told.first.find('`', 1) - 1));
  });
  folder.rows_told = std::move(notes.rows);
  folder.gtid = std::move(notes.gtid);
  folder.binlog_position = std::move(notes.binlog_position);
  return folder;
}

// NAME.sql makes a table and its triggers, and NAME.txt has its rows; a view has no rows.
Result<DumpFolder> of_tab(Directory directory, const Names& names) {
  DumpFolder folder{.of = DumpFolder::Of::tab, .directory = std::move(directory)};
  const fs::path& path = folder.directory.path();
  std::map<std::string, std::string> rows;
  for (const auto& name : names) {
    std::string table = unpacked_name(name);
    if (cut_end(table, ".txt")) rows.emplace(table, name);
  }
  for (const auto& name : names) {
    std::string table = unpacked_name(name);
    if (!cut_end(table, ".sql")) continue;
    if (const auto has = rows.find(table); has != rows.end()) {
      folder.files.push_back({.name = name, .stage = FolderStage::tables, .database = {}});
      folder.files.push_back({.name = name, .stage = FolderStage::triggers, .database = {}});
      folder.files.push_back({.name = has->second, .stage = FolderStage::rows, .database = {}});
      rows.erase(has);
      continue;
    }
    const auto text = folder.directory.read(name, kViewMax);
    if (!text || is_packed_name(name) || text->find("\nCREATE TABLE ") != std::string::npos) {
      return broken_folder(path, "is not whole: it has " + name + ", but no " + table + ".txt",
                           "The server writes that file, where it runs itself.");
    }
    folder.files.push_back({.name = name, .stage = FolderStage::views, .database = {}});
  }
  if (rows.empty()) return folder;
  const std::string& left = rows.begin()->first;
  return broken_folder(
      path, "is not whole: it has " + rows.begin()->second + ", but no " + left + ".sql");
}

}  // namespace

Result<DumpFolder> read_dump_folder(const fs::path& path) {
  // An administrator's own path may lead over links; names in the folder may not.
  std::error_code failed;
  auto directory = TRY(Directory::open(fs::canonical(path, failed)));
  const Names names = TRY(names_in(directory));
  const auto ends_with = [&](std::string_view end) {
    return has_any(names, [&](const auto& name) { return unpacked_name(name).ends_with(end); });
  };
  auto folder = [&]() -> Result<DumpFolder> {
    const bool has_notes = names.contains(kNotes) || names.contains("metadata.partial");
    if (has_notes || ends_with("-schema.sql") || ends_with("-schema-create.sql")) {
      return of_mydumper(std::move(directory), names);
    }
    if (ends_with(".txt")) return of_tab(std::move(directory), names);
    return broken_folder(path,
                         "is none that mydumper or mariadb-dump --tab (mysqldump --tab) writes",
                         "A dump is one file of mariadb-dump or mysqldump, or a folder of these.");
  }();
  if (!folder) return folder;
  std::ranges::stable_sort(folder->files, [](const FolderFile& one, const FolderFile& other) {
    return std::tie(one.stage, one.name) < std::tie(other.stage, other.name);
  });
  if (!folder->files.empty()) return folder;
  return broken_folder(path, "has no databases in it but the server's own");
}

}  // namespace slip::mariadb
