// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <set>
#include <string>

#include "adapters/mariadb/data_directory.h"
#include "adapters/mariadb/login.h"
#include "adapters/mariadb/private_server.h"
#include "adapters/mariadb/server_state.h"
#include "adapters/mariadb/server_versions.h"
#include "adapters/mariadb/settings.h"
#include "base/directory.h"
#include "base/result.h"
#include "base/subprocess.h"
#include "ports/adapter.h"

namespace slip::mariadb {

struct DumpContent;

// What every way of filling a data directory needs.
struct Ingest {
  Settings settings;
  Installed installed;
  RunUser user;
  Layout layout;
  Progress progress;
  std::shared_ptr<const Confinement> confinement;

  const Dialect& dialect() const { return *installed.dialect; }
  const Directory& top() const { return *layout.top; }
  ServerPlace place(const ServerVersion& version) const {
    return {.version = version,
            .layout = layout,
            .settings = settings,
            .user = user,
            .confinement = confinement};
  }
  bool go_on(std::string_view what, std::optional<double> fraction = std::nullopt) const {
    return !progress || progress(what, fraction);
  }
};

// One for each kind of origin. Each leaves a data directory that was shut down cleanly, with
// our own user in it, not yet synced.
Result<DataPosition> ingest_from(const Ingest& ingest, const EmptyOrigin& origin);
Result<DataPosition> ingest_from(const Ingest& ingest, const UrlOrigin& origin);
Result<DataPosition> ingest_from(const Ingest& ingest, const BackupOrigin& origin);
Result<DataPosition> ingest_from(const Ingest& ingest, const DumpOrigin& origin);
Result<DataPosition> ingest_from(const Ingest& ingest, const DirectoryOrigin& origin);

// For data that any series can hold: the version asked for, else the newest installed.
Result<ServerVersion> choose_version(const Ingest& ingest);
// For files of a series that is known, or not: what reads them, and is what was asked for.
Result<ServerVersion> choose_reader(const Ingest& ingest, std::optional<Series> origin,
                                    const std::string& what);

// Makes a new, empty data directory. The layout is there.
Result<> initialize(const Ingest& ingest, const ServerVersion& version);

// CREATE DATABASE IF NOT EXISTS, with the character set and collation of the settings.
std::string create_database(const Settings& settings, const std::string& database);

// Makes the accounts that a dump's objects name and that it does not make itself, before it is
// loaded: a view that reads another is made only where that one's definer is there.
Result<> make_definers(Session& session, const DumpContent& content);

// Loads an open plain dump into a running server; `database`: where it goes if it does not say
// itself; `origin`: where it came from, for messages; `more`: arguments for the client;
// `takes_over_accounts`: as DumpContent.
Result<> load_file(const Ingest& ingest, const ServerVersion& version, const PrivateServer& server,
                   int dump, const std::string& database, const std::string& origin,
                   const std::vector<std::string>& more = {});

// What is known of a data directory beside its files.
struct Heritage {
  std::string gtid = {};            // how far its origin had come; empty if that is not known
  std::set<Account> definers = {};  // accounts that its objects name
  bool of_directory = false;  // its system tables are its origin's: replication is forgotten, and
                              // all of it must lie in the directory
};

// Makes a data directory ours: configuration, own user, upgrade of the system tables where they are
// of an older series, missing definers, the database to lead to, an orderly shutdown.
Result<> take_over(const Ingest& ingest, const ServerVersion& version,
                   const Heritage& heritage = {});

// Runs a program of the ingest confined to `places`, showing `what` as progress; a full disk
// becomes `no_space`, anything else it says no to `code` with `message`.
Result<std::string> run_step(const Ingest& ingest, Command command, const ConfinedPlaces& places,
                             std::string_view what, ErrorCode code, const std::string& message);
// True where a server or a program of its own says so in its words.
bool speaks_of_no_space(std::string_view words);
// What a program's words are about: the same rule.
Error explain_words(std::string words, ErrorCode code, const std::string& message);

}  // namespace slip::mariadb
