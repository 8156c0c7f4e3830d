// SPDX-License-Identifier: Apache-2.0
#include "client/cli/daemon_address.h"

#include <pwd.h>
#include <unistd.h>

#include <cstdlib>

#include "base/file.h"

namespace slip::cli {
namespace {

constexpr std::string_view what_to_do =
    "Start one with ./start, or name one: --url http://host:8747, --socket PATH, SLIP_URL or "
    "SLIP_SOCKET.";

std::string first_line(const std::string& text) {
  return text.substr(0, text.find('\n'));
}

Result<FoundDaemon> at_socket(const std::string& path, std::string how) {
  std::error_code failed;
  auto absolute =
      path.starts_with("unix:") ? path.substr(5) : std::filesystem::absolute(path, failed).string();
  return FoundDaemon{TRY(in_context(how, parse_api_address("unix:" + absolute))), std::move(how)};
}

Result<FoundDaemon> at_url(const std::string& url, std::string how) {
  return FoundDaemon{TRY(in_context(how, parse_api_address(url))), std::move(how)};
}

Result<FoundDaemon> at_installation(const std::filesystem::path& data) {
  auto how = "the installation in " + data.string();
  const auto socket = data / "run" / "slip.sock";
  const auto port = read_file(data / "page-port", 64);
  if (access(socket.c_str(), W_OK) != 0 && port) {
    return at_url("http://127.0.0.1:" + first_line(*port), std::move(how));
  }
  return at_socket(socket.string(), std::move(how));
}

}  // namespace

std::optional<std::string> process_environment(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  if (value == nullptr) return std::nullopt;
  return value;
}

Result<std::filesystem::path> home_directory(const Environment& environment) {
  const auto home = environment("HOME");
  if (home && !home->empty()) return std::filesystem::path(*home);
  // Not thread-safe, and need not be: the command has one thread.
  if (const passwd* user = getpwuid(getuid()); user != nullptr && user->pw_dir != nullptr) {
    return std::filesystem::path(user->pw_dir);
  }
  return Error{.code = ErrorCode::not_found,
               .message = "this user has no home directory",
               .hint = "Set HOME."};
}

Result<FoundDaemon> find_daemon(const AddressFlags& flags, const Environment& environment,
                                const std::filesystem::path& service) {
  if (!flags.socket.empty()) return at_socket(flags.socket, "--socket");
  if (!flags.url.empty()) return at_url(flags.url, "--url");
  const auto socket = environment("SLIP_SOCKET");
  if (socket && !socket->empty()) return at_socket(*socket, "SLIP_SOCKET");
  const auto url = environment("SLIP_URL");
  if (url && !url->empty()) return at_url(*url, "SLIP_URL");

  return at_installation(TRY(own_installation(environment, service)));
}

Result<std::filesystem::path> own_installation(const Environment& environment,
                                               const std::filesystem::path& service) {
  const auto record = TRY(home_directory(environment)) / ".config/slipstream/installation";
  const auto data = read_file(record, 64 << 10);
  if (data && !first_line(*data).empty()) return std::filesystem::path(first_line(*data));
  if (access((service / "catalog.db").c_str(), F_OK) == 0) return service;
  return Error{.code = ErrorCode::not_found,
               .message = "this user has started no installation of Slipstream here",
               .hint = std::string(what_to_do)};
}

}  // namespace slip::cli
