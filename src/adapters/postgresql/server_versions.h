// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"

namespace slip::postgresql {

// One installed PostgreSQL: its programs, all of one version.
struct ServerVersion {
  int major = 0;                   // 15
  std::string full;                // "15.18"
  std::filesystem::path programs;  // the folder of postgres, initdb, pg_basebackup, psql, ...

  std::string program(std::string_view name) const { return programs / name; }
  // The folder with everything the programs read: bin, lib, share.
  std::filesystem::path prefix() const { return programs.parent_path(); }
};

// Where servers are found when nothing else is said. A `*` stands for one folder name.
std::vector<std::string> usual_program_folders();

// The installed versions, newest first; one per major version, the newest. A folder counts when it
// has `postgres` and `initdb` and `postgres --version` answers.
std::vector<ServerVersion> find_server_versions(const std::vector<std::string>& folders);

// A client program such as psql: the server's own, else that of the newest version that has it.
// Fails with `unsupported`.
Result<std::string> find_client(const std::vector<ServerVersion>& versions,
                                const ServerVersion& own, std::string_view name);

// Fails with `unsupported`, saying which are installed.
Result<ServerVersion> find_major(const std::vector<ServerVersion>& versions, int major);

}  // namespace slip::postgresql
