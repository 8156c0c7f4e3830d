// SPDX-License-Identifier: Apache-2.0
#include "adapters/mariadb/settings.h"

#include <algorithm>
#include <boost/url.hpp>
#include <cctype>
#include <charconv>

#include "domain/run_settings.h"

namespace slip::mariadb {

namespace {

// With backup_command where there is a program for it.
constexpr std::string_view kKnown =
    "directory, dump (at most one of these), version, database, character_set, collation, login, "
    "superuser, durability, "
    "follow (with "
    "url), conf.<name>";
constexpr std::string_view kDefaultDatabase = "slip";

Error invalid(std::string message, std::string hint = "") {
  return Error{
      .code = ErrorCode::invalid_argument, .message = std::move(message), .hint = std::move(hint)};
}

bool is_printable(const std::string& text) {
  return std::all_of(text.begin(), text.end(),
                     [](unsigned char c) { return c >= 0x20 && c != 0x7f; });
}

Result<UrlOrigin> read_url(const std::string& text) {
  const Error broken =
      invalid("url must look like mysql://user:password@host:port/database",
              "Special characters in it are written as %XX; nothing may follow the database.");
  const auto url = boost::urls::parse_uri(text);
  if (!url || (url->scheme() != "mysql" && url->scheme() != "mariadb")) return broken;
  UrlOrigin origin{.host = std::string(url->encoded_host()),
                   .user = url->user(),
                   .password = url->password(),
                   .database = ""};
  if (origin.host.starts_with('[')) origin.host = origin.host.substr(1, origin.host.size() - 2);
  if (url->has_port() && !url->port().empty()) origin.port = url->port_number();
  if (url->segments().size() == 1) origin.database = url->segments().front();
  if (origin.host.empty() || origin.user.empty() || origin.port == 0 || url->has_query() ||
      url->has_fragment() || url->segments().size() > 1 || !is_printable(origin.database)) {
    return broken;
  }
  return origin;
}

Result<> check_name(const std::string& key, const std::string& value, std::size_t max) {
  if (value.empty() || value.size() > max || !is_printable(value)) {
    return invalid(key + " must have 1 to " + std::to_string(max) +
                   " characters, and no control characters");
  }
  return {};
}

// A name of the server's own: utf8mb4_general_ci.
Result<> check_words_name(const std::string& key, const std::string& value) {
  const bool plain =
      std::ranges::all_of(value, [](unsigned char c) { return std::isalnum(c) != 0 || c == '_'; });
  if (!plain) return invalid(key + " must be a name such as utf8mb4 or utf8mb4_general_ci");
  return check_name(key, value, 64);
}

Result<> check_conf(const std::string& name, const std::string& value) {
  const bool plain = !name.empty() && std::all_of(name.begin(), name.end(), [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '_' || c == '-' || c == '.';
  });
  if (!plain || !is_printable(value)) return invalid("conf." + name + " is not a server option");
  return {};
}

Result<> read_origin(Settings& settings, const std::string& key, const std::string& value) {
  if (!std::holds_alternative<EmptyOrigin>(settings.origin)) {
    return invalid("give only one of url, backup_command, directory and dump");
  }
  if (key == "url") {
    settings.origin = TRY(read_url(value));
  } else if (key == "backup_command") {
    if (value.empty() || value.find('\0') != std::string::npos) {
      return invalid("backup_command must be a line for the shell");
    }
    settings.origin = BackupOrigin{value};
  } else {
    if (!value.starts_with('/')) return invalid(key + " must be an absolute path");
    if (key == "dump") settings.origin = DumpOrigin{value};
    if (key == "directory") settings.origin = DirectoryOrigin{value};
  }
  return {};
}

bool takes_backups(const Dialect& dialect) {
  return &dialect == &mariadb_dialect();
}

Result<> read_one(const Dialect& dialect, Settings& settings, const std::string& key,
                  const std::string& value) {
  const bool is_backup = key == "backup_command" && takes_backups(dialect);
  if (key == "url" || is_backup || key == "directory" || key == "dump") {
    return read_origin(settings, key, value);
  }
  RunSettings of_every_kind;
  if (TRY(read_run_setting(of_every_kind, key, value))) return {};
  if (key == "version") {
    settings.version = TRY(read_series(dialect, value));
  } else if (key == "database") {
    TRY(check_name(key, value, 64));
    settings.database = value;
    settings.database_named = true;
  } else if (key == "character_set" || key == "collation") {
    TRY(check_words_name(key, value));
    (key == "collation" ? settings.collation : settings.character_set) = value;
  } else if (key == "login") {
    TRY(check_name(key, value, 80));
    settings.login = value;
  } else if (key == "durability") {
    if (value != "full" && value != "relaxed") return invalid("durability is full or relaxed");
    settings.durability = value == "full" ? Durability::full : Durability::relaxed;
  } else if (key == "superuser") {
    if (value != "true" && value != "false") return invalid("superuser is true or false");
    settings.rights = value == "true" ? LoginRights::superuser : LoginRights::owner;
  } else if (key == "follow") {
    return {};  // read_follow
  } else if (key.starts_with("conf.")) {
    TRY(check_conf(key.substr(5), value));
    settings.conf[key.substr(5)] = value;
  } else {
    return invalid("unknown setting \"" + key + "\" of a " + std::string(dialect.kind) + " source",
                   std::string("Known settings: url, ") +
                       (takes_backups(dialect) ? "backup_command, " : "") + std::string(kKnown) +
                       ", " + std::string(known_run_settings) + ".");
  }
  return {};
}

Result<> read_follow(Settings& settings, const SourceConfig& config) {
  if (config.setting("follow") != "replication") return invalid("follow is replication");
  const auto url = config.setting("url");
  if (!url) return invalid("follow = replication needs the url of production");
  settings.follows = TRY(read_url(*url));
  return {};
}

// Where nobody named a database: the one of the url; our own in what we fill; none in a whole copy.
std::string default_database(const Origin& origin) {
  if (const auto* url = std::get_if<UrlOrigin>(&origin)) return url->database;
  const bool whole = std::holds_alternative<BackupOrigin>(origin) ||
                     std::holds_alternative<DirectoryOrigin>(origin);
  return whole ? "" : std::string(kDefaultDatabase);
}

}  // namespace

std::string UrlOrigin::where() const {
  return host + ":" + std::to_string(port);
}

std::vector<std::string> options_at_birth(const Settings& settings) {
  std::vector<std::string> options;
  for (const auto& [name, value] : settings.conf) {
    std::string plain = name;
    std::ranges::replace(plain, '-', '_');
    for (const std::string_view kept :
         {"lower_case_table_names", "innodb_page_size", "innodb_data_file_path"}) {
      if (plain == kept) options.push_back("--" + plain + "=" + value);
    }
  }
  return options;
}

Result<Settings> read_settings(const Dialect& dialect, const SourceConfig& config) {
  if (config.run) return invalid("a " + std::string(dialect.kind) + " source has no run section");
  Settings settings;
  const bool follows = config.setting("follow").has_value();
  if (follows) TRY(read_follow(settings, config));
  for (const auto& [key, value] : config.settings) {
    // With a backup to begin with, the url only says whom to follow.
    if (follows && key == "url" && config.setting("backup_command")) continue;
    TRY(read_one(dialect, settings, key, value));
  }
  if (settings.login.empty()) settings.login = "slip";
  for (const std::string_view reserved : dialect.reserved_logins) {
    if (settings.login == reserved) {
      return invalid("login \"" + settings.login + "\" is a reserved name");
    }
  }
  if (!settings.database_named) settings.database = default_database(settings.origin);
  return settings;
}

}  // namespace slip::mariadb
