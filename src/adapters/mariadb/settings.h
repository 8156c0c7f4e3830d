// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include "adapters/mariadb/server_versions.h"
#include "base/result.h"
#include "domain/source.h"

namespace slip::mariadb {

// Where a source's data comes from. One of these; none of the keys given is `EmptyOrigin`.
struct UrlOrigin {
  std::string host;
  std::uint16_t port = 3306;
  std::string user;
  std::string password;       // may be empty
  std::string database;       // empty: all of the server's
  std::string where() const;  // "host:port", for messages
};
struct BackupOrigin {
  std::string command;  // a line for /bin/sh that says a backup as mbstream
};
struct DumpOrigin {
  std::filesystem::path path;
};
struct DirectoryOrigin {
  std::filesystem::path path;
};
struct EmptyOrigin {};
using Origin = std::variant<EmptyOrigin, UrlOrigin, BackupOrigin, DumpOrigin, DirectoryOrigin>;

enum class Durability { full, relaxed };

// What the container's login may do in its own copy.
enum class LoginRights {
  owner,      // all with the application's databases; nothing outside of them: no files, no options
  superuser,  // everything
};

// A SourceConfig of kind "mariadb" or "mysql", understood.
struct Settings {
  Origin origin;
  std::optional<Series> version;
  std::string database;         // what connection strings lead to; empty: to none
  bool database_named = false;  // by the template, not by default
  // Of a database that is made here; empty: the server's.
  std::string character_set;
  std::string collation;
  std::string login;  // the user containers log in as, unless they have one of their own
  Durability durability = Durability::full;
  LoginRights rights = LoginRights::owner;
  std::optional<UrlOrigin> follows;         // production, whose replica the source is
  std::map<std::string, std::string> conf;  // server options, without "conf."
};

// Of the template's server options those that a data directory has for ever, as it was made with
// them: arguments for the program that makes it.
std::vector<std::string> options_at_birth(const Settings& settings);

// Pure. Errors: `invalid_argument`, `unsupported` (a version that is too old). No message repeats a
// URL.
Result<Settings> read_settings(const Dialect& dialect, const SourceConfig& config);

}  // namespace slip::mariadb
