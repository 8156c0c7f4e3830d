// SPDX-License-Identifier: Apache-2.0
#include "adapters/postgresql/ingest.h"

#include <algorithm>
#include <chrono>
#include <regex>
#include <thread>

#include "adapters/postgresql/collations.h"
#include "adapters/postgresql/configuration.h"
#include "adapters/postgresql/login.h"
#include "adapters/postgresql/origin_settings.h"
#include "adapters/postgresql/unlogged_init.h"
#include "base/words_in.h"

namespace slip::postgresql {

std::string parallel() {
  return "--jobs=" + std::to_string(std::clamp(std::thread::hardware_concurrency(), 1U, 4U));
}

Result<ServerVersion> choose_version(const Ingest& ingest, std::optional<int> origin_major) {
  if (ingest.settings.version) return find_major(ingest.versions, *ingest.settings.version);
  if (origin_major) {
    auto same = find_major(ingest.versions, *origin_major);
    if (same) return same;
  }
  if (ingest.versions.empty()) {
    return Error{.code = ErrorCode::unsupported,
                 .message = "no PostgreSQL server is installed",
                 .hint = "On Debian: apt-get install postgresql."};
  }
  return ingest.versions.front();
}

Result<std::string> run_step(const Ingest& ingest, Step step) {
  Command& command = step.command;
  if (!command.watch) {
    command.watch = [&ingest, what = step.what](std::string_view) { return ingest.go_on(what); };
  }
  command.deadline = std::chrono::hours(48);
  command.run_as = ingest.user.name;
  step.places.user = ingest.user.own;
  auto output = run_ok(TRY(ingest.confinement->confine(std::move(command), step.places)));
  if (output || output.error().code != ErrorCode::failed) return output;
  Error error = std::move(output).error();
  if (error.detail.find("No space left on device") != std::string::npos) {
    error.code = ErrorCode::no_space;
    error.message = "the pool has no space left for this source";
  } else {
    error.code = step.code;
    error.message = std::move(step.message);
  }
  return error;
}

Result<> ensure_database(Session& session, const std::string& database, const std::string& owner) {
  const auto rows = TRY(session.query("SELECT 1 FROM pg_database WHERE datname = $1", {database}));
  if (!rows.empty()) return {};
  TRY(session.query("SET statement_timeout = '60s'"));
  TRY(session.query(
      "CREATE DATABASE " + session.quote_name(database) + " OWNER " + session.quote_name(owner), {},
      std::chrono::minutes(1)));
  return {};
}

TextKind text_kind(const Settings& settings, const std::string& encoding) {
  TextKind kind;
  if (!encoding.empty()) kind.encoding = encoding;
  if (!settings.encoding.empty()) kind.encoding = settings.encoding;
  // Of no language, but of any encoding.
  if (kind.encoding != "UTF8" && kind.encoding != "UTF-8") kind.locale = "C";
  if (!settings.locale.empty()) kind.locale = settings.locale;
  return kind;
}

Error missing_locale(const std::string& name) {
  const auto encoding = name.find('.');
  const std::string line =
      name + " " + (encoding == std::string::npos ? "ISO-8859-1" : name.substr(encoding + 1));
  return Error{.code = ErrorCode::unsupported,
               .message = "the locale " + name + " is not installed on this machine",
               .hint =
                   "Install it, then link again: on Debian, apt-get install locales-all, or "
                   "put the line \"" +
                   line + "\" into /etc/locale.gen and run locale-gen."};
}

Error missing_locale_of_dump(const std::string& name) {
  Error error = missing_locale(name);
  error.hint +=
      " Or give the source another: locale = \"C.UTF-8\" sorts by code point, locale = "
      "\"icu:de-DE\" as ICU does in that language.";
  return error;
}

namespace {

std::optional<std::string> unknown_locale(const std::string& said) {
  static const std::regex unknown(
      "(?:invalid locale name|invalid LC_[A-Z]+ locale name:|locale name|could not create locale)"
      "[: ]+\"([^\"]+)\"|initialized with LC_[A-Z]+ \"([^\"]+)\"");
  const auto found = words_in(said, unknown);
  if (!found) return std::nullopt;
  return found->at(1).empty() ? found->at(2) : found->at(1);
}

// Servers have ICU's locales with the library: none of them is to be installed by itself.
std::optional<Error> icu_refusal(const std::string& said) {
  static const std::regex unknown(
      "could not (?:open collator for locale|convert locale name) \"([^\"]+)\"|"
      "ICU locale \"([^\"]+)\" has unknown language");
  if (const auto found = words_in(said, unknown)) {
    const std::string name = found->at(1).empty() ? found->at(2) : found->at(1);
    return Error{.code = ErrorCode::invalid_argument,
                 .message = "ICU knows no locale \"" + name + "\"",
                 .hint = "Give it as a language tag: locale = \"icu:de-DE\"."};
  }
  if (said.find("ICU is not supported in this build") == std::string::npos) return std::nullopt;
  return Error{.code = ErrorCode::unsupported,
               .message = "this PostgreSQL was built without ICU",
               .hint =
                   "Install one that has it: on Debian, apt-get install postgresql. Or give the "
                   "source a locale of the C library: locale = \"C.UTF-8\"."};
}

Error explained(Error said, Error instead) {
  instead.context = std::move(said.context);
  instead.detail = std::move(said.detail);
  return instead;
}

// Of a server that does not open a copy's databases.
Error explain_locale_of_copy(Error error) {
  const auto name = unknown_locale(error.detail);
  if (auto refusal = icu_refusal(error.detail)) {
    return explained(std::move(error), *std::move(refusal));
  }
  return name ? explained(std::move(error), missing_locale(*name)) : error;
}

}  // namespace

Error explain_locale(Error error) {
  if (auto refusal = icu_refusal(error.detail)) {
    return explained(std::move(error), *std::move(refusal));
  }
  const auto name = unknown_locale(error.detail);
  return name ? explained(std::move(error), missing_locale_of_dump(*name)) : error;
}

Result<> initialize(const Ingest& ingest, const ServerVersion& version, const TextKind& text) {
  std::vector<std::string> argv = {version.program("initdb"),
                                   "-D",
                                   ingest.layout.data().string(),
                                   "-U",
                                   std::string(kOwnRole),
                                   "-A",
                                   "trust",
                                   "-E",
                                   text.encoding,
                                   "-k",
                                   "-N"};
  constexpr std::string_view icu = "icu:";
  if (!text.locale.starts_with(icu)) {
    argv.push_back("--locale=" + text.locale);
  } else if (version.major < 15) {
    return Error{
        .code = ErrorCode::unsupported,
        .message = "PostgreSQL " + version.full + " makes no database with a locale of ICU",
        .hint = "From 15 on it does: give the source another version, or another locale."};
  } else {
    argv.emplace_back("--locale=C.UTF-8");
    argv.emplace_back("--locale-provider=icu");
    argv.push_back("--icu-locale=" + text.locale.substr(icu.size()));
  }
  const auto made = run_step(
      ingest, {.command = {.argv = std::move(argv)},
               .places = {.writable = {ingest.layout.data()}, .readable = {version.prefix()}},
               .what = "making an empty database",
               .code = ErrorCode::invalid_argument,
               .message = "PostgreSQL cannot make an empty database with the encoding " +
                          text.encoding + " and the locale " + text.locale});
  return made ? Result<>() : explain_locale(made.error());
}

namespace {

// The bootstrap superuser of a foreign cluster: always oid 10, always there, rarely renamed.
Result<> make_own_role(const Ingest& ingest, const ServerVersion& version) {
  std::vector<std::string> argv = {version.program("postgres"),
                                   "--single",
                                   "-D",
                                   ingest.layout.data().string(),
                                   "-c",
                                   "fsync=off",
                                   "-c",
                                   "hba_file=pg_hba.conf",
                                   "-c",
                                   "ident_file=pg_ident.conf",
                                   "-c",
                                   "data_directory=."};
  for (auto& argument :
       recovery_arguments(TRY(read_control_data(TRY(ingest.layout.open_data()))))) {
    argv.push_back(std::move(argument));
  }
  argv.emplace_back("template1");
  TRY(run_step(
      ingest,
      {.command = {.argv = std::move(argv),
                   .working_directory = ingest.layout.data(),
                   .input = "DO $$BEGIN IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = "
                            "'slipstream') THEN CREATE ROLE slipstream; END IF; ALTER ROLE "
                            "slipstream SUPERUSER LOGIN PASSWORD NULL; END$$;\n"},
       .places = {.writable = {ingest.directory()},
                  .readable = {version.prefix()},
                  .home = ingest.directory()},
       .what = "taking the copy over",
       .message = "PostgreSQL " + version.full + " does not start on the data"}));
  return {};
}

// What production's servers are in the middle of with others: a copy is nobody's subscriber, and no
// transaction's manager comes back to it.
Result<> end_ties(const PrivateServer& server, Session& session) {
  TRY(session.query(
      "UPDATE pg_subscription SET subenabled = false, subconninfo = '', subslotname = NULL"));
  for (const Row& prepared :
       TRY(session.query("SELECT gid, database FROM pg_prepared_xacts ORDER BY database"))) {
    auto there = TRY(Session::open_for_script(server.address(), prepared[1].value_or(""),
                                              std::chrono::seconds(5)));
    TRY(there.query("ROLLBACK PREPARED " + there.quote_text(prepared[0].value_or(""))));
  }
  return {};
}

Result<std::vector<std::string>> settle_order(const Ingest& ingest, const PrivateServer& server) {
  if (ingest.settings.reindex == Reindexing::automatic) {
    return sort_anew(server.address(), ingest.progress);
  }
  return doubtful_order(server.address(), std::chrono::minutes(10));
}

}  // namespace

Result<std::vector<std::string>> take_over(const Ingest& ingest, const ServerVersion& version) {
  TRY(neutralize_origin(ingest, version));
  TRY(lead_tablespaces_here(ingest));
  if (auto made = make_own_role(ingest, version); !made) {
    return explain_locale_of_copy(std::move(made).error());
  }
  auto server = TRY(PrivateServer::start(ingest.place(version),
                                         [&] { return ingest.go_on("taking the copy over"); }));
  {
    auto session = TRY(server.session());
    TRY(ensure_role(session, ingest.settings.login));
    TRY(end_ties(server, session));
    TRY(reset_missing_libraries(version, session));
    const auto found = TRY(
        session.query("SELECT 1 FROM pg_database WHERE datname = $1", {ingest.settings.database}));
    if (found.empty()) {
      return Error{.code = ErrorCode::invalid_argument,
                   .message = "the source has no database \"" + ingest.settings.database + "\""};
    }
  }
  auto doubts = TRY(settle_order(ingest, server));
  TRY(server.stop());
  TRY(mend_unlogged(ingest.layout, ingest.user));
  return doubts;
}

}  // namespace slip::postgresql
