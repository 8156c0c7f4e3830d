// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"

namespace slip::mariadb {

// A part of what mariadb-dump writes, between two of its headings.
struct DumpSection {
  std::string database;     // in backquotes; empty before the first
  std::string name;         // "Table structure for table `orders`"; empty: the dump's head
  std::uint64_t begin = 0;  // bytes in the file, up to `end`
  std::uint64_t end = 0;
  std::string digest;  // of all in it that has an effect
  bool changes_database =
      false;  // for a moment, as a trigger needs it that was made in other words

  std::string place() const { return database + "." + name; }
  // It makes one table, or sequence, with all that is in it, in the place of one that is there.
  bool stands_alone() const;
  // What a drop of it names: "`shop`.`orders`"; only of one that stands alone.
  std::string object() const;
  bool is_sequence() const;
  // A table that can be loaded while others are.
  bool is_table_alone() const;
  // Leads to a database, or prepares the session: those after it need it.
  bool is_context() const;
};

// Of an open dump; `shown` is its path, for messages. A table's data and triggers belong to its
// section. Errors: those of reading.
Result<std::vector<DumpSection>> read_sections(int dump, const std::filesystem::path& shown);

// Writes those sections of the dump to an open file, in their order, with `preface` after the first
// of them; `shown` is that file's path. Errors: `unavailable` (the dump has become shorter).
Result<> write_sections(int dump, const std::vector<DumpSection>& sections,
                        const std::string& preface, int to, const std::filesystem::path& shown);

}  // namespace slip::mariadb
