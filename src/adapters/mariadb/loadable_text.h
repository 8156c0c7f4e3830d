// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace slip::mariadb {

// Lines of a dump as they can be loaded. mariadb-dump (10.11.19, 11.8.9) writes what its own server
// refuses, ignores, or takes at its word:
//   - It locks a table alone before it inserts. Where a column is DEFAULT NEXTVAL, the sequence
//     would have to be locked as well. Nobody else is on the server that loads: locks are left out.
//   - It sets a next value before the sequence's START by SETVAL, which goes forward only.
//   - Such a default names its sequence by the database that was dumped, where all else of a dump
//     that makes no database goes into the one that the client is in.
//   - FLUSH PRIVILEGES has the origin's accounts come into force, while ours is needed to load.
// Every line stays the line that it is, and its number with it. What stands in the bodies of
// triggers and routines is left as it is.
class LoadableText {
 public:
  // `goes_anywhere`: the dump makes no database.
  explicit LoadableText(bool goes_anywhere) : goes_anywhere_(goes_anywhere) {}

  // Of one whole line.
  std::string keep(std::string line);

 private:
  std::string set(const std::string& line) const;

  // As the last CREATE SEQUENCE said.
  struct Made {
    std::string name;  // in backquotes
    long long start = 0;
    long long least = 0;
    long long most = 0;
    long long step = 1;
  };

  bool goes_anywhere_;
  bool in_body_ = false;  // of a trigger or routine
  std::optional<Made> made_;
};

// Writes the dump so to an open file. `shown` is its path, for messages. Errors: those of reading
// and writing.
Result<> write_loadable_text(int dump, bool goes_anywhere, int to,
                             const std::filesystem::path& shown);

}  // namespace slip::mariadb
