// SPDX-License-Identifier: Apache-2.0
#include "adapters/files/files_settings.h"

#include <signal.h>

#include <map>
#include <regex>
#include <sstream>

#include "adapters/files/description.h"
#include "adapters/files/substitution.h"
#include "base/words_in.h"
#include "domain/run_settings.h"

namespace slip::files {

namespace {

Error invalid(std::string message, std::string hint = "") {
  return Error{
      .code = ErrorCode::invalid_argument, .message = std::move(message), .hint = std::move(hint)};
}

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts;
  std::istringstream in(text);
  for (std::string part; std::getline(in, part, separator);) {
    if (!part.empty()) parts.push_back(part);
  }
  return parts;
}

Result<std::filesystem::path> read_path(const std::string& key, const std::string& value) {
  if (!value.starts_with('/')) return invalid(key + " must be an absolute path");
  return std::filesystem::path(value);
}

Result<RemoteTree> read_remote(const SourceConfig& config, const std::string& address) {
  static const std::regex form("[A-Za-z0-9_.][A-Za-z0-9_.@:\\[\\]-]*:/[^\\n\\r]*");
  if (address.size() > kLineRead || !words_of_line(address, form))
    return invalid("ssh must look like user@host:/directory");
  RemoteTree remote{.address = address,
                    .options = split(config.setting("ssh_options").value_or(""), ' '),
                    .key = config.setting("ssh_key").value_or("")};
  // rsync splits the command it starts ssh by at spaces and quotes.
  const bool plain =
      remote.key.find_first_of(" '\"") == std::string::npos &&
      config.setting("ssh_options").value_or("").find_first_of("'\"") == std::string::npos;
  if (!plain) return invalid("ssh_key and ssh_options must be without quotes and spaces in names");
  if (!remote.key.empty()) TRY(read_path("ssh_key", remote.key));
  return remote;
}

Result<> check_run(const RunSection& run) {
  if (run.command.empty() || run.command.front().empty()) {
    return invalid("the run section has no command");
  }
  TRY(signal_number(run.stop_signal));
  if (!run.health.empty() && !run.health.starts_with('/')) {
    return invalid("health must be a path such as /, or empty");
  }
  if (run.health.find_first_of(" \r\n") != std::string::npos) {
    return invalid("health must be a path without spaces");
  }
  for (const std::string& part : run.command) TRY(check_variables(part));
  for (const auto& [name, value] : run.env) {
    if (name.empty() || name.find('=') != std::string::npos) {
      return invalid("\"" + name + "\" cannot be the name of an environment variable");
    }
    TRY(check_variables(value));
  }
  return {};
}

}  // namespace

Result<int> signal_number(const std::string& name) {
  static const std::map<std::string, int> known = {{"TERM", SIGTERM}, {"INT", SIGINT},
                                                   {"QUIT", SIGQUIT}, {"HUP", SIGHUP},
                                                   {"USR1", SIGUSR1}, {"USR2", SIGUSR2}};
  const auto found = known.find(name.starts_with("SIG") ? name.substr(3) : name);
  if (found == known.end()) {
    return invalid("\"" + name + "\" is not a signal to stop by",
                   "Known: TERM, INT, QUIT, HUP, USR1, USR2.");
  }
  return found->second;
}

Result<Settings> read_settings(const SourceConfig& config) {
  Settings settings;
  int origins = 0;
  RunSettings of_every_kind;
  for (const auto& [key, value] : config.settings) {
    if (TRY(read_run_setting(of_every_kind, key, value))) continue;
    if (key == "path") {
      settings.origin = LocalTree{TRY(read_path(key, value))};
      ++origins;
    } else if (key == "ssh") {
      settings.origin = TRY(read_remote(config, value));
      ++origins;
    } else if (key == "tar") {
      settings.origin = Archive{TRY(read_path(key, value))};
      ++origins;
    } else if (key == "exclude") {
      settings.exclude = split(value, ',');
    } else if (key != "ssh_options" && key != "ssh_key") {
      return unknown_setting(description(), key);
    }
  }
  if (origins > 1) return invalid("give only one of path, ssh and tar");
  if (config.run) TRY(check_run(*config.run));
  return settings;
}

}  // namespace slip::files
