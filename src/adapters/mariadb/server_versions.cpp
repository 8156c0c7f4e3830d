#include "adapters/mariadb/server_versions.h"

#include <algorithm>
#include <charconv>
#include <system_error>

#include "base/subprocess.h"

namespace slip::mariadb {

namespace fs = std::filesystem;

namespace {

constexpr Series kOldest{.major = 10, .minor = 6};

// Folders that a pattern stands for; `*` as a whole path component only.
std::vector<fs::path> expand(const std::string& pattern) {
  std::vector<fs::path> found = {"/"};
  for (const fs::path& part : fs::path(pattern).relative_path()) {
    std::vector<fs::path> next;
    for (const fs::path& folder : found) {
      if (part != "*") {
        next.push_back(folder / part);
        continue;
      }
      std::error_code failed;
      for (const auto& entry : fs::directory_iterator(folder, failed)) {
        if (entry.is_directory(failed)) next.push_back(entry.path());
      }
    }
    found = std::move(next);
  }
  return found;
}

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
  const std::string said = ask(folder / "mariadbd");
  const auto series = find_series(said);
  if (series && *series >= kOldest) {
    installed.versions.push_back(
        {.series = *series, .full = said.substr(0, said.find('-')), .programs = folder});
    return;
  }
  if (series) {
    installed.not_used.push_back("MariaDB " + said + " in " + folder.string() +
                                 " is not used: older than " + kOldest.text());
    return;
  }
  const std::string other = ask(folder / "mysqld");
  if (!other.empty() && other.find("MariaDB") == std::string::npos) {
    installed.not_used.push_back("MySQL " + other + " in " + folder.string() +
                                 " is not used: MariaDB only");
  }
}

std::string list(const Installed& installed) {
  std::string text;
  for (const ServerVersion& version : installed.versions) {
    text += (text.empty() ? "" : ", ") + version.series.text();
  }
  return text.empty() ? "none" : text;
}

}  // namespace

std::optional<Series> find_series(std::string_view text) {
  Series series;
  const char* end = text.data() + text.size();
  const auto major = std::from_chars(text.data(), end, series.major);
  if (major.ec != std::errc() || major.ptr == end || *major.ptr != '.') return std::nullopt;
  if (std::from_chars(major.ptr + 1, end, series.minor).ec != std::errc()) return std::nullopt;
  return series;
}

Result<Series> read_series(const std::string& text) {
  const auto series = find_series(text);
  const int major = series ? series->major : std::atoi(text.c_str());
  if (major >= 5 && major <= 9) {
    return Error{.code = ErrorCode::unsupported,
                 .message = "version " + text + " is one of MySQL, whose servers are not run yet",
                 .hint = "A plain dump of it can often be loaded into MariaDB: leave out version."};
  }
  if (!series || series->text() != text) {
    return Error{.code = ErrorCode::invalid_argument,
                 .message = "version must be a release series of MariaDB, such as 10.11"};
  }
  return *series;
}

std::string ServerVersion::program(std::string_view name) const {
  std::error_code failed;
  for (const char* folder : {"bin", "sbin", "scripts"}) {
    const fs::path beside = prefix() / folder / name;
    if (!fs::exists(programs / name, failed) && fs::exists(beside, failed)) return beside;
  }
  return programs / name;
}

std::vector<std::string> usual_program_folders() {
  return {"/usr/sbin", "/usr/local/mariadb/bin", "/usr/local/mysql/bin", "/opt/mariadb/*/bin"};
}

Installed find_servers(const std::vector<std::string>& folders) {
  Installed installed;
  for (const std::string& pattern : folders) {
    for (const fs::path& folder : expand(pattern)) {
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
              .message = "no MariaDB server is installed",
              .hint = "On Debian: apt-get install mariadb-server-core mariadb-client."};
  for (const std::string& other : installed.not_used) error.message += "; " + other;
  return error;
}

Result<ServerVersion> find_version(const Installed& installed, Series series) {
  for (const ServerVersion& version : installed.versions) {
    if (version.series == series) return version;
  }
  return Error{
      .code = ErrorCode::unsupported,
      .message = "MariaDB " + series.text() + " is not installed; installed: " + list(installed),
      .hint =
          "Install it, say where it is (slipstreamd --mariadb-programs), or choose an "
          "installed version."};
}

Result<ServerVersion> find_reader(const Installed& installed, Series series) {
  const ServerVersion* nearest = nullptr;
  for (const ServerVersion& version : installed.versions) {
    if (version.series >= series) nearest = &version;  // newest first
  }
  if (nearest != nullptr) return *nearest;
  return find_version(installed, series);
}

Result<std::string> find_tool(const ServerVersion& version, std::string_view name,
                              std::string_view package) {
  std::error_code failed;
  std::string program = version.program(name);
  if (fs::exists(program, failed)) return program;
  return Error{.code = ErrorCode::unsupported,
               .message = "there is no " + std::string(name) + " beside MariaDB " + version.full,
               .hint = "On Debian: apt-get install " + std::string(package) + "."};
}

}  // namespace slip::mariadb
