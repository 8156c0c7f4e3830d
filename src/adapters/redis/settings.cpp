// SPDX-License-Identifier: Apache-2.0
#include "adapters/redis/settings.h"

#include <algorithm>
#include <array>
#include <boost/url.hpp>
#include <cctype>
#include <charconv>

#include "domain/run_settings.h"

namespace slip::redis {

namespace {

constexpr std::string_view kKnown =
    "url, directory, dump (at most one of these), database, login, superuser, durability, "
    "conf.<name>";
constexpr std::string_view kUrlForm =
    "url must look like redis://user:password@host:port/number, or rediss:// with TLS";
constexpr int kDatabaseMax = 65535;
constexpr std::size_t kLoginMax = 64;

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

// Names of users have no spaces in Redis.
Result<> check_login(const std::string& value) {
  const bool plain =
      std::ranges::all_of(value, [](unsigned char c) { return c > 0x20 && c != 0x7f; });
  if (!plain || value.empty() || value.size() > kLoginMax) {
    return invalid("login must have 1 to " + std::to_string(kLoginMax) + " characters, no spaces");
  }
  if (value == "slipstream") return invalid("login \"slipstream\" is a reserved name");
  return {};
}

Result<> check_conf(const std::string& name, const std::string& value) {
  const bool plain = !name.empty() && std::ranges::all_of(name, [](unsigned char c) {
    return std::islower(c) != 0 || std::isdigit(c) != 0 || c == '-' || c == '_' || c == '.';
  });
  if (!plain || value.empty() || !is_printable(value)) {
    return invalid("conf." + name + " is not a directive of redis.conf",
                   "Names are in lower case, as in conf.maxmemory-policy = allkeys-lru.");
  }
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
  if (!value.starts_with('/')) return invalid(key + " must be an absolute path");
  if (key == "dump") settings.origin = DumpOrigin{value};
  if (key == "directory") settings.origin = DirectoryOrigin{value};
  return {};
}

Result<> read_one(Settings& settings, const std::string& key, const std::string& value) {
  if (key == "url" || key == "directory" || key == "dump") return read_origin(settings, key, value);
  RunSettings of_every_kind;
  if (TRY(read_run_setting(of_every_kind, key, value))) return {};
  if (key == "database") {
    settings.database = TRY(read_database(value));
  } else if (key == "login") {
    TRY(check_login(value));
    settings.login = value;
  } else if (key == "durability") {
    if (value != "full" && value != "relaxed") return invalid("durability is full or relaxed");
    settings.durability = value == "full" ? Durability::full : Durability::relaxed;
  } else if (key == "superuser") {
    if (value != "true" && value != "false") return invalid("superuser is true or false");
    settings.rights = value == "true" ? LoginRights::superuser : LoginRights::owner;
  } else if (key.starts_with("conf.")) {
    TRY(check_conf(key.substr(5), value));
    settings.conf[key.substr(5)] = value;
  } else {
    return invalid(
        "unknown setting \"" + key + "\" of a redis source",
        "Known settings: " + std::string(kKnown) + ", " + std::string(known_run_settings) + ".");
  }
  return {};
}

}  // namespace

std::string UrlOrigin::where() const {
  return host + ":" + std::to_string(port);
}

Result<Settings> read_settings(const SourceConfig& config) {
  if (config.run) return invalid("a redis source has no run section");
  Settings settings;
  settings.login = "default";
  for (const auto& [key, value] : config.settings) TRY(read_one(settings, key, value));
  const auto* url = std::get_if<UrlOrigin>(&settings.origin);
  if (url != nullptr && !config.setting("database")) settings.database = url->database;
  return settings;
}

}  // namespace slip::redis
