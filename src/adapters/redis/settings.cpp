// SPDX-License-Identifier: Apache-2.0
#include "adapters/redis/settings.h"

#include <algorithm>
#include <array>
#include <boost/url.hpp>
#include <charconv>

#include "adapters/redis/description.h"

namespace slip::redis {

namespace {

constexpr std::string_view kUrlForm =
    "url must look like redis://user:password@host:port/number, or rediss:// with TLS";
constexpr int kDatabaseMax = 65535;

// What every copy needs as it is: places, addresses, persistence, accounts, and the names of the
// commands that we use.
constexpr auto kOurs = std::to_array<std::string_view>({"aclfile",
                                                        "appenddirname",
                                                        "appendfilename",
                                                        "appendfsync",
                                                        "appendonly",
                                                        "bind",
                                                        "cluster-enabled",
                                                        "daemonize",
                                                        "dbfilename",
                                                        "dir",
                                                        "include",
                                                        "logfile",
                                                        "masterauth",
                                                        "masteruser",
                                                        "pidfile",
                                                        "port",
                                                        "protected-mode",
                                                        "rename-command",
                                                        "replicaof",
                                                        "requirepass",
                                                        "save",
                                                        "slaveof",
                                                        "supervised",
                                                        "syslog-enabled",
                                                        "tls-port",
                                                        "unixsocket",
                                                        "unixsocketperm",
                                                        "user",
                                                        "aof-load-truncated",
                                                        "cluster-config-file",
                                                        "no-appendfsync-on-rewrite"});

Error invalid(std::string message, std::string hint = "") {
  return Error{
      .code = ErrorCode::invalid_argument, .message = std::move(message), .hint = std::move(hint)};
}

bool is_printable(const std::string& text) {
  return std::ranges::all_of(text, [](unsigned char c) { return c >= 0x20 && c != 0x7f; });
}

Result<int> read_database(std::string_view text) {
  int number = -1;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failed != std::errc() || end != text.data() + text.size() || number < 0 ||
      number > kDatabaseMax) {
    return invalid("database is a number from 0 to " + std::to_string(kDatabaseMax));
  }
  return number;
}

Result<UrlOrigin> read_url(const std::string& text) {
  const Error broken =
      invalid(std::string(kUrlForm),
              "Special characters in it are written as %XX; user and number may be "
              "left out: redis://:password@host.");
  const auto url = boost::urls::parse_uri(text);
  if (!url || (url->scheme() != "redis" && url->scheme() != "rediss")) return broken;
  UrlOrigin origin{.host = std::string(url->encoded_host()),
                   .user = url->user(),
                   .password = url->password(),
                   .encrypts = url->scheme() == "rediss"};
  if (origin.host.starts_with('[')) origin.host = origin.host.substr(1, origin.host.size() - 2);
  if (url->has_port() && !url->port().empty()) origin.port = url->port_number();
  if (origin.host.empty() || origin.port == 0 || url->has_query() || url->has_fragment() ||
      url->segments().size() > 1 || !is_printable(origin.user) || !is_printable(origin.password)) {
    return broken;
  }
  if (!origin.user.empty() && origin.password.empty()) return broken;
  if (url->segments().size() == 1 && !url->segments().front().empty()) {
    const auto database = read_database(url->segments().front());
    if (!database) return broken;
    origin.database = *database;
  }
  return origin;
}

Result<> check_conf(const std::string& name, const std::string& value) {
  if (value.empty()) return invalid("conf." + name + " has no value");
  if (std::ranges::find(kOurs, std::string_view(name)) != kOurs.end()) {
    return invalid("conf." + name + " cannot be set: every copy has its own " + name,
                   "Leave it out. How much is lost in a crash is told by durability.");
  }
  return {};
}

Result<> read_origin(Settings& settings, const std::string& key, const std::string& value) {
  if (!std::holds_alternative<EmptyOrigin>(settings.origin)) {
    return invalid("give only one of url, directory and dump");
  }
  if (key == "url") {
    settings.origin = TRY(read_url(value));
    return {};
  }
  if (key == "dump") settings.origin = DumpOrigin{value};
  if (key == "directory") settings.origin = DirectoryOrigin{value};
  return {};
}

Result<> read_one(Settings& settings, const std::string& key, const std::string& value) {
  if (key == "url" || key == "directory" || key == "dump") return read_origin(settings, key, value);
  if (key == "database") {
    settings.database = TRY(read_database(value));
  } else if (key == "login") {
    settings.login = value;
  } else if (key == "durability") {
    settings.durability = value == "full" ? Durability::full : Durability::relaxed;
  } else if (key == "superuser") {
    settings.rights = value == "true" ? LoginRights::superuser : LoginRights::owner;
  } else if (key.starts_with("conf.")) {
    TRY(check_conf(key.substr(5), value));
    settings.conf[key.substr(5)] = value;
  }
  return {};
}

}  // namespace

std::string UrlOrigin::where() const {
  return host + ":" + std::to_string(port);
}

Result<Settings> read_settings(const SourceConfig& config) {
  TRY(check_settings(description(), config));
  Settings settings;
  settings.login = "default";
  for (const auto& [key, value] : config.settings) TRY(read_one(settings, key, value));
  const auto* url = std::get_if<UrlOrigin>(&settings.origin);
  if (url != nullptr && !config.setting("database")) settings.database = url->database;
  return settings;
}

}  // namespace slip::redis
