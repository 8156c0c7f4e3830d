// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <variant>

#include "base/result.h"
#include "domain/source.h"

namespace slip::redis {

// Where a source's data comes from. One of these; none of the keys given is `EmptyOrigin`.
struct UrlOrigin {
  std::string host;
  std::uint16_t port = 6379;
  std::string user;  // empty: the server's default user
  std::string password;
  int database = 0;  // that connection strings lead to; all of them are copied
  bool encrypts = false;
  std::string where() const;  // "host:port", for messages
};
struct DirectoryOrigin {
  std::filesystem::path path;
};
struct DumpOrigin {  // an RDB file, or an append-only file of one part
  std::filesystem::path path;
};
struct EmptyOrigin {};
using Origin = std::variant<EmptyOrigin, UrlOrigin, DirectoryOrigin, DumpOrigin>;

enum class Durability { full, relaxed };

// What the container's login may do in its own copy.
enum class LoginRights {
  owner,      // everything with the data; nothing with the server's options, accounts and life
  superuser,  // everything
};

// A SourceConfig of kind "redis", understood.
struct Settings {
  Origin origin;
  std::string login;  // the user containers log in as, unless they have one of their own
  int database = 0;   // that connection strings lead to
  Durability durability = Durability::full;
  LoginRights rights = LoginRights::owner;
  std::map<std::string, std::string> conf;  // directives of redis.conf, without "conf."
};

// Pure. Errors: `invalid_argument`. No message repeats a URL.
Result<Settings> read_settings(const SourceConfig& config);

}  // namespace slip::redis
