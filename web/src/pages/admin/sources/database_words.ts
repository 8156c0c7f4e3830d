// SPDX-License-Identifier: Apache-2.0
// What the form of a linked database says, where the kinds of servers differ.
import type { DatabaseKind, Origin } from "@/model/admin_source";

interface OriginOption {
  value: Origin;
  label: string;
  hint: string;
}

export interface DatabaseWords {
  origins: OriginOption[];
  addressLike: string;
  addressHint: string;
  dumpLike: string;
  directoryLike: string;
  // What is taken where no database is named.
  databaseLike: Partial<Record<Origin, string>>;
  dumpHint: string;
  relaxedHint: string;
  superuserHint: string;
  loginLike?: string; // where it is not "slip"
  versionHint?: string; // none: there is no choice
  followHint?: string; // none: it cannot be followed
  confLabel: string;
  confHint?: string;
}

const SERVER = "A running server";
const DUMP = "A dump on this server's disk";
const DIRECTORY: OriginOption = {
  value: "directory",
  label: "A data directory on this server's disk",
  hint: "No server may run on it.",
};

const MARIADB: DatabaseWords = {
  origins: [
    {
      value: "url",
      label: SERVER,
      hint: "Copied with mariadb-dump, as of one moment. The user needs SELECT, SHOW VIEW, TRIGGER and EVENT, and SELECT on mysql.proc for stored routines.",
    },
    {
      value: "backup_command",
      label: "A backup of a running server",
      hint: "The server's files, made by mariadb-backup. Accounts come along, with their passwords.",
    },
    { value: "dump", label: DUMP, hint: "SQL, plain or compressed by gzip or zstd." },
    DIRECTORY,
    { value: "empty", label: "Nothing", hint: "An empty server, to begin from scratch." },
  ],
  addressLike: "mysql://user@host:3306/database",
  addressHint:
    "Without a database, all of the server's are copied. Special characters are written as %XX.",
  dumpLike: "/srv/dumps/orders.sql.gz",
  directoryLike: "/var/lib/mysql",
  databaseLike: {
    url: "as in the address",
    backup_command: "none",
    dump: "slip",
    directory: "none",
    empty: "slip",
  },
  dumpHint: "A dump that names none is loaded into it, and connection strings lead to it.",
  superuserHint:
    "Also the server's accounts, global settings and files. Needed by tests that make users or change server options.",
  relaxedHint: "Writes are faster. A crash of the machine may lose the last second of commits.",
  versionHint: "The release series, such as 10.11.",
  followHint:
    "By its own replication, so that a sync takes seconds. The server needs its binary log, the user REPLICATION SLAVE.",
  confLabel: "Options of the server",
  confHint: "Any but for addresses, places and the binary log, which is always on.",
};

// As of MariaDB, but for backups by its tool.
const MYSQL: DatabaseWords = {
  ...MARIADB,
  origins: [
    {
      value: "url",
      label: SERVER,
      hint: "Copied with mysqldump, as of one moment. The user needs SELECT, SHOW VIEW, TRIGGER and EVENT, and SHOW_ROUTINE for stored routines.",
    },
    ...MARIADB.origins.filter(({ value }) => value !== "url" && value !== "backup_command"),
  ],
  versionHint: "The release series, such as 8.4.",
  followHint:
    "By its own replication, so that a sync takes seconds. The server needs its binary log and GTIDs, the user REPLICATION SLAVE and RELOAD.",
};

const REDIS: DatabaseWords = {
  origins: [
    {
      value: "url",
      label: SERVER,
      hint: "Copied as a new replica would be, all databases as of one moment. The user needs +psync, +sync, +replconf and +ping.",
    },
    { value: "dump", label: DUMP, hint: "An RDB file, or an append-only file *.aof of one part." },
    {
      value: "directory",
      label: "A data directory on this server's disk",
      hint: "Whichever is newer: its RDB file or its append-only files.",
    },
    { value: "empty", label: "Nothing", hint: "An empty server, to begin from scratch." },
  ],
  addressLike: "redis://user@host:6379/0",
  addressHint: "rediss:// with TLS. Special characters are written as %XX.",
  dumpLike: "/srv/dumps/dump.rdb",
  directoryLike: "/var/lib/redis",
  databaseLike: { url: "as in the address", dump: "0", directory: "0", empty: "0" },
  dumpHint: "A number. Connection strings lead to it.",
  loginLike: "default",
  superuserHint: "Also the server's options, accounts and modules.",
  relaxedHint: "Writes are faster. A crash of the machine may lose the last half minute.",
  confLabel: "Directives of redis.conf",
  confHint: "Any but for addresses, places, persistence and accounts.",
};

export const DATABASE_WORDS: Record<DatabaseKind, DatabaseWords> = {
  postgresql: {
    origins: [
      {
        value: "url",
        label: SERVER,
        hint: "Copied with pg_basebackup. The user needs the right REPLICATION, and a line for it in pg_hba.conf.",
      },
      {
        value: "dump",
        label: DUMP,
        hint: "Plain (also compressed), custom, directory or tar.",
      },
      DIRECTORY,
      { value: "empty", label: "Nothing", hint: "An empty database, to begin from scratch." },
    ],
    addressLike: "postgresql://user@host:5432/database",
    addressHint: "Special characters are written as %XX.",
    dumpLike: "/srv/dumps/orders.dump",
    directoryLike: "/var/lib/postgresql/15/main",
    databaseLike: {
      url: "as in the address",
      dump: "postgres",
      directory: "postgres",
      empty: "postgres",
    },
    dumpHint: "The dump is loaded into it, and connection strings lead to it.",
    superuserHint:
      "Also the server's roles, settings, files and programs. Needed by tests that make roles, install untrusted extensions or change server settings.",
    relaxedHint:
      "Writes are about twice as fast. A crash may lose the last second of commits; the data is never damaged.",
    versionHint: "Only the first number, such as 15.",
    followHint:
      "By its own replication, so that a sync takes seconds. Needs no more rights than copying.",
    confLabel: "Settings of postgresql.conf",
  },
  mariadb: MARIADB,
  mysql: MYSQL,
  redis: REDIS,
};
