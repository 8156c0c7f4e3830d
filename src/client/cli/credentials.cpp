// SPDX-License-Identifier: Apache-2.0
#include "client/cli/credentials.h"

#include <sys/stat.h>

#include "base/file.h"
#include "base/json.h"
#include "client/cli/json_view.h"

namespace slip::cli {
namespace {

Result<json::object> read_logins(const std::filesystem::path& file) {
  struct stat about {};
  if (stat(file.c_str(), &about) != 0) {
    if (errno == ENOENT || errno == ENOTDIR) return json::object();
    return error_from_errno(errno, "read " + file.string());
  }
  if ((about.st_mode & 077) != 0) {
    return Error{.code = ErrorCode::permission_denied,
                 .message = "other users can read the saved logins in " + file.string(),
                 .hint = "Run: chmod 600 " + file.string()};
  }
  const auto text = TRY(read_file(file, 1 << 20));
  auto read = parse_json(text);
  if (!read || !read->is_object()) {
    return Error{.code = ErrorCode::invalid_argument,
                 .message = file.string() + " does not hold saved logins",
                 .hint = "Move it away and log in again."};
  }
  return read->get_object();
}

Result<> write_logins(const std::filesystem::path& file, const json::object& logins) {
  TRY(make_directories(file.parent_path(), 0700));
  return write_file_durably(file, pretty(logins), 0600);
}

}  // namespace

Result<Credentials> Credentials::at_home(const Environment& environment) {
  const auto config = environment("XDG_CONFIG_HOME");
  const auto directory = config && config->starts_with('/')
                             ? std::filesystem::path(*config)
                             : TRY(home_directory(environment)) / ".config";
  return Credentials(directory / "slipstream/credentials.json");
}

Result<std::optional<SavedLogin>> Credentials::find(const std::string& address) const {
  const json::object logins = TRY(read_logins(file_));
  const json::value* login = logins.if_contains(address);
  if (login == nullptr) return std::optional<SavedLogin>();
  return std::optional(SavedLogin{text_in(*login, "user"), Secret(text_in(*login, "token"))});
}

Result<> Credentials::save(const std::string& address, const SavedLogin& login) const {
  json::object logins = TRY(read_logins(file_));
  logins[address] = {{"user", login.user}, {"token", login.token.reveal()}};
  return write_logins(file_, logins);
}

Result<> Credentials::forget(const std::string& address) const {
  json::object logins = TRY(read_logins(file_));
  if (logins.erase(address) == 0) return {};
  return write_logins(file_, logins);
}

}  // namespace slip::cli
