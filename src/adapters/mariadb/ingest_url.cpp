// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>
#include <optional>
#include <sstream>

#include "adapters/mariadb/configuration.h"
#include "adapters/mariadb/dump_file.h"
#include "adapters/mariadb/dump_sections.h"
#include "adapters/mariadb/follow.h"
#include "adapters/mariadb/ingest.h"
#include "adapters/mariadb/load_sections.h"
#include "adapters/mariadb/origin.h"
#include "adapters/mariadb/rights.h"
#include "adapters/mariadb/server_state.h"
#include "adapters/mariadb/session.h"
#include "base/log.h"

namespace slip::mariadb {

namespace {

constexpr std::string_view kCopying = "copying from the server";
constexpr const char* kDump = "dump";
constexpr const char* kDigests = "digests";  // in kCompared

// What can be known before the first byte is copied.
struct Plan {
  std::vector<std::string> databases;
  bool with_routines = false;
  bool with_history = false;  // of system-versioned tables
  bool has_log = false;
  bool encrypts = false;
  bool ignores_name_case = false;
  std::vector<std::string> lacking = {};  // what the copy is without
};

Result<std::vector<std::string>> choose_databases(Session& session, const UrlOrigin& origin) {
  if (!origin.database.empty()) return std::vector{origin.database};
  auto names = TRY(read_databases(session));
  if (!names.empty()) return names;
  return Error{.code = ErrorCode::invalid_argument,
               .message = "the server at " + origin.where() + " shows " + origin.user +
                          " no database to copy"};
}

// Without one of these a dump would fail late, or leave something out without a word.
Result<> check_rights(const Dialect& dialect, const UrlOrigin& origin,
                      const std::vector<std::string>& grants,
                      const std::vector<std::string>& databases) {
  for (const std::string& database : databases) {
    const std::string missing =
        missing_rights(rights_on(grants, database), {"SELECT", "SHOW VIEW", "TRIGGER", "EVENT"});
    if (missing.empty()) continue;
    return Error{.code = ErrorCode::permission_denied,
                 .message = origin.user + " lacks rights on the database " + database + " at " +
                            origin.where() + ": " + missing,
                 .hint = "As its administrator: GRANT " + missing + " ON " +
                         Session::quote_name(database) +
                         ".* TO the account; and for routines: "
                         "GRANT " +
                         std::string(dialect.routines_right()) + " TO it."};
  }
  return {};
}

// Told to whoever links it at once, and kept with the copy.
Result<> note_lacking(const Ingest& ingest, const UrlOrigin& origin, Plan& plan,
                      const std::string& what) {
  spdlog::warn("the copy of {} is without {}", origin.where(), what);
  plan.lacking.push_back("it is without " + what);
  if (ingest.go_on("without " + what)) return {};
  return Error{.code = ErrorCode::canceled, .message = "canceled"};
}

// Production may have thousands.
constexpr std::size_t kNamedMax = 10;

// Of all that have this kind, the first by name; empty: there are none.
Result<std::string> tables_of_kind(Session& session, const std::vector<std::string>& databases,
                                   const std::string& which) {
  std::string list;
  for (const auto& database : databases) {
    list += (list.empty() ? "" : ", ") + session.quote_text(database);
  }
  const auto rows =
      TRY(session.query("SELECT DISTINCT CONCAT(TABLE_SCHEMA, '.', TABLE_NAME) FROM "
                        "information_schema." +
                        which + " AND TABLE_SCHEMA IN (" + list + ") ORDER BY 1"));
  const std::size_t named = std::min(rows.size(), kNamedMax);
  std::string names;
  for (std::size_t i = 0; i < named; ++i) {
    names += (names.empty() ? "" : ", ") + rows[i].front().value_or("");
  }
  if (named < rows.size()) names += " and " + std::to_string(rows.size() - named) + " more";
  return names;
}

// The dump program gives up at the first table whose history goes by numbers of transactions.
Result<> plan_history(const Ingest& ingest, Session& session, const UrlOrigin& origin,
                      const ServerVersion& version, Plan& plan) {
  const auto first = version.dialect->first_with_history;
  if (!first) return {};
  const auto all =
      TRY(tables_of_kind(session, plan.databases, "TABLES WHERE TABLE_TYPE = 'SYSTEM VERSIONED'"));
  if (all.empty()) return {};
  const std::string history = "the history rows of the system-versioned tables " + all;
  if (version.series < *first) {
    return note_lacking(ingest, origin, plan,
                        history + ": MariaDB's tools take them from " + first->text() +
                            " on, and the copy is " + version.series.text());
  }
  const auto by_number = TRY(
      tables_of_kind(session, plan.databases,
                     "COLUMNS WHERE GENERATION_EXPRESSION = 'ROW START' AND DATA_TYPE = 'bigint'"));
  plan.with_history = by_number.empty();
  if (plan.with_history) return {};
  return note_lacking(ingest, origin, plan,
                      history +
                          ": mariadb-dump takes none where there is a table whose history goes by "
                          "transactions, not by time, as that of " +
                          by_number);
}

// Both products' servers give a FLOAT with six digits, of the seven and more that it has.
Result<> plan_numbers(const Ingest& ingest, Session& session, const UrlOrigin& origin, Plan& plan) {
  const auto tables = TRY(tables_of_kind(
      session, plan.databases,
      "COLUMNS WHERE DATA_TYPE = 'float' AND (TABLE_SCHEMA, TABLE_NAME) NOT IN (SELECT "
      "TABLE_SCHEMA, TABLE_NAME FROM information_schema.VIEWS)"));
  if (tables.empty()) return {};
  return note_lacking(ingest, origin, plan,
                      "what numbers in FLOAT columns have beyond six digits, in " + tables +
                          ": only a copy of the files has them as they are");
}

Result<Plan> ask_origin(const Ingest& ingest, const UrlOrigin& origin,
                        const ServerVersion& version) {
  auto session = TRY(connect_to(origin));
  const Dialect& dialect = session.dialect();
  if (&dialect != &ingest.dialect()) {
    return Error{.code = ErrorCode::invalid_argument,
                 .message = "the server at " + origin.where() + " is " +
                            std::string(dialect.product) + " " + session.server_version(),
                 .hint = "Link it with kind \"" + std::string(dialect.kind) + "\"."};
  }
  std::vector<std::string> grants;
  for (const Row& row : TRY(session.query("SHOW GRANTS"))) {
    grants.push_back(row.front().value_or(""));
  }
  Plan plan{.databases = TRY(choose_databases(session, origin)),
            .encrypts = session.is_encrypted()};
  TRY(check_rights(dialect, origin, grants, plan.databases));
  plan.with_routines = dialect.may_read_routines(grants);
  if (!plan.with_routines) {
    TRY(note_lacking(ingest, origin, plan,
                     "routines: " + std::string(dialect.routines_right()) + " is missing"));
  }
  TRY(plan_history(ingest, session, origin, version, plan));
  TRY(plan_numbers(ingest, session, origin, plan));
  const auto logging = TRY(session.query("SELECT @@log_bin"));
  plan.ignores_name_case = TRY(ignores_name_case(session));
  plan.has_log = !logging.empty() && logging.front().front() == "1";
  return plan;
}

Result<Command> dump_command(const UrlOrigin& origin, const ServerVersion& version,
                             const Plan& plan, bool follows, const Ingest& ingest) {
  Command command{
      .argv = {TRY(find_tool(version, version.dialect->dump)), "--no-defaults", "--protocol=tcp",
               "--host=" + origin.host, "--port=" + std::to_string(origin.port),
               "--user=" + origin.user, "--loose-skip-ssl-verify-server-cert",
               "--single-transaction", "--quick", "--skip-lock-tables", "--skip-add-locks",
               "--events", "--triggers", "--hex-blob", "--default-character-set=utf8mb4",
               "--max-allowed-packet=1G",
               "--result-file=" + (ingest.top().path() / kDump).string()},
      .run_as = ingest.user.name};
  // In the environment only its own user and root can see it; an argument everybody could.
  if (!origin.password.empty()) command.env["MYSQL_PWD"] = origin.password;
  if (plan.with_routines) command.argv.emplace_back("--routines");
  if (plan.with_history) command.argv.emplace_back("--dump-history");
  for (auto& argument : version.dialect->dump_arguments(
           {.has_log = plan.has_log, .encrypts = plan.encrypts, .follows = follows})) {
    command.argv.push_back(std::move(argument));
  }
  command.argv.insert(command.argv.end(), {"--databases", "--"});
  command.argv.insert(command.argv.end(), plan.databases.begin(), plan.databases.end());
  return command;
}

// The dump program's numbers for what went wrong at the server.
Error explain_dump(Error error, const UrlOrigin& origin) {
  const auto says = [&](const char* words) {
    return error.detail.find(words) != std::string::npos;
  };
  if (error.code != ErrorCode::failed) return error;
  if (says("denied") || says("insufficent privileges")) {
    error.code = ErrorCode::permission_denied;
    error.message = origin.user + " lacks a right at " + origin.where() + " to copy everything";
  } else if (says("Lock wait timeout")) {
    error.code = ErrorCode::unavailable;
    error.message = "the server at " + origin.where() +
                    " is too busy for a copy that says its place exactly: writing could not be "
                    "stopped within 10 s, as a long statement runs there";
    error.hint = "Try again in a quieter moment.";
  } else if (says(" 2002") || says(" 2003") || says(" 2006") || says(" 2013") ||
             says("Lost connection") || says("gone away")) {
    error.code = ErrorCode::unavailable;
    error.message = "the connection to the server at " + origin.where() + " broke";
  }
  return error;
}

// What is remembered of a dump beside the data: the digest of each section, by its place.
using Digests = std::map<std::string, std::string>;

// Names the places of a dump's sections, in their order: a database comes up again for its views.
class Places {
 public:
  std::string next(const DumpSection& section) {
    const std::string place = section.place();
    const int count = ++seen_[place];
    return count == 1 ? place : place + " " + std::to_string(count);
  }

 private:
  std::map<std::string, int> seen_;
};

Result<> remember(const Ingest& ingest, const std::vector<DumpSection>& sections) {
  const Directory::Access access{.mode = 0700, .owner = ingest.user.ids};
  const Directory folder = TRY(ingest.top().make_directory(kCompared, access));
  std::string lines;
  Places places;
  for (const auto& section : sections) lines += section.digest + " " + places.next(section) + "\n";
  return write_owned(folder, kDigests, lines, ingest.user);
}

Digests recall(const Ingest& ingest) {
  Digests digests;
  const auto text = ingest.top().read(std::filesystem::path(kCompared) / kDigests, 256 << 20);
  std::istringstream lines(text.value_or(""));
  for (std::string line; std::getline(lines, line);) {
    const auto blank = line.find(' ');
    if (blank != std::string::npos) digests[line.substr(blank + 1)] = line.substr(0, blank);
  }
  return digests;
}

// What of the dump has to be loaded into the last copy; nothing if that cannot be brought up to
// date: it is of another series, or something else than tables has changed, or is gone.
std::optional<std::vector<DumpSection>> changed_sections(const Ingest& ingest,
                                                         const ServerVersion& version,
                                                         const std::vector<DumpSection>& sections) {
  Digests before = recall(ingest);
  const auto series = read_series_mark(ingest.layout);
  if (before.empty() || !series || *series != version.series) return std::nullopt;
  std::vector<DumpSection> changed;
  Places places;
  for (const auto& section : sections) {
    const auto known = before.extract(places.next(section));
    const bool is_same = !known.empty() && known.mapped() == section.digest;
    // The dump's own head is of no table. That of a database has its defaults.
    if (section.name.empty() || (section.is_context() && is_same) ||
        (section.stands_alone() && !is_same)) {
      changed.push_back(section);
    } else if (!is_same) {
      return std::nullopt;
    }
  }
  if (!before.empty()) return std::nullopt;
  return changed;
}

Result<> load(const Ingest& ingest, const ServerVersion& version, int dump,
              const std::vector<DumpSection>& sections, const DumpContent& content,
              const std::string& preface, const std::string& origin) {
  auto server =
      TRY(PrivateServer::start(ingest.place(version), [&] { return ingest.go_on(kCopying); }));
  {
    auto session = TRY(server.session());
    TRY(make_definers(session, content));
  }
  TRY(load_sections(ingest, version, server, dump, sections, preface, origin));
  return server.stop();
}

// Tables that reference each other can only be made anew when all of them are gone.
Result<> load_changed(const Ingest& ingest, const ServerVersion& version, int dump,
                      const std::vector<DumpSection>& changed, const DumpContent& content,
                      const std::string& origin) {
  std::string drops;
  for (const auto& section : changed) {
    if (!section.is_context()) drops += "DROP TABLE IF EXISTS " + section.object() + ";\n";
  }
  if (drops.empty()) return {};
  return load(ingest, version, dump, changed, content, drops, origin);
}

Result<> load_all(const Ingest& ingest, const ServerVersion& version, int dump,
                  const std::vector<DumpSection>& sections, const DumpContent& content,
                  const std::string& origin) {
  TRY(initialize(ingest, version));
  return load(ingest, version, dump, sections, content, "", origin);
}

Result<> clear(const Ingest& ingest) {
  for (const char* name : {kData, kLog, kRun, kTmp, kCompared, kParts}) {
    TRY(ingest.top().remove(name));
  }
  return make_layout(ingest.layout, ingest.user);
}

// True if the last copy is up to date now.
Result<bool> bring_up_to_date(const Ingest& ingest, const ServerVersion& version, int dump,
                              const std::vector<DumpSection>& sections, const DumpContent& content,
                              const std::string& origin) {
  const auto changed = changed_sections(ingest, version, sections);
  if (!changed) return false;
  const auto loaded = load_changed(ingest, version, dump, *changed, content, origin);
  if (loaded) return true;
  const auto code = loaded.error().code;
  if (code == ErrorCode::canceled || code == ErrorCode::no_space) return loaded.error();
  spdlog::warn("what has changed {} does not fit the copy that is here, all is loaded anew: {}",
               origin, loaded.error().describe());
  return false;
}

}  // namespace

Result<DataPosition> ingest_from(const Ingest& asked, const UrlOrigin& origin) {
  const ServerVersion version = TRY(choose_version(asked));
  const Plan plan = TRY(ask_origin(asked, origin, version));
  Ingest ingest = asked;
  if (plan.ignores_name_case) ingest.settings.conf.try_emplace(kNameCaseOption, "1");
  const bool follows = ingest.settings.follows.has_value();
  if (follows) TRY(check_production(ingest.dialect(), *ingest.settings.follows));
  TRY(ingest.top().remove(kDump));
  const Timestamp at = machine_time();
  auto places = ingest.place(version).places();
  places.network = ConfinedPlaces::Network::host;
  const auto copied =
      run_step(ingest, TRY(dump_command(origin, version, plan, follows, ingest)), places, kCopying,
               ErrorCode::failed, "the copy of the server at " + origin.where() + " failed");
  if (!copied) return explain_dump(copied.error(), origin);
  const UniqueFd dump = TRY(ingest.top().open_file(kDump));
  const auto shown = ingest.top().path() / kDump;
  const DumpContent content = TRY(scan_dump(dump.get(), shown));
  const auto sections = TRY(read_sections(dump.get(), shown));
  const std::string of = "of " + origin.where();
  if (!TRY(bring_up_to_date(ingest, version, dump.get(), sections, content, of))) {
    TRY(clear(ingest));
    TRY(load_all(ingest, version, dump.get(), sections, content, of));
  }
  TRY(ingest.top().remove(kDump));
  TRY(write_origin_options(ingest.layout, name_option(plan.ignores_name_case), ingest.user));
  if (!follows) TRY(remember(ingest, sections));
  TRY(take_over(ingest, version, {.gtid = content.gtid, .definers = content.definers}));
  return DataPosition{.at = at,
                      .position = position_text(content.gtid, content.binlog_position),
                      .doubts = plan.lacking};
}

}  // namespace slip::mariadb
