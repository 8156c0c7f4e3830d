// SPDX-License-Identifier: Apache-2.0
#include "adapters/postgresql/settings.h"

#include <libpq-fe.h>

#include <algorithm>
#include <charconv>
#include <memory>

#include "domain/run_settings.h"

namespace slip::postgresql {

namespace {

constexpr std::string_view kKnown =
    "url, dump, directory (at most one of these), copy, version, database, login, superuser, "
    "durability, encoding, locale, follow, archive, slot, reindex, conf.<name>";

Error invalid(std::string message, std::string hint = "") {
  return Error{
      .code = ErrorCode::invalid_argument, .message = std::move(message), .hint = std::move(hint)};
}

Result<UrlOrigin> read_url(const std::string& url) {
  if (!url.starts_with("postgresql://") && !url.starts_with("postgres://")) {
    return invalid("url must look like postgresql://user:password@host:port/database");
  }
  char* complaint = nullptr;
  const std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> options(
      PQconninfoParse(url.c_str(), &complaint), &PQconninfoFree);
  // libpq's complaint quotes the URL, which may hold a password.
  if (complaint != nullptr) PQfreemem(complaint);
  if (options == nullptr) {
    return invalid("url is not a PostgreSQL address",
                   "It looks like postgresql://user:password@host:port/database; special "
                   "characters in it are written as %XX.");
  }
  UrlOrigin origin;
  for (const PQconninfoOption* option = options.get(); option->keyword != nullptr; ++option) {
    if (option->val == nullptr) continue;
    if (std::string_view(option->keyword) == "service") {
      return invalid("url names a service, which only the machine knows whose file has it",
                     "Write host, port, database and user into the url instead; the password may "
                     "lie in a file: ?passfile=/etc/slipstream/pgpass.");
    }
    if (std::string_view(option->keyword) == "password") {
      origin.password = option->val;
    } else {
      origin.parameters[option->keyword] = option->val;
    }
  }
  return origin;
}

Result<int> read_version(const std::string& text) {
  int major = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), major);
  if (failed != std::errc() || end != text.data() + text.size() || major < 1) {
    return invalid("version must be a major version of PostgreSQL, such as 15");
  }
  return major;
}

Result<> check_name(const std::string& key, const std::string& value) {
  const bool printable = std::all_of(value.begin(), value.end(),
                                     [](unsigned char c) { return c >= 0x20 && c != 0x7f; });
  if (value.empty() || value.size() > 63 || !printable) {
    return invalid(key + " must have 1 to 63 characters, and no control characters");
  }
  return {};
}

Result<> check_conf(const std::string& name, const std::string& value) {
  const bool plain = !name.empty() && std::all_of(name.begin(), name.end(), [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '_' || c == '.';
  });
  const bool one_line = value.find_first_of(std::string_view("\n\r\0", 3)) == std::string::npos;
  if (!plain || !one_line) return invalid("conf." + name + " is not a setting of postgresql.conf");
  return {};
}

Result<> check_slot(const std::string& name) {
  const bool plain = !name.empty() && name.size() < 64 &&
                     std::all_of(name.begin(), name.end(), [](unsigned char c) {
                       return std::islower(c) != 0 || std::isdigit(c) != 0 || c == '_';
                     });
  return plain ? Result<>()
               : invalid("slot must have 1 to 63 lower-case letters, digits and underscores");
}

Result<> check_text_setting(const std::string& key, const std::string& value) {
  const bool plain =
      !value.empty() && value.size() < 64 &&
      std::all_of(value.begin(), value.end(), [](unsigned char c) {
        return std::isalnum(c) != 0 ||
               std::string_view("_-.@:=").find(static_cast<char>(c)) != std::string_view::npos;
      });
  if (plain) return {};
  return invalid(key + (key == "locale" ? " is a locale, such as de_DE.UTF-8, C or icu:de-DE"
                                        : " is one of PostgreSQL's, such as UTF8 or LATIN1"));
}

Result<std::filesystem::path> read_path(const std::string& key, const std::string& value) {
  if (!value.starts_with('/')) return invalid(key + " must be an absolute path");
  return std::filesystem::path(value);
}

Result<> read_origin(Settings& settings, const std::string& key, const std::string& value) {
  if (!std::holds_alternative<EmptyOrigin>(settings.origin)) {
    return invalid("give only one of url, dump and directory");
  }
  if (key == "url") settings.origin = TRY(read_url(value));
  if (key == "dump") settings.origin = DumpOrigin{TRY(read_path(key, value))};
  if (key == "directory") settings.origin = DirectoryOrigin{TRY(read_path(key, value))};
  return {};
}

Result<> read_one(Settings& settings, const std::string& key, const std::string& value) {
  if (key == "url" || key == "dump" || key == "directory") {
    return read_origin(settings, key, value);
  }
  RunSettings of_every_kind;
  if (TRY(read_run_setting(of_every_kind, key, value))) return {};
  if (key == "version") {
    settings.version = TRY(read_version(value));
  } else if (key == "database" || key == "login") {
    TRY(check_name(key, value));
    (key == "login" ? settings.login : settings.database) = value;
  } else if (key == "durability") {
    if (value != "full" && value != "relaxed") return invalid("durability is full or relaxed");
    settings.durability = value == "full" ? Durability::full : Durability::relaxed;
  } else if (key == "superuser") {
    if (value != "true" && value != "false") return invalid("superuser is true or false");
    settings.rights = value == "true" ? LoginRights::superuser : LoginRights::owner;
  } else if (key == "encoding" || key == "locale") {
    TRY(check_text_setting(key, value));
    (key == "locale" ? settings.locale : settings.encoding) = value;
  } else if (key == "reindex") {
    if (value != "automatic" && value != "off") return invalid("reindex is automatic or off");
    settings.reindex = value == "off" ? Reindexing::off : Reindexing::automatic;
  } else if (key == "copy") {
    if (value != "physical" && value != "logical") return invalid("copy is physical or logical");
  } else if (key == "follow") {
    if (value != "replication" && value != "archive") {
      return invalid("follow is replication or archive");
    }
    if (!settings.follow) settings.follow.emplace();
  } else if (key == "archive") {
    if (!settings.follow) settings.follow.emplace();
    settings.follow->archive = TRY(read_path(key, value));
  } else if (key == "slot") {
    TRY(check_slot(value));
    if (!settings.follow) settings.follow.emplace();
    settings.follow->slot = value;
  } else if (key.starts_with("conf.")) {
    TRY(check_conf(key.substr(5), value));
    settings.conf[key.substr(5)] = value;
  } else {
    return invalid(
        "unknown setting \"" + key + "\" of a postgresql source",
        "Known settings: " + std::string(kKnown) + ", " + std::string(known_run_settings) + ".");
  }
  return {};
}

// What following needs, and what makes no sense with it.
Result<> check_follow(const SourceConfig& config, const Settings& settings) {
  const auto how = config.setting("follow");
  if (!how) {
    return settings.follow ? invalid("archive and slot go with follow") : Result<>();
  }
  const bool by_url = std::holds_alternative<UrlOrigin>(settings.origin);
  const bool has_archive = !settings.follow->archive.empty();
  if (*how == "replication") {
    if (has_archive) return invalid("archive goes with follow = archive");
    if (!by_url) return invalid("follow = replication needs a url");
    return {};
  }
  if (!settings.follow->slot.empty()) return invalid("slot goes with follow = replication");
  if (!has_archive) {
    return invalid("follow = archive needs archive, the folder of production's log files");
  }
  if (!by_url && !std::holds_alternative<DirectoryOrigin>(settings.origin)) {
    return invalid("follow = archive needs a url or the directory of a base backup to begin with");
  }
  return {};
}

Result<> read_copy(const SourceConfig& config, Settings& settings) {
  const auto copy = config.setting("copy");
  if (!copy) return {};
  auto* url = std::get_if<UrlOrigin>(&settings.origin);
  if (url == nullptr) return invalid("copy goes with url");
  url->logical = *copy == "logical";
  if (!url->logical || !settings.follow) return {};
  return invalid(
      "copy = logical does not go with follow",
      "A source that follows is a physical copy. Give one that is not a schedule: sync.");
}

}  // namespace

std::string UrlOrigin::where() const {
  const auto get = [&](const char* key, const char* otherwise) {
    const auto found = parameters.find(key);
    return found == parameters.end() ? std::string(otherwise) : found->second;
  };
  return get("host", "localhost") + ":" + get("port", "5432");
}

Result<Settings> read_settings(const SourceConfig& config) {
  if (config.run) return invalid("a postgresql source has no run section");
  Settings settings;
  for (const auto& [key, value] : config.settings) TRY(read_one(settings, key, value));
  TRY(check_follow(config, settings));
  // Each of its syncs would write all such indexes again.
  if (settings.follow && !config.setting("reindex")) settings.reindex = Reindexing::off;
  TRY(read_copy(config, settings));
  const bool is_made_here = std::holds_alternative<EmptyOrigin>(settings.origin) ||
                            std::holds_alternative<DumpOrigin>(settings.origin);
  if (!is_made_here && !(settings.encoding.empty() && settings.locale.empty())) {
    return invalid("encoding and locale go with dump: of anything else they are production's");
  }
  if (settings.login.empty()) settings.login = "slip";
  if (settings.login == "slipstream" || settings.login.starts_with("pg_")) {
    return invalid("login \"" + settings.login + "\" is a reserved name");
  }
  if (settings.database.empty()) {
    settings.database = "postgres";
    if (const auto* url = std::get_if<UrlOrigin>(&settings.origin)) {
      const auto named = url->parameters.find("dbname");
      if (named != url->parameters.end() && !named->second.empty()) {
        settings.database = named->second;
      }
    }
  }
  return settings;
}

}  // namespace slip::postgresql
