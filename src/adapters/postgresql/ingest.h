// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/postgresql/cluster.h"
#include "adapters/postgresql/private_server.h"
#include "adapters/postgresql/server_versions.h"
#include "adapters/postgresql/settings.h"
#include "base/result.h"
#include "base/subprocess.h"
#include "ports/adapter.h"

namespace slip::postgresql {

// What every way of filling a cluster needs.
struct Ingest {
  Settings settings;
  std::vector<ServerVersion> versions;  // installed, newest first
  RunUser user;
  Layout layout;
  std::shared_ptr<const Confinement> confinement;
  Progress progress;

  const std::filesystem::path& directory() const { return layout.top->path(); }
  PrivatePlace place(const ServerVersion& version) const {
    return {.layout = layout, .version = version, .user = user, .confinement = confinement};
  }

  bool go_on(std::string_view what, std::optional<double> fraction = std::nullopt) const {
    return !progress || progress(what, fraction);
  }
};

// One for each kind of origin. Each leaves a cluster that was shut down cleanly, with our
// role and the login role in it, not yet synced.
Result<DataPosition> ingest_from(const Ingest& ingest, const EmptyOrigin& origin);
Result<DataPosition> ingest_from(const Ingest& ingest, const UrlOrigin& origin);
Result<DataPosition> ingest_from(const Ingest& ingest, const DumpOrigin& origin);
Result<DataPosition> ingest_from(const Ingest& ingest, const DirectoryOrigin& origin);

// By pg_dump. The directory may hold what this left there before: then tables whose rows are the
// same keep their files, which stay shared; the others are loaded anew. All is, where anything but
// rows has changed. It is told by the dump's files, so that production is read as a whole each
// time.
Result<DataPosition> ingest_logical(const Ingest& ingest, const UrlOrigin& origin);

// A dump in pg_dump's directory format, at that name in the source's own directory.
Result<DataPosition> ingest_dumped(const Ingest& ingest, const char* name);

// The version asked for, else `origin_major` if installed, else the newest installed.
Result<ServerVersion> choose_version(const Ingest& ingest, std::optional<int> origin_major);

// How a cluster that is made here writes and sorts text.
struct TextKind {
  std::string encoding = "UTF8";
  std::string locale = "C.UTF-8";  // of the C library, or "icu:" and one of ICU
};
// As the settings say; else of that encoding, if any.
TextKind text_kind(const Settings& settings, const std::string& encoding = "");

// Makes a new cluster with initdb. Errors: `unsupported` (the locale is not installed here).
Result<> initialize(const Ingest& ingest, const ServerVersion& version, const TextKind& text);

// It is not installed here: what to do about it; of a dump it may be left out, too.
Error missing_locale(const std::string& name);
Error missing_locale_of_dump(const std::string& name);

// Of a server or program that does not know a locale: what to do about it; any other error is
// given back as it is.
Error explain_locale(Error error);

// Makes of a standby's cluster one of its own, with all that its log has, or what `gather_replay`
// has got it ready for.
Result<> end_recovery(const Ingest& ingest, const ServerVersion& version);

// Every tablespace of a cluster that came from elsewhere is found in the source's directory.
Result<> lead_tablespaces_here(const Ingest& ingest);

// Makes a cluster that came from elsewhere ours: configuration, roles, order of text, an orderly
// shutdown. Gives back what is in doubt then (DataPosition::doubts).
Result<std::vector<std::string>> take_over(const Ingest& ingest, const ServerVersion& version);

Result<> ensure_database(Session& session, const std::string& database, const std::string& owner);

// A program of the ingest: it is run confined, and sees those places only.
struct Step {
  Command command;
  ConfinedPlaces places;
  std::string_view what;  // shown as progress
  ErrorCode code = ErrorCode::failed;
  std::string message;
};
// What it said. A full disk becomes `no_space`, anything else it says no to `code` with `message`.
Result<std::string> run_step(const Ingest& ingest, Step step);

// The option of pg_dump and pg_restore to do as much at a time as this machine can.
std::string parallel();

}  // namespace slip::postgresql
