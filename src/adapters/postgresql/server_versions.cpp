// SPDX-License-Identifier: Apache-2.0
#include "adapters/postgresql/server_versions.h"

#include <algorithm>
#include <charconv>
#include <system_error>

#include "adapters/support/program_folders.h"
#include "base/subprocess.h"

namespace slip::postgresql {

namespace fs = std::filesystem;

namespace {

// From "postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)".
std::optional<ServerVersion> ask_version(const fs::path& folder) {
  std::error_code failed;
  if (!fs::exists(folder / "postgres", failed) || !fs::exists(folder / "initdb", failed)) {
    return std::nullopt;
  }
  const auto said = run_ok(Command{.argv = {(folder / "postgres").string(), "--version"},
                                   .deadline = std::chrono::seconds(5)});
  if (!said) return std::nullopt;
  constexpr std::string_view mark = "(PostgreSQL) ";
  const auto at = said->find(mark);
  if (at == std::string::npos) return std::nullopt;
  std::string full = said->substr(at + mark.size());
  full = full.substr(0, full.find_first_of(" \n"));
  ServerVersion version{.major = 0, .full = full, .programs = folder};
  std::from_chars(full.data(), full.data() + full.size(), version.major);
  if (version.major < 13) return std::nullopt;
  return version;
}

int minor_of(const ServerVersion& version) {
  const auto dot = version.full.find('.');
  int minor = 0;
  if (dot != std::string::npos) {
    std::from_chars(version.full.data() + dot + 1, version.full.data() + version.full.size(),
                    minor);
  }
  return minor;
}

}  // namespace

std::vector<std::string> usual_program_folders() {
  // Debian's; its makers' for Fedora and its kin; those of whoever builds it; Fedora's own and
  // Arch's.
  return {"/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/usr/local/pgsql/bin",
          "/opt/postgresql/*/bin", "/usr/bin"};
}

std::vector<ServerVersion> find_server_versions(const std::vector<std::string>& folders) {
  std::vector<ServerVersion> versions;
  for (const std::string& pattern : folders) {
    for (const fs::path& folder : folders_like(pattern)) {
      std::error_code failed;
      const fs::path real = fs::canonical(folder, failed);
      if (failed) continue;
      if (auto version = ask_version(real)) versions.push_back(*std::move(version));
    }
  }
  std::stable_sort(versions.begin(), versions.end(), [](const auto& a, const auto& b) {
    return std::pair(a.major, minor_of(a)) > std::pair(b.major, minor_of(b));
  });
  versions.erase(std::unique(versions.begin(), versions.end(),
                             [](const auto& a, const auto& b) { return a.major == b.major; }),
                 versions.end());
  return versions;
}

Result<std::string> find_client(const std::vector<ServerVersion>& versions,
                                const ServerVersion& own, std::string_view name) {
  std::error_code failed;
  if (fs::exists(own.program(name), failed)) return own.program(name);
  for (const auto& version : versions) {
    if (fs::exists(version.program(name), failed)) return version.program(name);
  }
  return Error{.code = ErrorCode::unsupported,
               .message = "no " + std::string(name) + " is installed beside a PostgreSQL server",
               .hint = "On Debian: apt-get install postgresql-client."};
}

Result<ServerVersion> find_major(const std::vector<ServerVersion>& versions, int major) {
  std::string installed;
  for (const ServerVersion& version : versions) {
    if (version.major == major) return version;
    installed += (installed.empty() ? "" : ", ") + std::to_string(version.major);
  }
  return Error{.code = ErrorCode::unsupported,
               .message = "PostgreSQL " + std::to_string(major) + " is not installed; installed: " +
                          (installed.empty() ? "none" : installed),
               .hint = "Install it (on Debian: apt-get install postgresql-" +
                       std::to_string(major) + "), or choose an installed version."};
}

}  // namespace slip::postgresql
