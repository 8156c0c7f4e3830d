// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/directory.h"
#include "base/result.h"

namespace slip::mariadb {

// What a file of a folder brings, in the order in which it is loaded: rows before the triggers that
// would act on them, routines before the views that call them.
enum class FolderStage { database, sequences, tables, rows, routines, views, triggers };

struct FolderFile {
  std::string name;
  FolderStage stage = FolderStage::database;
  std::string database;  // as the file's name has it; empty: of --tab
};

// A folder in which a program has put files for each table: mydumper, or mysqldump and mariadb-dump
// with --tab. Its files are opened by their names in it, never by way of a link.
struct DumpFolder {
  enum class Of { mydumper, tab };
  Of of = Of::mydumper;
  Directory directory;
  std::vector<FolderFile> files = {};  // by stage, then by name
  // How many rows of a table were written, by its name in backquotes: "`shop`.`orders`".
  std::map<std::string, std::uint64_t> rows_told = {};
  std::string gtid = {};             // of its origin; empty if not noted
  std::string binlog_position = {};  // "binlog.000002:4005"; empty if not noted
};

bool is_folder(const std::filesystem::path& path);

// Understands it by its names and what mydumper has noted. Errors: `invalid_argument` (it is of
// another program; it was not written to its end; a file is missing, or of a kind that is not
// loaded), `precondition_failed` (what has a file's name is none), those of Directory.
Result<DumpFolder> read_dump_folder(const std::filesystem::path& path);

// How a program's files are called, without what compressing adds: nothing for one that is of no
// interest. `databases`: those that files have been found of.
std::optional<FolderFile> understand_name(const std::string& name,
                                          const std::vector<std::string>& databases);

// Whether it is called as what a program has compressed.
bool is_packed_name(const std::string& name);

// Of "shop.orders.00001.sql.zst": "shop.orders".
std::string table_of_rows(const std::string& name);

// What mydumper has noted, in the form of releases up to 0.13 or in those of newer ones.
struct FolderNotes {
  bool is_finished = false;
  std::map<std::string, std::uint64_t> rows = {};
  std::string gtid = {};
  std::string binlog_position = {};
  bool quotes_as_ansi = false;  // names are in double quotes
};
FolderNotes read_notes(const std::string& text);

}  // namespace slip::mariadb
