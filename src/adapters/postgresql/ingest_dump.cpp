#include <regex>

#include "adapters/postgresql/configuration.h"
#include "adapters/postgresql/dump_file.h"
#include "adapters/postgresql/ingest.h"
#include "adapters/postgresql/login.h"
#include "base/log.h"

namespace slip::postgresql {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view kLoading = "loading the dump";

// The dump as it can be loaded, and what it needs.
struct Load {
  fs::path path;    // for programs
  UniqueFd opened;  // a file in the source's own directory
  DumpFormat format = DumpFormat::plain;
  PlainDump needs;
};

std::string broken(const fs::path& path) {
  return "the dump " + path.string() + " is broken, or of something else";
}

// Of what a dump needs and this machine lacks the server speaks in these words.
Error explain_load(Error error, const fs::path& origin, const ServerVersion& version) {
  static const std::regex extension(
      "extension \"([^\"]+)\" is not available|control file \"[^\"]*/([^/\"]+)\\.control\"");
  static const std::regex tablespace("tablespace \"([^\"]+)\" does not exist");
  std::smatch found;
  if (std::regex_search(error.detail, found, extension)) {
    const std::string name = found[1].matched ? found[1] : found[2];
    error.code = ErrorCode::unsupported;
    error.message = "the dump " + origin.string() + " needs the extension " + name +
                    ", which is not installed here for PostgreSQL " + std::to_string(version.major);
    error.hint = "Install its package on this machine, or make the dump without it.";
  } else if (std::regex_search(error.detail, found, tablespace)) {
    error.code = ErrorCode::unsupported;
    error.message = "the dump " + origin.string() + " puts tables into the tablespace " +
                    found[1].str() + ", which is not here";
    error.hint = "Make the dump with --no-tablespaces.";
  }
  return error;
}

Error name_the_origin(Error error, const fs::path& origin, const fs::path& loaded) {
  const auto at = error.message.find(loaded.string());
  if (at != std::string::npos) error.message.replace(at, loaded.string().size(), origin.string());
  return error;
}

constexpr const char* kUnpacked = "dump";
constexpr const char* kSchema = "schema.sql";

// What a program needs that reads a dump: whoever owns it, the administrator has named it.
ConfinedPlaces places_for(const fs::path& dump, std::vector<fs::path> writable) {
  return {.writable = std::move(writable),
          .readable = {dump},
          .reads = ConfinedPlaces::Reads::every_place};
}

// The schema of an archive as SQL, to see which roles it names.
Result<PlainDump> scan_archive(const Ingest& ingest, const fs::path& archive) {
  const fs::path schema = ingest.directory() / kSchema;
  const auto& newest = ingest.versions.front();
  TRY(run_step(ingest,
               {.command = {.argv = {TRY(find_client(ingest.versions, newest, "pg_restore")),
                                     "--schema-only", "--file", schema.string(), archive.string()}},
                .places = places_for(archive, {ingest.directory()}),
                .what = kLoading,
                .code = ErrorCode::invalid_argument,
                .message = broken(archive)}));
  const UniqueFd opened = TRY(ingest.layout.top->open_file(kSchema));
  auto needs = scan_plain(path_of_open_file(opened.get()));
  TRY(ingest.layout.top->remove(kSchema));
  return needs;
}

Result<Load> look_at(const Ingest& ingest, const fs::path& origin) {
  Load load{.path = origin, .opened = {}, .format = TRY(detect_format(origin)), .needs = {}};
  fs::path readable = origin;  // by us
  if (load.format == DumpFormat::compressed) {
    load.path = ingest.directory() / kUnpacked;
    TRY(run_step(ingest, {.command = {.argv = {"zstd", "--decompress", "--quiet", "--no-progress",
                                               "-o", load.path.string(), origin.string()}},
                          .places = places_for(origin, {ingest.directory()}),
                          .what = "unpacking the dump",
                          .code = ErrorCode::invalid_argument,
                          .message = broken(origin)}));
    load.opened = TRY(ingest.layout.top->open_file(kUnpacked));
    readable = path_of_open_file(load.opened.get());
    load.format = TRY(detect_format(readable));
  }
  if (load.format == DumpFormat::tar) TRY(check_tar(readable));
  load.needs = load.format == DumpFormat::plain ? TRY(scan_plain(readable))
                                                : TRY(scan_archive(ingest, load.path));
  return load;
}

Result<> make_roles(const Ingest& ingest, Session& session, const Load& load) {
  TRY(ensure_role(session, ingest.settings.login));
  std::string made;
  for (const std::string& role : load.needs.roles) {
    const auto rows = TRY(session.query("SELECT 1 FROM pg_roles WHERE rolname = $1", {role}));
    if (!rows.empty()) continue;
    TRY(session.query("CREATE ROLE " + session.quote_name(role)));
    made += (made.empty() ? "" : ", ") + role;
  }
  if (!made.empty()) {
    spdlog::info("The dump names roles that it does not make; they are made without a login: {}.",
                 made);
  }
  return {};
}

// It gets the file opened: what a script has it do sees the server's socket and nothing else.
Result<Step> load_plain(const Ingest& ingest, const ServerVersion& version,
                        const PrivateServer& server, const Load& load,
                        const std::string& database) {
  return Step{
      .command = {.argv = {TRY(find_client(ingest.versions, version, "psql")), "--no-psqlrc",
                           "--quiet", "--set", "ON_ERROR_STOP=1", "--output", "/dev/null", "--host",
                           server.socket_directory().string(), "--username", std::string(kOwnRole),
                           "--dbname", database},
                  .input_file = load.opened ? path_of_open_file(load.opened.get()) : load.path},
      .places = {.writable = {server.socket_directory()}, .readable = {version.prefix()}},
      .what = kLoading,
      .code = ErrorCode::invalid_argument,
      .message = {}};
}

Result<Step> load_archive(const Ingest& ingest, const ServerVersion& version,
                          const PrivateServer& server, const Load& load,
                          const std::string& database) {
  Command command{.argv = {TRY(find_client(ingest.versions, version, "pg_restore")),
                           "--exit-on-error", "--no-tablespaces", "--host",
                           server.socket_directory().string(), "--username", std::string(kOwnRole),
                           "--dbname", database}};
  if (load.format != DumpFormat::tar) command.argv.push_back(parallel());
  command.argv.push_back(load.path.string());
  return Step{.command = std::move(command),
              .places = places_for(load.path, {server.socket_directory()}),
              .what = kLoading,
              .code = ErrorCode::invalid_argument,
              .message = {}};
}

Result<> load_into(const Ingest& ingest, const ServerVersion& version, const PrivateServer& server,
                   const Load& load, const fs::path& origin) {
  const std::string& wanted = ingest.settings.database;
  const bool makes_its_own = load.needs.databases_made.contains(wanted);
  {
    auto session = TRY(server.session());
    TRY(make_roles(ingest, session, load));
    if (!makes_its_own) TRY(ensure_database(session, wanted, ingest.settings.login));
  }
  const std::string database = makes_its_own ? "postgres" : wanted;
  Step step =
      TRY(load.format == DumpFormat::plain ? load_plain(ingest, version, server, load, database)
                                           : load_archive(ingest, version, server, load, database));
  step.message = broken(origin);
  const auto loaded = run_step(ingest, std::move(step));
  if (!loaded) return explain_load(loaded.error(), origin, version);
  // Frozen and analyzed once here, or every copy would write to each page that it first reads.
  TRY(run_step(ingest,
               {.command = {.argv = {version.program("vacuumdb"), "--all", "--freeze", "--analyze",
                                     "--quiet", "--host", server.socket_directory().string(),
                                     "--username", std::string(kOwnRole)}},
                .places = {.writable = {server.socket_directory()}, .readable = {version.prefix()}},
                .what = "analyzing the tables",
                .message = "the loaded tables cannot be analyzed"}));
  return {};
}

// Makes a cluster and loads it.
Result<DataPosition> load_anew(const Ingest& ingest, const Load& load, const fs::path& origin) {
  const ServerVersion version = TRY(choose_version(ingest, load.needs.origin_major));
  TRY(initialize(ingest, version));
  TRY(write_configuration(TRY(ingest.layout.open_data()), ingest.settings, ingest.user));
  auto server =
      TRY(PrivateServer::start(ingest.place(version), [&] { return ingest.go_on(kLoading); }));
  TRY(load_into(ingest, version, server, load, origin));
  TRY(server.stop());
  TRY(ingest.layout.top->remove(kUnpacked));
  const ControlData control = TRY(read_control_data(TRY(ingest.layout.open_data())));
  return DataPosition{.at = now(), .position = control.position.position};
}

}  // namespace

Result<DataPosition> ingest_from(const Ingest& ingest, const DumpOrigin& origin) {
  TRY(choose_version(ingest, std::nullopt));
  TRY(make_layout(ingest.layout, ingest.user));
  auto load = look_at(ingest, origin.path);
  if (load) return load_anew(ingest, *load, origin.path);
  Error error = std::move(load).error();
  if (const auto at = error.message.find("/proc/self/fd/"); at != std::string::npos) {
    error.message.replace(at, error.message.find(' ', at) - at, origin.path.string());
  }
  return name_the_origin(std::move(error), origin.path, ingest.directory() / kUnpacked);
}

Result<DataPosition> ingest_dumped(const Ingest& ingest, const char* name) {
  TRY(make_layout(ingest.layout, ingest.user));
  Load load{.path = ingest.directory() / name,
            .opened = {},
            .format = DumpFormat::directory,
            .needs = {}};
  load.needs = TRY(scan_archive(ingest, load.path));
  return load_anew(ingest, load, load.path);
}

}  // namespace slip::postgresql
