// SPDX-License-Identifier: Apache-2.0
#include "adapters/mariadb/description.h"

#include "adapters/support/description_parts.h"

namespace slip::mariadb {

namespace {

// Where the two products differ in words.
struct Product {
  std::string kind;
  std::string label;
  std::string words;
  std::string copied;  // how a running server is
  std::string followed;
  std::string reserved;  // logins, for a pattern
  std::string version;   // the pattern of a release series
  std::string series;    // one of them
};

const Product kMariadb{
    .kind = "mariadb",
    .label = "MariaDB",
    .words = "A database server's data, or one database of it.",
    .copied =
        "Copied with mariadb-dump, as of one moment. The user needs SELECT, SHOW VIEW, "
        "TRIGGER and EVENT, and SELECT on mysql.proc for stored routines.",
    .followed =
        "By its own replication, so that a sync takes seconds. The server needs its binary "
        "log, the user REPLICATION SLAVE.",
    .reserved = "slipstream|slipstream_login|mariadb\\.sys|PUBLIC",
    .version = "[1-9][0-9]+\\.(0|[1-9][0-9]*)",
    .series = "10.11"};

const Product kMysql{
    .kind = "mysql",
    .label = "MySQL",
    .words = "The same, of MySQL 8.0 and newer where its programs are installed.",
    .copied =
        "Copied with mysqldump, as of one moment. The user needs SELECT, SHOW VIEW, TRIGGER "
        "and EVENT, and SHOW_ROUTINE for stored routines.",
    .followed =
        "By its own replication, so that a sync takes seconds. The server needs its binary "
        "log and GTIDs, the user REPLICATION SLAVE and RELOAD.",
    .reserved = "slipstream|slipstream_login|mysql\\.sys|mysql\\.session|mysql\\.infoschema",
    .version = "[1-9][0-9]*\\.(0|[1-9][0-9]*)",
    .series = "8.4"};

KindSetting backup_setting() {
  return {.name = "backup_command",
          .label = "Command that makes the backup",
          .type = SettingType::command,
          .words =
              "Run by a shell on this server, whenever the data is fetched. The backup is "
              "what it writes to its output: neither compressed nor incremental.",
          .is_origin = true,
          .origin_label = "A backup of a running server",
          .origin_words =
              "The server's files, made by mariadb-backup. Accounts come along, with "
              "their passwords.",
          .example = "ssh db.example mariadb-backup --backup --stream=mbstream"};
}

std::vector<KindSetting> origins(const Product& product) {
  std::vector<KindSetting> settings = {url_setting(
      product.copied,
      "Without a database, all of the server's are copied. Special characters are "
      "written as %XX.",
      "mysql://user@host:3306/database", "(mysql|mariadb)://[^/?#@]+@[^/?#@]+(/[^/?#]*)?",
      "It looks like mysql://user@host:3306/database, with nothing after the "
      "database.")};
  if (product.kind == kMariadb.kind) settings.push_back(backup_setting());
  settings.push_back(path_setting("dump", "Path of the dump", "A dump on this server's disk",
                                  "SQL, plain or compressed by gzip or zstd.",
                                  "/srv/dumps/orders.sql.gz"));
  settings.push_back(path_setting("directory", "Path of the data directory",
                                  "A data directory on this server's disk",
                                  "No server may run on it.", "/var/lib/mysql"));
  return settings;
}

// Where a backup is followed, the address beside it says whom.
std::vector<std::string> followed_origins(const Product& product) {
  if (product.kind == kMariadb.kind) return {"url", "backup_command"};
  return {"url"};
}

std::vector<KindSetting> of_server(const Product& product) {
  return {
      {.name = "follow",
       .label = "Follow this server all the time",
       .type = SettingType::mark,
       .words = product.followed,
       .beside = followed_origins(product),
       .choices = {{"replication", "By its replication"}}},
      {.name = "database",
       .label = "Database",
       .words = "Connection strings lead to it. A dump that names none is loaded into it.",
       .example = "as in the address; of a dump slip",
       .pattern = ".{1,64}",
       .pattern_words = "At most 64 characters are possible."},
      login_setting("slip", "(?!(" + product.reserved + ")$).{1,80}"),
      durability_setting("Writes are faster. A crash of the machine may lose the last second "
                         "of commits."),
      superuser_setting("Everything with the application's databases and their tables.",
                        "Also the server's accounts, global settings and files. Needed by "
                        "tests that make users or change server options."),
      {.name = "version",
       .label = "Server version",
       .words = "The release series, such as " + product.series + ".",
       .is_advanced = true,
       .example = "as the data, else the newest installed",
       .pattern = product.version,
       .pattern_words =
           "A release series of " + product.label + ", such as " + product.series + "."},
      {.name = "character_set", .label = "Character set", .is_advanced = true, .is_listed = false},
      {.name = "collation", .label = "Collation", .is_advanced = true, .is_listed = false},
      options_setting("Options of the server",
                      "Any but for addresses, places and the binary log, which is always on.",
                      "[A-Za-z0-9_.-]+", "A server option, such as max_connections.")};
}

KindDescription describe(const Product& product) {
  KindDescription kind{.kind = product.kind,
                       .label = product.label,
                       .words = product.words,
                       .protocol = WireProtocol::mysql,
                       .empty_words = "An empty server, to begin from scratch.",
                       .settings = origins(product)};
  for (auto& setting : of_server(product)) kind.settings.push_back(std::move(setting));
  return kind;
}

}  // namespace

const KindDescription& mariadb_description() {
  static const KindDescription kind = describe(kMariadb);
  return kind;
}

const KindDescription& mysql_description() {
  static const KindDescription kind = describe(kMysql);
  return kind;
}

}  // namespace slip::mariadb
