// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/mariadb/table_name.h"
#include "base/directory.h"
#include "base/result.h"

namespace slip::mariadb {

// A place in a binary log: in which of its files, and how many bytes from that one's beginning.
struct LogPlace {
  std::uint64_t file = 0;
  std::uint64_t offset = 0;
  auto operator<=>(const LogPlace&) const = default;
};

// Events that were committed together: what follows a GTID event, up to the next one.
// "MariaDB Knowledge Base: Binlog event types"; "MySQL Source Code Documentation: Binary log event
// structures".
struct LogGroup {
  LogPlace begin;
  LogPlace end;
  std::string id;  // its GTID: "0-1-42", "6f1c...-9d:42"
  // When it began, to the second, by the clock of its session, which that may set as it likes.
  std::int64_t session_s = 0;
  // When it was committed by the server's own clock, where the log says so (MySQL): here, and where
  // it was committed first.
  std::optional<std::int64_t> committed_us = {};
  std::optional<std::int64_t> first_committed_us = {};
  // The beginning of a statement in it that would be carried out anew, with what it would find
  // then; empty: there is none (log_statements.h).
  std::string statement = {};
  std::set<TableName> tables = {};  // whose rows it changes, where they are said openly
  bool has_statements = false;      // it has some as text
  std::string definition = {};      // one that makes, changes, renames or drops something
  bool is_transactional = false;    // it changes rows of tables that know transactions
  // MariaDB: it makes a table first of all, and if it writes rows these are the table's own
  // (CREATE TABLE .. SELECT). MySQL's of that kind are like any other.
  bool makes_table = false;
  bool is_whole = false;  // false: its end is not there
};

// Its files in a directory, by their numbers.
using LogFiles = std::map<std::uint64_t, std::string>;

// Tells of every group from `from` on, in the order in which they were committed, until `tell` says
// false or the log ends. An end that was torn off is an end in the last file, and an error in every
// other. Errors: `out_of_range` (it cannot be read from there: damaged, encrypted; the message says
// which file), error_from_errno.
Result<> read_groups(const Directory& log, const LogFiles& files, LogPlace from,
                     const std::function<bool(const LogGroup&)>& tell);

// The end of the last whole event group (or of what the server wrote for itself) that a file has;
// where groups begin in an empty one. Errors: as `read_groups`.
Result<LogPlace> end_of_groups(const Directory& log, const LogFiles& files, std::uint64_t file);

}  // namespace slip::mariadb
