// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "adapters/mariadb/log_events.h"
#include "base/directory.h"
#include "base/result.h"
#include "base/time.h"

namespace slip::mariadb {

// What transactions were called, in the order in which they were committed: enough to tell whether
// a copy has the same ones. One that makes a table and then writes its rows counts twice, as
// MariaDB carries it out anew: what makes the table has its name, and the rows are another by
// themselves, with the next free number.
struct Committed {
  std::uint64_t count = 0;
  std::uint64_t order = 0;  // of all their names
  std::string last;         // the name of the last
  std::uint64_t kinds = 0;  // which of them changed rows of tables that know transactions
  void add(const LogGroup& group);
  bool has_names_of(const Committed& other) const {
    return count == other.count && order == other.order && last == other.last;
  }
  bool operator==(const Committed&) const = default;

 private:
  void add(const std::string& name, char kind);
};

// Whose rows those transactions write that make a table and fill it, by their names.
using FilledTables = std::map<std::string, std::set<TableName>>;

// Of a file of the log, what is to be carried out.
struct LogPiece {
  std::uint64_t file = 0;
  std::string name;
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
};

// Whose transactions a log has.
enum class LogOf { branch, follower };

// What a log holds between a copy and a time. Times of a follower are by production's clock.
struct ReplayRange {
  std::vector<LogPiece> pieces;  // each with something in it
  Committed committed;
  FilledTables filled;
  bool changes_definitions = false;  // some of it does
};

struct LogEnds {
  const Directory& copy;   // the log of the copy, as it was cut off
  const Directory& later;  // of the same line of data, later
};

// Where the later log goes on from the copy's. Errors: `out_of_range` (it does not: files of it
// are missing, or it was begun anew meanwhile), `precondition_failed` (check_log_files).
Result<LogPlace> find_log_start(const LogEnds& logs);

// What is to be carried out so that the copy has what was committed before `until`, a whole second,
// and nothing else. Errors: `out_of_range` (it cannot be read, or does not tell: a statement that
// cannot be carried out again as it was; sessions with clocks of their own while nobody looked).
Result<ReplayRange> find_replay_range(const LogEnds& logs, Timestamp until, LogOf of);

// The statements that change definitions in a log, from there on. Errors: as `read_groups`.
Result<std::vector<std::string>> definitions_from(const Directory& log, LogPlace from);

// Of what is to be carried out, what a copy logs that leaves out the rows of these tables. MySQL
// logs a transaction without any; MariaDB does not.
Result<Committed> committed_but_for(const Directory& later, const std::vector<LogPiece>& pieces,
                                    const std::set<TableName>& tables);

// What the copy's own log has committed after that file, having carried out what made `filled`.
Result<Committed> committed_after(const Directory& log, std::uint64_t file,
                                  const FilledTables& filled);

}  // namespace slip::mariadb
