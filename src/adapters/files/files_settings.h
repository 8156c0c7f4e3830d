// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <variant>
#include <vector>

#include "base/result.h"
#include "domain/source.h"

namespace slip::files {

struct EmptyTree {};
struct LocalTree {
  std::filesystem::path path;
};
struct RemoteTree {
  std::string address;               // "user@host:/dir"
  std::vector<std::string> options;  // more arguments of ssh
  std::string key;                   // a private key's path, or empty
};
struct Archive {
  std::filesystem::path path;
};
using Origin = std::variant<EmptyTree, LocalTree, RemoteTree, Archive>;

// A SourceConfig of kind "files", understood.
struct Settings {
  Origin origin;
  std::vector<std::string> exclude;  // rsync's patterns
};

// Pure. Checks the run section too. Errors: `invalid_argument`.
Result<Settings> read_settings(const SourceConfig& config);

// "TERM" -> 15. Errors: `invalid_argument`.
Result<int> signal_number(const std::string& name);

}  // namespace slip::files
