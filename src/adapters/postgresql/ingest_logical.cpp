// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>
#include <regex>
#include <sstream>

#include "adapters/postgresql/follow.h"
#include "adapters/postgresql/ingest.h"
#include "adapters/postgresql/origin.h"
#include "base/words_in.h"

namespace slip::postgresql {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view kCopying = "copying from the server";
constexpr std::string_view kLoadingChanges = "loading what has changed";
constexpr auto kRewritePatience = std::chrono::hours(48);

// One line of an archive's table of contents: "3365; 0 16390 TABLE DATA public people shop".
struct Entry {
  std::string id;    // "3365"; its data, if it has any, lies in a file of that name
  std::string what;  // "TABLE DATA public people shop", the same in every dump
  std::string line;
};

// What is remembered of a dump beside the data, so that the next one can be compared with it.
struct Remembered {
  std::string schema;                            // as SQL
  std::map<std::string, std::string> digest_of;  // of each data file, by what it holds
};

bool is_table(const std::string& what) {
  return what.starts_with("TABLE DATA ");
}

// The version that the copy will have, whose pg_dump makes what its pg_restore takes.
Result<ServerVersion> ask_origin(const Ingest& ingest, const UrlOrigin& origin) {
  auto session = TRY(connect_to(origin));
  const int major = session.server_major();
  ServerVersion version = TRY(choose_version(ingest, major));
  if (version.major >= major) return version;
  return Error{.code = ErrorCode::unsupported,
               .message = "the server at " + origin.where() + " is PostgreSQL " +
                          std::to_string(major) + ", which pg_dump of PostgreSQL " +
                          std::to_string(version.major) + " cannot read",
               .hint = "Install PostgreSQL " + std::to_string(major) + " on this machine."};
}

Result<> dump(const Ingest& ingest, const UrlOrigin& origin, const ServerVersion& version,
              const fs::path& to) {
  Command command{
      .argv = {TRY(find_client(ingest.versions, version, "pg_dump")), "--format=directory",
               parallel(), "--compress=1", "--no-sync", "--no-tablespaces", "--no-publications",
               "--no-subscriptions", "--no-password", "--file=" + to.string(),
               "--dbname=" + connection_string(origin)},
      .env = {{"PGCONNECT_TIMEOUT", "10"}, {"PGAPPNAME", "slipstream"}}};
  // In the environment only its own user and root can see it; an argument everybody could.
  if (const auto password = password_of(origin); !password.empty()) {
    command.env["PGPASSWORD"] = password;
  }
  const auto copied =
      run_step(ingest, {.command = std::move(command),
                        .places = {.writable = {ingest.directory()},
                                   .readable = files_of_connection(ingest.settings),
                                   .network = ConfinedPlaces::Network::host},
                        .what = kCopying,
                        .message = "the copy of the server at " + origin.where() + " failed"});
  if (copied) return {};
  Error error = copied.error();
  const auto says = [&](const char* words) {
    return error.detail.find(words) != std::string::npos;
  };
  if (says("permission denied")) {
    error.code = ErrorCode::permission_denied;
    error.message = "the account may not read everything at " + origin.where();
    error.hint = "As its administrator: GRANT pg_read_all_data TO the account.";
  } else if (says("server closed the connection") || says("could not connect") ||
             says("connection to server")) {
    error.code = ErrorCode::unavailable;
    error.message = "the connection to the server at " + origin.where() + " broke";
  }
  return error;
}

// What pg_restore says of a dump, without a server.
Result<std::string> ask_pg_restore(const Ingest& ingest, const ServerVersion& version,
                                   const std::vector<std::string>& arguments,
                                   const fs::path& dump) {
  Command command{.argv = {TRY(find_client(ingest.versions, version, "pg_restore"))},
                  .output_max = 1 << 30};
  command.argv.insert(command.argv.end(), arguments.begin(), arguments.end());
  return run_step(ingest, {.command = std::move(command),
                           .places = {.readable = {dump}},
                           .what = "comparing with what is here",
                           .message = "the copy cannot be read"});
}

Result<std::vector<Entry>> contents_of(const Ingest& ingest, const ServerVersion& version,
                                       const fs::path& dump) {
  const std::string text = TRY(ask_pg_restore(ingest, version, {"--list", dump.string()}, dump));
  static const std::regex form("([0-9]+); [0-9]+ [0-9]+ (.*)");
  std::vector<Entry> entries;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    const auto found = words_of_line(line, form);
    if (found) entries.push_back({found->at(1), found->at(2), line});
  }
  return entries;
}

// Without what differs each time: the marks that psql is locked and unlocked with, and remarks.
Result<std::string> schema_of(const Ingest& ingest, const ServerVersion& version,
                              const fs::path& dump) {
  const std::string text = TRY(ask_pg_restore(
      ingest, version, {"--create", "--schema-only", "--file=-", dump.string()}, dump));
  std::string schema;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("--") || line.starts_with("\\")) continue;
    schema += line + "\n";
  }
  return schema;
}

Result<Remembered> look_at(const Ingest& ingest, const ServerVersion& version, const fs::path& dump,
                           const std::vector<Entry>& contents) {
  Remembered now{.schema = TRY(schema_of(ingest, version, dump)), .digest_of = {}};
  std::map<std::string, std::string> what_of;
  for (const Entry& entry : contents) {
    if (is_table(entry.what)) what_of[entry.id + ".dat.gz"] = entry.what;
  }
  Command sums{.argv = {"sha256sum", "--"}, .working_directory = dump, .output_max = 1 << 30};
  const Directory folder = TRY(ingest.layout.top->open_directory(dump.filename()));
  for (const auto& file : TRY(folder.list())) {
    if (file.name != "toc.dat") sums.argv.push_back(file.name);
  }
  if (sums.argv.size() == 2) return now;
  std::istringstream lines(TRY(run_step(ingest, {.command = std::move(sums),
                                                 .places = {.readable = {dump}},
                                                 .what = "comparing with what is here",
                                                 .message = "the copy cannot be read"})));
  for (std::string digest, name; lines >> digest >> name;) {
    const auto found = what_of.find(name);
    // Large objects are in files of their own, named by themselves.
    now.digest_of[found == what_of.end() ? name : found->second] = digest;
  }
  return now;
}

Result<> remember(const Ingest& ingest, const Remembered& what) {
  const Directory compared =
      TRY(ingest.layout.top->make_directory(kCompared, {.mode = 0700, .owner = ingest.user.ids}));
  std::string digests;
  for (const auto& [name, digest] : what.digest_of) digests += digest + " " + name + "\n";
  TRY(write_owned(compared, "schema.sql", what.schema, ingest.user));
  return write_owned(compared, "digests", digests, ingest.user);
}

std::optional<Remembered> recall(const Ingest& ingest) {
  const auto compared = ingest.layout.top->open_directory(kCompared);
  if (!compared) return std::nullopt;
  const auto schema = compared->read("schema.sql", 1 << 30);
  const auto digests = compared->read("digests", 1 << 30);
  if (!schema || !digests) return std::nullopt;
  Remembered before{.schema = *schema, .digest_of = {}};
  std::istringstream lines(*digests);
  for (std::string line; std::getline(lines, line);) {
    const auto blank = line.find(' ');
    if (blank != std::string::npos)
      before.digest_of[line.substr(blank + 1)] = line.substr(0, blank);
  }
  return before;
}

// What a refresh replaces; nothing if all has to be loaded anew.
std::optional<std::vector<std::string>> changed_tables(const Ingest& ingest,
                                                       const ServerVersion& version,
                                                       const Remembered& now) {
  const auto before = recall(ingest);
  const auto data = ingest.layout.open_data();
  const auto major = data ? read_major(*data) : Result<int>(data.error());
  if (!before || !major || *major != version.major || before->schema != now.schema ||
      before->digest_of.size() != now.digest_of.size()) {
    return std::nullopt;
  }
  std::vector<std::string> changed;
  for (const auto& [what, digest] : now.digest_of) {
    const auto found = before->digest_of.find(what);
    if (found == before->digest_of.end()) return std::nullopt;
    if (found->second == digest) continue;
    if (!is_table(what)) return std::nullopt;
    changed.push_back(what);
  }
  return changed;
}

// Tables by the words of a table of contents, which are not quoted: the whole line tells.
constexpr const char* kTable = R"sql(
SELECT c.oid, c.oid::regclass::text
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_roles r ON r.oid = c.relowner
 WHERE format('TABLE DATA %s %s %s', n.nspname, c.relname, r.rolname) = $1)sql";

// Foreign keys that reference one of the tables, or what it is a partition of.
constexpr const char* kKeys = R"sql(
SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid)
  FROM pg_constraint
 WHERE contype = 'f' AND conparentid = 0
   AND confrelid IN (SELECT t FROM unnest($1::oid[]) t
                     UNION SELECT relid FROM unnest($1::oid[]) t, pg_partition_ancestors(t)))sql";

class Refresh {
 public:
  static Result<Refresh> begin(const Ingest& ingest, const PrivateServer& server,
                               const std::vector<std::string>& changed) {
    auto session = TRY(Session::open_for_script(server.address(), ingest.settings.database,
                                                std::chrono::seconds(5)));
    Refresh refresh(ingest, std::move(session));
    TRY(refresh.say("SET search_path = ''"));
    std::string oids;
    for (const std::string& what : changed) {
      const auto rows = TRY(refresh.session_.query(kTable, {what}));
      if (rows.size() != 1) {
        return Error{.message = "the copy here has not what the server says: " + what};
      }
      oids += (oids.empty() ? "" : ",") + rows.front()[0].value_or("");
      refresh.tables_.push_back(rows.front()[1].value_or(""));
    }
    refresh.keys_ = TRY(refresh.session_.query(kKeys, {"{" + oids + "}"}));
    return refresh;
  }

  // Without the keys that lead to them tables can be emptied one by one; rows of tables that stay
  // reference some of the new ones.
  Result<> empty_tables() {
    for (const Row& key : keys_) {
      TRY(say("ALTER TABLE " + key[0].value_or("") + " DROP CONSTRAINT " + key[1].value_or("")));
    }
    for (const std::string& table : tables_) TRY(say("TRUNCATE ONLY " + table));
    return {};
  }
  Result<> finish() {
    for (const Row& key : keys_) {
      TRY(say("ALTER TABLE " + key[0].value_or("") + " ADD CONSTRAINT " + key[1].value_or("") +
              " " + key[2].value_or("")));
    }
    // Frozen and analyzed once here, or every copy would write to each page that it first reads.
    for (const std::string& table : tables_) TRY(say("VACUUM (FREEZE, ANALYZE) " + table));
    return {};
  }

 private:
  Refresh(const Ingest& ingest, Session session) : ingest_(&ingest), session_(std::move(session)) {}
  Result<> say(const std::string& statement) {
    return session_.run(statement, {.patience = kRewritePatience,
                                    .go_on = [this] { return ingest_->go_on(kLoadingChanges); }});
  }

  const Ingest* ingest_;
  Session session_;
  std::vector<std::string> tables_;
  Rows keys_;
};

// Those entries of the dump alone.
Result<> restore(const Ingest& ingest, const ServerVersion& version, const PrivateServer& server,
                 const fs::path& dump, const std::string& entries,
                 std::vector<std::string> options) {
  if (entries.empty()) return {};
  constexpr const char* list = "dump.list";
  const fs::path chosen = ingest.directory() / list;
  TRY(write_owned(*ingest.layout.top, list, entries, ingest.user));
  Command command{
      .argv = {TRY(find_client(ingest.versions, version, "pg_restore")), "--exit-on-error",
               "--use-list=" + chosen.string(), "--host=" + server.socket_directory().string(),
               "--username=" + std::string(kOwnRole), "--dbname=" + ingest.settings.database}};
  for (auto& option : options) command.argv.push_back(std::move(option));
  command.argv.push_back(dump.string());
  TRY(run_step(ingest,
               {.command = std::move(command),
                .places = {.writable = {server.socket_directory()}, .readable = {dump, chosen}},
                .what = kLoadingChanges,
                .message = "what has changed cannot be loaded"}));
  return ingest.layout.top->remove(list);
}

// Only the data of what changed; sequences always, as their values lie in the table of contents.
Result<> load_changed(const Ingest& ingest, const ServerVersion& version, const fs::path& dump,
                      const std::vector<Entry>& contents, const std::vector<std::string>& changed) {
  std::string data;
  std::string views;
  for (const Entry& entry : contents) {
    const bool is_view = entry.what.starts_with("MATERIALIZED VIEW DATA ");
    if (is_view && !changed.empty()) views += entry.line + "\n";
    if (entry.what.starts_with("SEQUENCE SET ") ||
        std::ranges::find(changed, entry.what) != changed.end()) {
      data += entry.line + "\n";
    }
  }
  auto server = TRY(
      PrivateServer::start(ingest.place(version), [&] { return ingest.go_on(kLoadingChanges); }));
  {
    auto refresh = TRY(Refresh::begin(ingest, server, changed));
    TRY(refresh.empty_tables());
    TRY(restore(ingest, version, server, dump, data,
                {"--data-only", "--disable-triggers", parallel()}));
    TRY(refresh.finish());
    TRY(restore(ingest, version, server, dump, views, {"--section=post-data"}));
  }
  return server.stop();
}

}  // namespace

Result<DataPosition> ingest_logical(const Ingest& ingest, const UrlOrigin& origin) {
  const ServerVersion version = TRY(ask_origin(ingest, origin));
  constexpr const char* name = "dump";
  const fs::path dumped = ingest.directory() / name;
  const Directory& top = *ingest.layout.top;
  TRY(top.remove(name));
  const Timestamp at = machine_time();
  TRY(dump(ingest, origin, version, dumped));
  const auto contents = TRY(contents_of(ingest, version, dumped));
  const Remembered seen = TRY(look_at(ingest, version, dumped, contents));
  if (const auto changed = changed_tables(ingest, version, seen)) {
    TRY(load_changed(ingest, version, dumped, contents, *changed));
    TRY(top.remove(name));
  } else {
    for (const char* part : {kData, kLog, kSocket}) TRY(top.remove(part));
    TRY(ingest_dumped(ingest, name));
  }
  TRY(remember(ingest, seen));
  const Directory data = TRY(ingest.layout.open_data());
  return DataPosition{.at = at, .position = TRY(read_control_data(data)).position.position};
}

}  // namespace slip::postgresql
