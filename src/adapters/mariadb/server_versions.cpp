// SPDX-License-Identifier: Apache-2.0
#include "adapters/mariadb/server_versions.h"

#include <algorithm>
#include <system_error>

#include "adapters/support/program_folders.h"
#include "base/subprocess.h"

namespace slip::mariadb {

namespace fs = std::filesystem;

namespace {

// From "mariadbd  Ver 10.11.6-MariaDB-0+deb12u1 for debian-linux-gnu on x86_64 (Debian 12)".
std::string ask(const fs::path& program) {
  std::error_code failed;
  if (!fs::exists(program, failed)) return "";
  const auto said = run_ok(Command{.argv = {program.string(), "--no-defaults", "--version"},
                                   .deadline = std::chrono::seconds(5)});
  constexpr std::string_view mark = "Ver ";
  const auto at = said ? said->find(mark) : std::string::npos;
  if (at == std::string::npos) return "";
  const auto begin = at + mark.size();
  return said->substr(begin, said->find_first_of(" \n", begin) - begin);
}

void look_into(const fs::path& folder, Installed& installed) {
  const Dialect& dialect = *installed.dialect;
  const std::string said = ask(folder / dialect.server.name);
  const auto series = find_series(said);
  // Where MariaDB has taken the place of MySQL, its server answers to that name too.
  if (!series || &dialect_of(said) != &dialect) return;
  if (*series >= dialect.oldest) {
    installed.versions.push_back({.dialect = &dialect,
                                  .series = *series,
                                  .full = said.substr(0, said.find('-')),
                                  .programs = folder});
    return;
  }
  installed.not_used.push_back(std::string(dialect.product) + " " + said + " in " +
                               folder.string() + " is not used: older than " +
                               dialect.oldest.text());
}

std::string list(const Installed& installed) {
  std::string text;
  for (const ServerVersion& version : installed.versions) {
    text += (text.empty() ? "" : ", ") + version.series.text();
  }
  return text.empty() ? "none" : text;
}

}  // namespace

Result<Series> read_series(const Dialect& dialect, const std::string& text) {
  const auto series = find_series(text);
  const std::string product(dialect.product);
  if (!series || series->text() != text) {
    return Error{.code = ErrorCode::invalid_argument,
                 .message = "version must be a release series of " + product + ", such as " +
                            dialect.oldest.text()};
  }
  if (*series >= dialect.oldest) return *series;
  return Error{.code = ErrorCode::unsupported,
               .message = "version " + text + " of " + product +
                          " is not run: " + dialect.oldest.text() + " and newer are",
               .hint = "A plain dump of it can often be loaded into a newer one."};
}

std::string ServerVersion::program(std::string_view name) const {
  std::error_code failed;
  for (const char* folder : {"bin", "sbin", "scripts"}) {
    const fs::path beside = prefix() / folder / name;
    if (!fs::exists(programs / name, failed) && fs::exists(beside, failed)) return beside;
  }
  return programs / name;
}

Installed find_servers(const Dialect& dialect, const std::vector<std::string>& folders) {
  Installed installed{.dialect = &dialect};
  for (const std::string& pattern : folders) {
    for (const fs::path& folder : folders_like(pattern)) {
      std::error_code failed;
      const fs::path real = fs::canonical(folder, failed);
      if (!failed) look_into(real, installed);
    }
  }
  auto& versions = installed.versions;
  const auto patch = [](const ServerVersion& version) {
    return std::atoi(version.full.substr(version.full.rfind('.') + 1).c_str());
  };
  std::stable_sort(versions.begin(), versions.end(), [&](const auto& a, const auto& b) {
    return std::pair(a.series, patch(a)) > std::pair(b.series, patch(b));
  });
  versions.erase(std::unique(versions.begin(), versions.end(),
                             [](const auto& a, const auto& b) { return a.series == b.series; }),
                 versions.end());
  return installed;
}

Error nothing_installed(const Installed& installed) {
  Error error{.code = ErrorCode::unsupported,
              .message = "no " + std::string(installed.dialect->product) + " server is installed",
              .hint = "On Debian: apt-get install " +
                      std::string(installed.dialect->server.package) + " " +
                      std::string(installed.dialect->client.package) + "."};
  for (const std::string& other : installed.not_used) error.message += "; " + other;
  return error;
}

Result<ServerVersion> find_version(const Installed& installed, Series series) {
  for (const ServerVersion& version : installed.versions) {
    if (version.series == series) return version;
  }
  return Error{.code = ErrorCode::unsupported,
               .message = std::string(installed.dialect->product) + " " + series.text() +
                          " is not installed; installed: " + list(installed),
               .hint = "Install it, say where it is (slipstreamd " +
                       std::string(installed.dialect->folders_option) +
                       "), or choose an installed version."};
}

Result<ServerVersion> find_reader(const Installed& installed, Series series) {
  const ServerVersion* nearest = nullptr;
  for (const ServerVersion& version : installed.versions) {
    // Newest first.
    if (installed.dialect->upgrades(series, version.series)) nearest = &version;
  }
  if (nearest != nullptr) return *nearest;
  for (const ServerVersion& version : installed.versions) {
    if (version.series <= series) continue;
    return Error{.code = ErrorCode::unsupported,
                 .message = std::string(installed.dialect->product) + " " + version.full +
                            " cannot read data of " + series.text() + ": it is too far behind",
                 .hint = "Install the next long-term series after " + series.text() +
                         " beside it, and say where it is (slipstreamd " +
                         std::string(installed.dialect->folders_option) + ")."};
  }
  return find_version(installed, series);
}

Result<std::string> find_tool(const ServerVersion& version, const Dialect::Program& program) {
  std::error_code failed;
  std::string path = version.program(program.name);
  if (fs::exists(path, failed)) return path;
  return Error{.code = ErrorCode::unsupported,
               .message = "there is no " + std::string(program.name) + " beside " +
                          std::string(version.dialect->product) + " " + version.full,
               .hint = "On Debian: apt-get install " + std::string(program.package) + "."};
}

}  // namespace slip::mariadb
