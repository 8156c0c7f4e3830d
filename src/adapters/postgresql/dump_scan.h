// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/result.h"

namespace slip::postgresql {

// Bytes of a script that are to be read otherwise: `text` and then spaces, so that every line keeps
// its number.
struct Edit {
  std::int64_t at = 0;
  std::int64_t size = 0;
  std::string text = {};
};

// What a dump asks of the machine by name, and the line of its script that does so first.
using Mentioned = std::map<std::string, std::int64_t>;

// A database that a dump makes.
struct MadeDatabase {
  std::string statement;      // CREATE DATABASE, whole
  std::vector<Edit> edits;    // that leave it, and its being dropped, out
  std::string encoding = {};  // empty: not said
  Mentioned locales = {};     // of the C library
};

// What a role is in a dump that makes it.
struct MadeRole {
  bool superuser = false;
  std::vector<Edit> statements;         // that make and alter it, to be left out
  std::vector<Edit> as_superuser = {};  // that make one of it
};

// What a plain dump needs around it, and what of it cannot be carried out as it stands.
struct PlainDump {
  std::optional<int> origin_major;  // "-- Dumped from database version 15.3"
  std::optional<int> tool_major;    // "-- Dumped by pg_dump version 17.6"
  bool is_of_mysql = false;         // or MariaDB, says its beginning
  std::string encoding;             // of its text; empty: not said
  std::map<std::string, MadeDatabase> databases_made;
  std::set<std::string> databases_filled;  // that it connects to and makes something in
  std::map<std::string, MadeRole> roles_made;
  std::set<std::string> roles;       // owners and grantees it names and does not make
  std::set<std::string> superusers;  // that own what only superusers may be given
  // By database ("": the one that it is loaded into): schemas it names and does not make.
  std::map<std::string, std::set<std::string>> schemas;
  Mentioned extensions;
  Mentioned libraries;   // of functions in C: "$libdir/postgis-3"
  Mentioned locales;     // of the C library, of the collations that it makes
  Mentioned collations;  // that every server has for its machine's locales: "de_DE.utf8"
  // What compares citext in words that have no place for the operator, as text's when it is loaded:
  // "view public.orders_of_people".
  Mentioned citext_as_text;
  // Where rows begin in a dump that makes no table for them: pg_dump --data-only.
  std::optional<std::int64_t> rows_alone;

  std::int64_t bytes = 0;
  std::optional<std::int64_t>
      bad_text;  // the first line that is not of the encoding, UTF8, it says

  std::vector<Edit> drops;                              // of what there is not in a new database
  std::vector<Edit> tablespaces;                        // that it makes, or puts things into
  std::vector<Edit> restrictions;                       // psql's \restrict and \unrestrict
  std::map<std::string, std::vector<Edit>> settings;    // SET, by parameter
  std::map<std::string, std::vector<Edit>> granted_by;  // " GRANTED BY role", by role
};

// Reads it once; it may be a pipe. `go_on` is told now and then how many bytes it has read. Errors:
// `invalid_argument` (it ends in the middle), `canceled`.
Result<PlainDump> scan_plain(const std::filesystem::path& path,
                             const std::function<bool(std::int64_t)>& go_on = {});

// The same of the first bytes: what is there of an answer to it.
Result<PlainDump> scan_head(const std::filesystem::path& path, std::int64_t bytes);

}  // namespace slip::postgresql
