// SPDX-License-Identifier: Apache-2.0
#include "adapters/postgresql/description.h"

#include "adapters/support/description_parts.h"

namespace slip::postgresql {

namespace {

std::vector<KindSetting> origins() {
  return {
      url_setting("Copied with pg_basebackup. The user needs the right REPLICATION, and a line for "
                  "it in pg_hba.conf.",
                  "Special characters are written as %XX.", "postgresql://user@host:5432/database",
                  "postgres(ql)?://(?!:).*", "It looks like postgresql://user@host:5432/database."),
      path_setting("dump", "Path of the dump", "A dump on this server's disk",
                   "Plain (also compressed), custom, directory or tar.", "/srv/dumps/orders.dump"),
      path_setting("directory", "Path of the data directory",
                   "A data directory on this server's disk", "No server may run on it.",
                   "/var/lib/postgresql/15/main")};
}

std::vector<KindSetting> of_following() {
  return {{.name = "copy",
           .label = "This server lets nobody replicate",
           .type = SettingType::mark,
           .words = "As most managed services. It is copied with pg_dump; at the next sync only "
                    "tables that have changed take space. The user needs to read all tables.",
           .beside = {"url"},
           .choices = {{"logical", "Copied by its rows"}}},
          {.name = "follow",
           .label = "Follow this server all the time",
           .type = SettingType::mark,
           .words = "By its own replication, so that a sync takes seconds. Needs no more rights "
                    "than copying.",
           .beside = {"url"},
           .unless = {"copy"},
           .choices = {{"replication", "By its replication"}, {"archive", "By its archive"}}},
          {.name = "archive",
           .label = "Folder of production's log files",
           .type = SettingType::path,
           .is_listed = false},
          {.name = "slot", .label = "Replication slot", .is_listed = false}};
}

std::vector<KindSetting> of_server() {
  return {{.name = "database",
           .label = "Database",
           .words = "Connection strings lead to it, and a dump is loaded into it.",
           .example = "as in the address, else postgres",
           .pattern = ".{1,63}",
           .pattern_words = "At most 63 characters are possible."},
          login_setting("slip", "(?!slipstream$|pg_).{1,63}"),
          durability_setting("Writes are about twice as fast. A crash may lose the last second of "
                             "commits; the data is never damaged."),
          superuser_setting("Everything with the application's databases and their tables.",
                            "Also the server's roles, settings, files and programs. Needed by "
                            "tests that make roles, install untrusted extensions or change server "
                            "settings."),
          {.name = "version",
           .label = "Server version",
           .words = "Only the first number, such as 15.",
           .is_advanced = true,
           .example = "as the data, else the newest installed",
           .pattern = "[1-9][0-9]*",
           .pattern_words = "A number such as 15."},
          {.name = "encoding", .label = "Encoding", .is_advanced = true, .is_listed = false},
          {.name = "locale", .label = "Locale", .is_advanced = true, .is_listed = false},
          {.name = "reindex",
           .label = "Indexes in another order of text",
           .type = SettingType::choice,
           .is_advanced = true,
           .is_listed = false,
           .choices = {{"automatic", "Build them again"}, {"off", "Only say so"}}},
          options_setting("Settings of postgresql.conf", "", "[A-Za-z0-9_.]+",
                          "A setting of postgresql.conf, such as work_mem.")};
}

KindDescription describe() {
  KindDescription kind{.kind = "postgresql",
                       .label = "PostgreSQL",
                       .words = "A database server's data.",
                       .protocol = WireProtocol::postgresql,
                       .empty_words = "An empty database, to begin from scratch."};
  for (const auto& part : {origins(), of_following(), of_server()}) {
    kind.settings.insert(kind.settings.end(), part.begin(), part.end());
  }
  return kind;
}

}  // namespace

const KindDescription& description() {
  static const KindDescription kind = describe();
  return kind;
}

}  // namespace slip::postgresql
