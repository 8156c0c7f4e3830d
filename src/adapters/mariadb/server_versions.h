#pragma once

#include <compare>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

namespace slip::mariadb {

// A release series: 10.11. Data files of one series are read by later ones, not by earlier ones.
struct Series {
  int major = 0;
  int minor = 0;

  auto operator<=>(const Series&) const = default;
  std::string text() const { return std::to_string(major) + "." + std::to_string(minor); }
};
// From "10.11" or "10.11.6-MariaDB"; nothing if it does not begin with two numbers.
std::optional<Series> find_series(std::string_view text);
// A template's `version`. Errors: `invalid_argument`, `unsupported` (one of MySQL).
Result<Series> read_series(const std::string& text);

// One installed MariaDB.
struct ServerVersion {
  Series series;
  std::string full;                // "10.11.6"
  std::filesystem::path programs;  // the folder of mariadbd

  // A program of this installation, which may lie in a folder beside (sbin, bin, scripts).
  std::string program(std::string_view name) const;
  // The folder with everything the programs read.
  std::filesystem::path prefix() const { return programs.parent_path(); }
};

struct Installed {
  std::vector<ServerVersion> versions;  // newest first, one a series: the newest
  std::vector<std::string> not_used;    // "MySQL 8.0.36 in /usr/sbin": found, and of no use to us
};

// Where servers are found when nothing else is said. A `*` stands for one folder name.
std::vector<std::string> usual_program_folders();

// A folder counts when its `mariadbd --version` answers with 10.6 or newer.
Installed find_servers(const std::vector<std::string>& folders);

// Exactly this series. Fails with `unsupported`, saying which are installed.
Result<ServerVersion> find_version(const Installed& installed, Series series);
// The series itself, else the nearest newer one, which reads its files. Fails with `unsupported`.
Result<ServerVersion> find_reader(const Installed& installed, Series series);
// What to say where there is no server at all.
Error nothing_installed(const Installed& installed);

// A program of this version that comes in a package of its own (`package` of Debian).
// Fails with `unsupported`.
Result<std::string> find_tool(const ServerVersion& version, std::string_view name,
                              std::string_view package);

}  // namespace slip::mariadb
