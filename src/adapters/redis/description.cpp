// SPDX-License-Identifier: Apache-2.0
#include "adapters/redis/description.h"

#include "adapters/support/description_parts.h"

namespace slip::redis {

namespace {

KindDescription describe() {
  KindDescription kind{
      .kind = "redis",
      .label = "Redis",
      .words = "All keys of a Redis or Valkey server.",
      .empty_words = "An empty server, to begin from scratch.",
  };
  kind.settings = {
      url_setting("Copied as a new replica would be, all databases as of one moment. The user "
                  "needs +psync, +sync, +replconf and +ping.",
                  "rediss:// with TLS. Special characters are written as %XX.",
                  "redis://user@host:6379/0", "rediss?://([^/?#@]*@)?[^/?#@]+(/[0-9]{0,5})?",
                  "It looks like redis://user@host:6379/0, with a number at the end or none."),
      path_setting("dump", "Path of the dump", "A dump on this server's disk",
                   "An RDB file, or an append-only file *.aof of one part.", "/srv/dumps/dump.rdb"),
      path_setting("directory", "Path of the data directory",
                   "A data directory on this server's disk",
                   "Whichever is newer: its RDB file or its append-only files.", "/var/lib/redis"),
      {.name = "database",
       .label = "Database",
       .words = "A number. Connection strings lead to it.",
       .example = "as in the address, else 0",
       .pattern = "[0-9]{1,5}",
       .pattern_words = "A number from 0 to 65535."},
      login_setting("default", "(?!slipstream$)[^ ]{1,64}"),
      durability_setting(
          "Writes are faster. A crash of the machine may lose the last half minute."),
      superuser_setting("Everything with the data.",
                        "Also the server's options, accounts and modules."),
      options_setting("Directives of redis.conf",
                      "Any but for addresses, places, persistence and accounts.", "[a-z0-9_.-]+",
                      "A directive of redis.conf, such as maxmemory.")};
  return kind;
}

}  // namespace

const KindDescription& description() {
  static const KindDescription kind = describe();
  return kind;
}

}  // namespace slip::redis
