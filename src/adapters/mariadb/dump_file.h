// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "adapters/mariadb/login.h"
#include "adapters/support/packing.h"
#include "base/fd.h"
#include "base/result.h"

namespace slip::mariadb {

// An administrator's dump, wherever it lies. Errors: `not_found`, `permission_denied`,
// `invalid_argument` (it is no regular file).
Result<UniqueFd> open_dump(const std::filesystem::path& path);

// Of open files; `shown` is the path, for messages.

// Errors: `invalid_argument` (empty, or neither packed nor text).
Result<Packing> detect_packing(int dump, const std::filesystem::path& shown);

// Where something stands in a dump.
struct DumpPlace {
  std::string file = {};  // of a folder; empty: the dump itself
  std::int64_t line = 0;  // unpacked, from 1
  bool operator==(const DumpPlace&) const = default;
};
// Names that a dump calls, and where first.
using NamedPlaces = std::map<std::string, DumpPlace>;

// What a plain dump needs around it, and what it says of its origin.
struct DumpContent {
  std::uint64_t bytes = 0;               // of the dump, as it was read
  std::string origin;                    // "MariaDB 10.11.6" or "MySQL 8.0.36"; empty: not said
  std::set<Account> definers;            // of its views, triggers, events and routines
  std::set<Account> accounts_made;       // by CREATE USER
  std::set<std::string> databases_made;  // by CREATE DATABASE
  std::vector<std::string> tables_made;  // by CREATE TABLE, in their order
  NamedPlaces engines;                   // of its tables
  NamedPlaces character_sets;            // of its databases, tables and columns
  NamedPlaces collations;
  std::string gtid;             // of its origin; empty if not noted
  std::string binlog_position;  // "binlog.000002:4005"; empty if not noted
  bool makes_sequences = false;
  bool takes_over_accounts = false;  // it has its origin's accounts come into force, ours going
  bool ends_in_statement = false;    // its last line neither ends a statement nor is a comment

  // Whether it has to be loaded as loadable_text.h has it.
  bool needs_edits() const { return makes_sequences || takes_over_accounts; }
};
// Adds what another file of the same folder has.
void add_content(DumpContent& all, const DumpContent& part, const std::string& file);

// Reads it once, line by line. `go_on` is asked now and then. Errors: `invalid_argument` (it ends
// in the middle, or is no text), `canceled`.
Result<DumpContent> scan_dump(int dump, const std::filesystem::path& shown,
                              const std::function<bool()>& go_on = {});

}  // namespace slip::mariadb
