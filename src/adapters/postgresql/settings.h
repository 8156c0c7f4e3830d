// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <variant>

#include "base/result.h"
#include "domain/source.h"

namespace slip::postgresql {

// Where a source's data comes from. One of these; none of the keys given is `EmptyOrigin`.
struct UrlOrigin {
  std::map<std::string, std::string> parameters;  // libpq's, without the password
  std::string password;                           // may be empty
  bool logical = false;       // by pg_dump, for servers that let nobody replicate
  std::string where() const;  // "host:port", for messages
};
struct DumpOrigin {
  std::filesystem::path path;
};
struct DirectoryOrigin {
  std::filesystem::path path;
};
struct EmptyOrigin {};
using Origin = std::variant<EmptyOrigin, UrlOrigin, DumpOrigin, DirectoryOrigin>;

enum class Durability { full, relaxed };

// What the container's login may do in its own copy.
enum class LoginRights {
  owner,  // all with the application's databases; nothing outside of them: no files, no programs
  superuser,  // everything
};

// How a source is kept up with production all the time.
struct Follow {
  std::filesystem::path archive;  // whose log files are replayed; empty: by streaming replication
  std::string slot;               // that production keeps log for; empty: none
};

// Whether indexes that another version of this machine's libraries has put in order are built again
// when data is fetched.
enum class Reindexing { automatic, off };

// A SourceConfig of kind "postgresql", understood.
struct Settings {
  Origin origin;
  std::optional<int> version;  // major
  std::string database;        // what connection strings lead to; dumps are loaded into it
  std::string login;           // the role containers log in as, unless they have one of their own
  Durability durability = Durability::full;
  LoginRights rights = LoginRights::owner;
  std::optional<Follow> follow;
  Reindexing reindex = Reindexing::automatic;  // off where it follows and does not say otherwise
  // Of a database that is made here; empty: as the dump says, else UTF8 and C.UTF-8.
  std::string encoding;
  std::string locale;                       // "de_DE.UTF-8", or of ICU: "icu:de-DE"
  std::map<std::string, std::string> conf;  // of postgresql.conf, without "conf."
};

// Pure, but for libpq's parser of URLs. Errors: `invalid_argument`. No message repeats a URL.
Result<Settings> read_settings(const SourceConfig& config);

}  // namespace slip::postgresql
