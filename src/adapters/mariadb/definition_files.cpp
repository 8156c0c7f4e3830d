// SPDX-License-Identifier: Apache-2.0
#include "adapters/mariadb/definition_files.h"

#include <algorithm>
#include <array>
#include <map>

#include "adapters/mariadb/little_endian.h"

namespace slip::mariadb {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t kDefinitionFileMax = 16 << 20;

constexpr std::array<std::string_view, 4> kServersOwn = {"mysql", "sys", "performance_schema",
                                                         "information_schema"};

bool is_of_people(const Directory::Entry& entry) {
  return entry.type == fs::file_type::directory && !entry.name.starts_with('#') &&
         std::ranges::find(kServersOwn, entry.name) == kServersOwn.end();
}

// Names of tables, and of the file that tells how each is defined.
using DefinitionFiles = std::map<std::string, std::string>;

// "t.frm", with views among them. MySQL: "t.ibd", and "t_361.sdi" of the other engines; partitions
// ("t#p#a.ibd") are InnoDB's.
Result<DefinitionFiles> definitions_in(const Dialect& dialect, const Directory& folder) {
  DefinitionFiles found;
  for (const auto& [name, type] : TRY(folder.list())) {
    if (type != fs::file_type::regular || name.starts_with('#')) continue;
    const fs::path path(name);
    std::string table = path.stem().string();
    if (dialect.keeps_places_in_dictionary) {
      const bool is_innodb = path.extension() == ".ibd";
      if (!is_innodb && path.extension() != ".sdi") continue;
      table = table.substr(0, is_innodb ? table.find('#') : table.rfind('_'));
    } else if (path.extension() != ".frm") {
      continue;
    }
    found.emplace(std::move(table), name);
  }
  return found;
}

// Each column of a key says once more whether the column has a default; of a table that was made of
// a SELECT it does not say so, and of the same one made by its definition it does. "[keys
// 1][columns of keys 1][4]" or, with the highest bit set, "[keys 2][columns of keys 2][2]"; for
// each key "[6] [columns 1][3]" with "[column 2][place 2][flags 1][kind 2][length 2]" for each
// column.
void forget_defaults_in_keys(std::string& definition) {
  constexpr std::size_t keys_at = 6;  // where it says where they begin
  constexpr std::size_t key_bytes = 8;
  constexpr std::size_t column_bytes = 9;
  constexpr std::size_t high_byte_of_kind = 6;
  constexpr unsigned has_no_default = 0x40;
  std::size_t at = number_at(definition, keys_at, 2);
  std::uint64_t keys = number_at(definition, at, 1);
  if ((keys & 0x80U) != 0) keys = (keys & 0x7fU) | number_at(definition, at + 1, 1) << 7U;
  at += 6;
  for (; keys > 0 && at + key_bytes <= definition.size(); --keys) {
    std::uint64_t columns = number_at(definition, at + 4, 1);
    at += key_bytes;
    for (; columns > 0 && at + column_bytes <= definition.size(); --columns, at += column_bytes) {
      char& kind = definition[at + high_byte_of_kind];
      kind = static_cast<char>(static_cast<unsigned char>(kind) & ~has_no_default);
    }
  }
}

// What is compared. "[mark 2][form 1][engine 1]...[server 4 at 51]...", from the 64th byte on "[0]
// [16][version of the definition 16]", which is another whenever it is made.
std::string comparable(std::string definition) {
  constexpr std::size_t version_at = 64;
  constexpr std::size_t version_bytes = 18;
  if (definition.size() >= version_at + version_bytes && definition[version_at] == 0 &&
      definition[version_at + 1] == 16) {
    definition.replace(version_at, version_bytes, version_bytes, '\0');
  }
  forget_defaults_in_keys(definition);
  return definition;
}

bool is_alike(std::string one, std::string other) {
  constexpr std::string_view of_table("\xfe\x01", 2);
  constexpr std::size_t head = 64;
  constexpr std::size_t server_at = 51;
  constexpr std::size_t engine_at = 3;
  // Views have no rows, and say when they were made.
  if (!one.starts_with(of_table) || !other.starts_with(of_table)) return true;
  if (one.size() < head || other.size() < head) return one == other;
  // An upgrade of the server may have written it anew, in its own form.
  constexpr std::size_t server_bytes = 4;
  if (one.compare(server_at, server_bytes, other, server_at, server_bytes) != 0) {
    return one[engine_at] == other[engine_at];
  }
  return comparable(std::move(one)) == comparable(std::move(other));
}

// {"mysqld_version_id":..., "dd_object":{..., "engine":"MyISAM", ...}}
std::string engine_in(const std::string& definition) {
  constexpr std::string_view key = "\"engine\":\"";
  const auto at = definition.find(key);
  if (at == std::string::npos) return "";
  const auto begin = at + key.size();
  return definition.substr(begin, definition.find('"', begin) - begin);
}

Result<std::string> engine_by_file(const Directory& folder, const std::string& name) {
  if (name.ends_with(".ibd")) return std::string("InnoDB");
  return engine_in(TRY(folder.read(name, kDefinitionFileMax)));
}

Result<bool> is_same_file(const Directory& one, const Directory& other, const std::string& name) {
  const auto here = TRY(one.look(name));
  const auto there = TRY(other.look(name));
  return here && there && here->st_size == there->st_size &&
         here->st_mtim.tv_sec == there->st_mtim.tv_sec &&
         here->st_mtim.tv_nsec == there->st_mtim.tv_nsec;
}

Result<bool> is_defined_alike(const Dialect& dialect, const Directory& one, const std::string& name,
                              const Directory& other, const std::string& other_name) {
  if (dialect.keeps_places_in_dictionary) {
    return TRY(engine_by_file(one, name)) == TRY(engine_by_file(other, other_name));
  }
  if (TRY(is_same_file(one, other, name))) return true;
  return is_alike(TRY(one.read(name, kDefinitionFileMax)),
                  TRY(other.read(name, kDefinitionFileMax)));
}

}  // namespace

Result<std::vector<TableName>> tables_defined_otherwise(const Dialect& dialect,
                                                        const Directory& one,
                                                        const Directory& other) {
  std::vector<TableName> found;
  for (const auto& entry : TRY(one.list())) {
    if (!is_of_people(entry) || !TRY(other.has_directory(entry.name))) continue;
    const Directory here = TRY(one.open_directory(entry.name));
    const Directory there = TRY(other.open_directory(entry.name));
    const DefinitionFiles theirs = TRY(definitions_in(dialect, there));
    for (const auto& [table, name] : TRY(definitions_in(dialect, here))) {
      const auto same = theirs.find(table);
      if (same == theirs.end() || TRY(is_defined_alike(dialect, here, name, there, same->second))) {
        continue;
      }
      found.push_back({.database = entry.name, .table = table});
    }
  }
  return found;
}

}  // namespace slip::mariadb
