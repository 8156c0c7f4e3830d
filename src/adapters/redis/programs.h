// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"

namespace slip::redis {

inline constexpr int kOldestMajor = 7;  // append-only files in parts, ACLs with selectors

// A server's programs, of Redis or of Valkey, which reads the same files.
struct Programs {
  std::string product;  // "Redis"
  std::string version;  // "7.0.15"
  std::filesystem::path server;
  std::filesystem::path client;

  int major() const;
};

// The newest that is installed in these folders; what is too old is in `notes`.
struct Found {
  std::vector<Programs> usable = {};  // newest first
  std::vector<std::string> notes = {};
};
Found find_programs(const std::vector<std::filesystem::path>& folders);

// Of the first line that a server says of itself ("Redis server v=7.0.15 sha=..."); empty: none.
std::string version_in(const std::string& said);

// Errors: `unsupported`.
Result<Programs> newest(const Found& found);

}  // namespace slip::redis
