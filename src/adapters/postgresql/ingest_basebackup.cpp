// SPDX-License-Identifier: Apache-2.0
#include <regex>

#include "adapters/postgresql/configuration.h"
#include "adapters/postgresql/follow.h"
#include "adapters/postgresql/ingest.h"
#include "adapters/postgresql/origin.h"
#include "adapters/postgresql/origin_settings.h"
#include "adapters/postgresql/tablespaces.h"
#include "base/words_in.h"

namespace slip::postgresql {

namespace {

// A follower that counts as a synchronous standby would vouch for commits, and hold them up.
Result<> check_standbys(Session& session, const UrlOrigin& origin) {
  const auto rows = TRY(session.query("SHOW synchronous_standby_names"));
  const std::string names = rows.empty() ? "" : rows.front().front().value_or("");
  if (names.find('*') == std::string::npos && names.find("slipstream") == std::string::npos) {
    return {};
  }
  return Error{.code = ErrorCode::precondition_failed,
               .message = "the server at " + origin.where() +
                          " would wait with its commits for whoever follows it "
                          "(synchronous_standby_names = '" +
                          names + "')",
               .hint = "Name its standbys there instead, or follow its archive."};
}

// What can be known before the first byte is copied.
struct OriginServer {
  ServerVersion version;
  std::map<std::string, std::string> location_by_tablespace =
      {};  // by oid; of those not in the data
};

// Login, version, tablespaces, replication.
Result<OriginServer> ask_origin(const Ingest& ingest, const UrlOrigin& origin) {
  auto session = TRY(connect_to(origin));
  const int major = session.server_major();
  if (ingest.settings.version && *ingest.settings.version != major) {
    return Error{.code = ErrorCode::invalid_argument,
                 .message = "the server at " + origin.where() + " is PostgreSQL " +
                            std::to_string(major) + ", not " +
                            std::to_string(*ingest.settings.version)};
  }
  OriginServer found{.version = TRY(find_major(ingest.versions, major))};
  for (const Row& row : TRY(session.query(
           "SELECT oid, pg_catalog.pg_tablespace_location(oid) FROM pg_catalog.pg_tablespace"))) {
    const std::string location = row[1].value_or("");
    if (location.starts_with("/")) found.location_by_tablespace[row[0].value_or("")] = location;
  }
  if (ingest.settings.follow) TRY(check_standbys(session, origin));
  if (auto replicates = connect_to(origin, {{"replication", "true"}}); !replicates) {
    Error error = std::move(replicates).error();
    error.hint += (error.hint.empty() ? "" : " ");
    error.hint += "Where nobody may replicate, as with most managed services: copy = logical.";
    return error;
  }
  return found;
}

// Where the program that copies is to put a tablespace: as it sees the source's directory.
std::string mapping(const Ingest& ingest, const std::string& oid, const std::string& location) {
  std::string from;
  for (const char c : location) from += c == '=' ? std::string("\\=") : std::string(1, c);
  const std::filesystem::path top =
      ingest.confinement->hides_the_rest() ? kHome : ingest.directory();
  return "--tablespace-mapping=" + from + "=" + (top / kBrought / oid).string();
}

// From "  65123/781234 kB (8%), 0/1 tablespace".
std::optional<double> read_fraction(const std::string& text) {
  static const std::regex figures("([0-9]+)/([0-9]+) kB");
  std::optional<double> fraction;
  for (const auto& found : all_words_in(text, figures)) {
    const double total = std::stod(found.at(2));
    if (total > 0) fraction = std::min(1.0, std::stod(found.at(1)) / total);
  }
  return fraction;
}

Result<Step> base_backup(const Ingest& ingest, const UrlOrigin& origin, const OriginServer& found) {
  Command command{.argv = {TRY(find_client(ingest.versions, found.version, "pg_basebackup")),
                           "--pgdata", ingest.layout.data().string(), "--dbname",
                           connection_string(origin), "--wal-method=stream", "--checkpoint=fast",
                           "--progress", "--no-sync", "--no-password"},
                  .env = {{"PGCONNECT_TIMEOUT", "10"}, {"PGAPPNAME", "slipstream"}}};
  for (const auto& [oid, location] : found.location_by_tablespace) {
    command.argv.push_back(mapping(ingest, oid, location));
  }
  // In the environment only its own user and root can see it; an argument everybody could.
  if (const auto password = password_of(origin); !password.empty()) {
    command.env["PGPASSWORD"] = password;
  }
  command.watch = [&ingest, fraction = std::optional<double>()](std::string_view said) mutable {
    if (const auto read = read_fraction(std::string(said))) fraction = read;
    return ingest.go_on("copying from the server", fraction);
  };
  return Step{.command = std::move(command),
              .places = {.writable = {ingest.directory()},
                         .readable = files_of_connection(ingest.settings),
                         .home = ingest.directory(),
                         .network = ConfinedPlaces::Network::host},
              .what = "copying from the server",
              .message = "the backup of the server at " + origin.where() + " failed"};
}

// The exact end of the backup, from its manifest (PostgreSQL 13 on).
std::optional<std::string> end_of_backup(const Directory& data) {
  const auto manifest = data.read("backup_manifest", 256 << 20);
  static constexpr std::string_view mark = "\"End-LSN\": \"";
  if (!manifest) return std::nullopt;
  const auto at = manifest->rfind(mark);
  if (at == std::string::npos) return std::nullopt;
  const auto begin = at + mark.size();
  return manifest->substr(begin, manifest->find('"', begin) - begin);
}

}  // namespace

Result<DataPosition> ingest_from(const Ingest& ingest, const UrlOrigin& origin) {
  if (origin.logical) return ingest_logical(ingest, origin);
  const OriginServer found = TRY(ask_origin(ingest, origin));
  const ServerVersion& version = found.version;
  if (ingest.settings.follow) TRY(ensure_slot(*ingest.settings.follow, origin));
  TRY(make_layout(ingest.layout, ingest.user));
  if (!found.location_by_tablespace.empty()) {
    TRY(TRY(ingest.layout.top->make_directory(kBrought, {.mode = 0700, .owner = ingest.user.ids}))
            .set_no_copy_on_write());
  }
  TRY(run_step(ingest, TRY(base_backup(ingest, origin, found))));
  TRY(make_links_relative(ingest.layout));
  const Timestamp at = machine_time();
  const auto end = end_of_backup(TRY(ingest.layout.open_data()));
  std::vector<std::string> doubts;
  if (ingest.settings.follow) {
    TRY(neutralize_origin(ingest, version));
  } else {
    doubts = TRY(take_over(ingest, version));
  }
  const ControlData control = TRY(read_control_data(TRY(ingest.layout.open_data())));
  return DataPosition{
      .at = at, .position = end.value_or(control.position.position), .doubts = std::move(doubts)};
}

}  // namespace slip::postgresql
