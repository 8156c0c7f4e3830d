// SPDX-License-Identifier: Apache-2.0
#include "adapters/mariadb/configuration.h"

#include <algorithm>
#include <cctype>
#include <sstream>

#include "adapters/mariadb/own_user.h"
#include "adapters/mariadb/session.h"

namespace slip::mariadb {

namespace fs = std::filesystem;

namespace {

constexpr const char* kOriginFileName = "data/slipstream_origin.cnf";

// An option file's value: in double quotes, where only the backslash has a meaning.
std::string line_of(std::string_view name, std::string_view value) {
  std::string text(name);
  if (value.empty()) return text + "\n";
  text += " = \"";
  for (const char c : value) text += c == '\\' ? std::string("\\\\") : std::string(1, c);
  return text + "\"\n";
}

// Files with plain names in the data directory, and sizes: nothing that leads elsewhere.
bool is_harmless(std::string_view value) {
  return !value.empty() && value.size() < 1000 && std::ranges::all_of(value, [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '_' || c == '.' || c == ':' || c == ';' || c == '-';
  });
}

std::string needed_options(const std::string& options) {
  std::string kept;
  std::istringstream lines(options);
  for (std::string line; std::getline(lines, line);) {
    for (const std::string_view name : {"innodb_data_file_path=", "innodb_page_size=",
                                        "innodb_undo_tablespaces=", "lower_case_table_names="}) {
      if (line.starts_with(name) && is_harmless(std::string_view(line).substr(name.size()))) {
        kept += line + "\n";
      }
    }
  }
  return kept;
}

std::string our_file(const Dialect& dialect, const Settings& settings,
                     const std::string& origin_options) {
  std::string text = "# Written by Slipstream.\n[" + std::string(dialect.option_group) + "]\n";
  for (const auto& [name, value] : dialect.defaults) text += line_of(name, value);
  const bool relaxed = settings.durability == Durability::relaxed;
  // Never 0: then the binary log could hold what the tables have lost.
  text += line_of("innodb_flush_log_at_trx_commit", relaxed ? "2" : "1");
  text += line_of("sync_binlog", relaxed ? "0" : "1");
  text += origin_options;
  for (const auto& [name, value] : settings.conf) text += line_of(name, value);
  return text;
}

std::vector<std::string> arguments_with_run(const ServerVersion& version, const fs::path& ours,
                                            const std::string& run, Tls tls) {
  const Dialect& dialect = *version.dialect;
  std::vector<std::string> arguments = {"--defaults-file=" + (ours / kOptionFileName).string()};
  arguments.insert(arguments.end(), dialect.fixed.begin(), dialect.fixed.end());
  if (tls == Tls::by_certificate) {
    const CertificateFiles files = certificate_files(ours);
    arguments.push_back("--ssl-cert=" + files.certificate.string());
    arguments.push_back("--ssl-key=" + files.key.string());
    arguments.push_back("--ssl-ca=" + files.authority.string());
  } else if (version.series < dialect.first_with_tls) {
    arguments.emplace_back("--skip-ssl");
  }
  arguments.push_back("--socket=" + run + "/" + std::string(kSocketName));
  arguments.push_back("--pid-file=" + run + "/" + kPidFileName);
  arguments.push_back("--init-file=" + (ours / kInitFileName).string());
  return arguments;
}

}  // namespace

Result<> write_configuration(const Dialect& dialect, const Layout& layout, const Settings& settings,
                             const Directory& ours, const RunUser& user) {
  const auto of_origin = TRY(read_if_there(*layout.top, kOriginFileName, 64 << 10));
  return tell_server(ours, kOptionFileName,
                     our_file(dialect, settings, needed_options(of_origin.value_or(""))), user);
}

std::string name_option(bool ignores_case) {
  return ignores_case ? std::string(kNameCaseOption) + "=1\n" : "";
}

Result<> write_origin_options(const Layout& layout, const std::string& options,
                              const RunUser& user) {
  return write_owned(*layout.top, kOriginFileName, needed_options(options), user);
}

std::vector<std::string> server_arguments(const ServerVersion& version, const fs::path& ours,
                                          std::uint16_t port, Tls tls) {
  std::vector<std::string> arguments = arguments_with_run(version, ours, "../run", tls);
  arguments.push_back("--port=" + std::to_string(port));
  return arguments;
}

std::vector<std::string> private_server_arguments(const ServerVersion& version,
                                                  const fs::path& ours, const fs::path& run) {
  const Dialect& dialect = *version.dialect;
  std::vector<std::string> arguments =
      arguments_with_run(version, ours, run.string(), Tls::by_itself);
  // Nobody waits for its commits: what it leaves is synced once, after its orderly end.
  arguments.insert(arguments.end(), dialect.of_private_server.begin(),
                   dialect.of_private_server.end());
  return arguments;
}

}  // namespace slip::mariadb
