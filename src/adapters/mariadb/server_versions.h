// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "adapters/mariadb/dialect.h"
#include "base/result.h"

namespace slip::mariadb {

// A template's `version`. Errors: `invalid_argument`, `unsupported` (too old).
Result<Series> read_series(const Dialect& dialect, const std::string& text);

// One installed server.
struct ServerVersion {
  const Dialect* dialect;
  Series series;
  std::string full;                // "10.11.6"
  std::filesystem::path programs;  // the folder of the server itself

  // A program of this installation, which may lie in a folder beside (sbin, bin, scripts).
  std::string program(std::string_view name) const;
  // The folder with everything the programs read.
  std::filesystem::path prefix() const { return programs.parent_path(); }
};

// Of one product.
struct Installed {
  const Dialect* dialect = nullptr;
  std::vector<ServerVersion> versions = {};  // newest first, one a series: the newest
  std::vector<std::string> not_used = {};    // "MariaDB 10.5.8 in /usr/sbin is not used: ..."
};

// A folder counts when the server in it says with `--version` that it is that product, and not too
// old. A `*` stands for one folder name.
Installed find_servers(const Dialect& dialect, const std::vector<std::string>& folders);

// Exactly this series. Fails with `unsupported`, saying which are installed.
Result<ServerVersion> find_version(const Installed& installed, Series series);
// The series itself, else the nearest newer one, which reads its files. Fails with `unsupported`.
Result<ServerVersion> find_reader(const Installed& installed, Series series);
// What to say where there is no server at all.
Error nothing_installed(const Installed& installed);

// A program of this version, which may come in a package of its own. Fails with `unsupported`.
Result<std::string> find_tool(const ServerVersion& version, const Dialect::Program& program);

}  // namespace slip::mariadb
