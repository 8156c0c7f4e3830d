// SPDX-License-Identifier: Apache-2.0
#include "adapters/mariadb/mariadb_adapter.h"

#include <signal.h>
#include <sys/stat.h>

#include <algorithm>
#include <iterator>
#include <limits>

#include "adapters/mariadb/binary_log.h"
#include "adapters/mariadb/check_dump.h"
#include "adapters/mariadb/configuration.h"
#include "adapters/mariadb/connection_formats.h"
#include "adapters/mariadb/follow.h"
#include "adapters/mariadb/forget.h"
#include "adapters/mariadb/ingest.h"
#include "adapters/mariadb/lacks.h"
#include "adapters/mariadb/log_times.h"
#include "adapters/mariadb/login.h"
#include "adapters/mariadb/own_access.h"
#include "adapters/mariadb/own_user.h"
#include "adapters/mariadb/placement.h"
#include "adapters/mariadb/replay.h"
#include "adapters/mariadb/script.h"
#include "adapters/mariadb/server_state.h"
#include "adapters/mariadb/session.h"
#include "adapters/mariadb/startup_failure.h"
#include "adapters/mariadb/subset.h"
#include "adapters/mariadb/unlogged.h"
#include "adapters/support/follows_nobody.h"
#include "adapters/support/limited.h"
#include "base/system_error.h"
#include "base/temporary_directory.h"

namespace slip {

using namespace mariadb;

namespace {

constexpr Duration kLogGrain{1000};
constexpr std::int64_t kLogFileBytes = 64 << 20;  // max_binlog_size

constexpr auto kAnswerPatience = std::chrono::seconds(5);

Login login_of(const InstanceContext& instance, const Settings& settings) {
  Login login = instance.login;
  if (login.user.empty()) login.user = settings.login;
  return login;
}

// Servers that an earlier version has started have their password where it was then.
Result<std::string> password_of(const InstanceContext& instance, const Directory& top) {
  auto password = read_own_password(TRY(Directory::open(instance.trusted)));
  if (password || password.error().code != ErrorCode::not_found) return password;
  return top.read("run/password", 256);
}

// What to tell of a server that answers but does not let us in.
Error not_ready(Error error) {
  if (error.code == ErrorCode::timed_out || error.code == ErrorCode::not_found) {
    error.code = ErrorCode::unavailable;
  }
  if (error.code == ErrorCode::permission_denied) {
    error.code = ErrorCode::failed;
    error.message = "the database no longer lets Slipstream in";
    error.hint =
        "Its user \"slipstream\" was dropped or changed; a restart of the container makes it anew. "
        "If it does not, restore to a point before that.";
  }
  return error;
}

}  // namespace

struct MariadbAdapter::Running {
  Layout layout;
  RunUser user;
  std::string password;

  LocalServer server() const {
    return {.directory = *layout.top, .run = kRun, .password = password, .user = user.seen_as()};
  }
};

MariadbAdapter::MariadbAdapter(MariadbOptions options) : options_(std::move(options)) {
  std::vector<std::string> folders = options_.dialect.folders;
  std::ranges::copy(options_.program_folders, std::back_inserter(folders));
  installed_ = find_servers(options_.dialect, folders);
}

Result<MariadbAdapter::Running> MariadbAdapter::running(const InstanceContext& instance) const {
  Running found{.layout = TRY(open_layout(instance.directory)),
                .user = TRY(find_run_user(options_.user, instance.user)),
                .password = {}};
  found.password = TRY(password_of(instance, *found.layout.top));
  return found;
}

Result<Session> MariadbAdapter::open(const InstanceContext& instance) const {
  const Login login = login_of(instance, TRY(settings_of(instance.config)));
  return open_own(TRY(running(instance)).server(), login, kAnswerPatience);
}

Result<ServerVersion> MariadbAdapter::version_of(const Layout& layout) const {
  return find_reader(installed_, TRY(read_series_mark(layout)));
}

Result<Settings> MariadbAdapter::settings_of(const SourceConfig& config) const {
  return read_settings(options_.dialect, config);
}

AdapterInfo MariadbAdapter::info() const {
  const Dialect& dialect = options_.dialect;
  const std::string product(dialect.product);
  AdapterInfo info{.kind = std::string(dialect.kind), .recovers = true, .notes = {}};
  if (options_.wants_log && log_replay() == nullptr && !installed_.versions.empty()) {
    info.notes.push_back(std::string(dialect.log_reader.name) + " of " +
                         dialect.first_with_replay.text() +
                         " or newer is not installed: only points can be gone back to, not any "
                         "second");
  }
  for (const ServerVersion& version : installed_.versions) {
    info.notes.push_back(product + " " + version.full + " in " + version.programs.string());
  }
  if (installed_.versions.empty()) info.notes.push_back("no " + product + " server is installed");
  info.notes.insert(info.notes.end(), installed_.not_used.begin(), installed_.not_used.end());
  return info;
}

const slip::LogReplay* MariadbAdapter::log_replay() const {
  const Dialect& dialect = options_.dialect;
  const bool can_replay =
      std::ranges::any_of(installed_.versions, [&](const ServerVersion& version) {
        return version.series >= dialect.first_with_replay &&
               find_tool(version, dialect.log_reader).has_value();
      });
  return options_.wants_log && can_replay ? this : nullptr;
}

Duration MariadbAdapter::log_grain() const {
  return kLogGrain;
}

Result<> MariadbAdapter::validate(const SourceConfig& config) const {
  const Settings settings = TRY(settings_of(config));
  if (settings.version) {
    TRY(find_version(installed_, *settings.version));
  } else if (installed_.versions.empty()) {
    return nothing_installed(installed_);
  }
  return {};
}

bool MariadbAdapter::incremental(const SourceConfig& config) const {
  const auto settings = settings_of(config);
  return settings && std::holds_alternative<UrlOrigin>(settings->origin) && !settings->follows;
}

Result<Ingest> MariadbAdapter::ingest_of(const SourceConfig& config,
                                         const std::filesystem::path& directory,
                                         const std::optional<std::uint32_t>& user,
                                         Progress progress) const {
  return Ingest{.settings = TRY(settings_of(config)),
                .installed = installed_,
                .user = TRY(find_run_user(options_.user, user)),
                .layout = TRY(open_layout(directory)),
                .progress = std::move(progress),
                .confinement = TRY(limited_by(config, options_.confinement))};
}

Result<DataPosition> MariadbAdapter::ingest(const IngestRequest& request) const {
  TRY(validate(request.config));
  const Ingest work =
      TRY(ingest_of(request.config, request.directory, request.user, request.progress));
  const DataPosition position = TRY(std::visit(
      [&](const auto& origin) { return ingest_from(work, origin); }, work.settings.origin));
  TRY(work.top().sync_file_system());
  return position;
}

Result<> MariadbAdapter::prepare(const InstanceContext& instance) const {
  const Settings settings = TRY(settings_of(instance.config));
  const Layout layout = TRY(open_layout(instance.directory));
  const Directory trusted = TRY(Directory::open(instance.trusted));
  const RunUser user = TRY(find_run_user(options_.user));
  TRY(clear_leftovers(layout, user));
  TRY(layout.top->remove(kCompared));
  TRY(renew_own_user(options_.dialect, trusted, user));
  if (options_.certificates) TRY(give_certificate(*options_.certificates, trusted, user));
  return write_configuration(options_.dialect, layout, settings, trusted, user);
}

Result<std::optional<LaunchSpec>> MariadbAdapter::launch(const InstanceContext& instance) const {
  const Layout layout = TRY(open_layout(instance.directory));
  const ServerVersion version = TRY(version_of(layout));
  LaunchSpec spec{
      .argv = {version.program(options_.dialect.server.name)},
      .env = {{"PATH", "/usr/local/bin:/usr/bin:/bin"},
              {"HOME", instance.directory.string()},
              {"LANG", "C.UTF-8"}},
      .working_directory = layout.data(),
      .writable = {instance.directory},
      .readable = {instance.trusted / kOptionFileName, instance.trusted / kInitFileName},
      .home = instance.directory,
      .stop_signal = SIGTERM};
  // The system's programs are seen anyway.
  if (version.prefix() != "/usr") spec.readable.push_back(version.prefix());
  if (options_.certificates) {
    std::ranges::copy(certificate_files(instance.trusted).all(), std::back_inserter(spec.readable));
  }
  const Tls tls = options_.certificates ? Tls::by_certificate : Tls::by_itself;
  for (auto& argument : server_arguments(version, instance.trusted, instance.port, tls)) {
    spec.argv.push_back(std::move(argument));
  }
  if (instance.purpose == Purpose::follow) {
    const Settings settings = TRY(settings_of(instance.config));
    for (auto& argument : follower_arguments(options_.dialect, settings, instance.id)) {
      spec.argv.push_back(std::move(argument));
    }
    return std::optional(std::move(spec));
  }
  // A recovery would wait for ever for the file of a table that has not come along.
  if (!TRY(tables_outside(layout, home())).empty()) {
    spec.argv.emplace_back("--innodb-force-recovery=1");
  }
  if (instance.purpose == Purpose::look) spec.argv.emplace_back("--transaction-read-only=ON");
  // Nor is there a log of what is masked.
  if (instance.reach == Reach::hooks_only) {
    spec.argv.insert(spec.argv.end(), {"--skip-networking=ON", "--skip-log-bin"});
  }
  return std::optional(std::move(spec));
}

Result<> MariadbAdapter::ready(const InstanceContext& instance) const {
  auto session = open(instance);
  if (!session) return not_ready(std::move(session).error());
  const Settings settings = TRY(settings_of(instance.config));
  if (instance.purpose == Purpose::follow) return ensure_replication(*session, *settings.follows);
  const Running server = TRY(running(instance));
  TRY(note_log_time(server.layout, server.user));
  auto made = ensure_login(*session, login_of(instance, settings), settings.rights);
  if (made || made.error().code != ErrorCode::failed) return made;
  made.error().message = "the login cannot be made: " + made.error().detail;
  made.error().hint =
      "Somebody has changed or dropped what the server itself needs (the database mysql): restore "
      "to a point before that, or undo.";
  return made;
}

Result<> MariadbAdapter::flush(const InstanceContext& instance) const {
  const Running server = TRY(running(instance));
  auto session = TRY(open(instance));
  TRY(make_durable(session, server.layout));
  return note_log_time(server.layout, server.user);
}

// InnoDB writes all the time, and its log has the rest; what has no log is in its file.
Result<> MariadbAdapter::write_out(const InstanceContext&, WriteOutHow) const {
  return {};
}

Result<Lacks> MariadbAdapter::lacks(const InstanceContext& instance) const {
  auto session = TRY(open(instance));
  return find_lacks(session);
}

// The server removes the file with its process' number when all else is done.
Result<Ending> MariadbAdapter::ending(const InstanceContext& instance) const {
  const Layout layout = TRY(open_layout(instance.directory));
  const auto pid_file = TRY(layout.top->look(kRun / std::filesystem::path(kPidFileName)));
  return pid_file ? Ending::otherwise : Ending::in_good_order;
}

Home MariadbAdapter::home() const {
  return options_.confinement->hides_the_rest() ? Home::shown : Home::hidden;
}

Result<std::vector<std::string>> MariadbAdapter::left_out(const InstanceContext& instance) const {
  const Layout layout = TRY(open_layout(instance.directory));
  auto outside = TRY(tables_outside(layout, home()));
  if (!options_.dialect.keeps_places_in_dictionary) return describe_outside(outside);
  auto session = open(instance);
  if (!session) return describe_outside(outside);
  std::ranges::move(TRY(tablespaces_outside(*session, layout, home())),
                    std::back_inserter(outside));
  auto described = describe_outside(outside);
  // A copy of it as it runs would be one that never starts.
  const auto redo_log = TRY(session->query("SHOW GLOBAL STATUS LIKE 'Innodb_redo_log_enabled'"));
  if (!redo_log.empty() && redo_log.front()[1] == "OFF") {
    described.emplace_back(
        "every InnoDB table, as its redo log is switched off (end that with ALTER INSTANCE ENABLE "
        "INNODB REDO_LOG)");
  }
  return described;
}

Result<> MariadbAdapter::admits(const InstanceContext& instance) const {
  const Settings settings = TRY(settings_of(instance.config));
  auto session = TRY(open(instance));
  TRY(check_database(session, settings.database));
  return check_login(session, login_of(instance, settings), settings.rights);
}

std::optional<Error> MariadbAdapter::why_it_ended(const InstanceContext& instance,
                                                  const std::string& log) const {
  const auto layout = open_layout(instance.directory);
  const auto settings = settings_of(instance.config);
  if (!layout || !settings) return std::nullopt;
  return what_is_in_the_way(*layout, *settings, log);
}

Result<DataPosition> MariadbAdapter::position(const InstanceContext& instance) const {
  auto session = TRY(open(instance));
  DataPosition position = TRY(read_position(session));
  if (position.mark) *position.mark += TRY(unlogged_mark(TRY(open_layout(instance.directory))));
  return position;
}

Result<> MariadbAdapter::replay(const InstanceContext& instance, const std::filesystem::path& later,
                                Timestamp until, const Progress& progress) const {
  TRY(prepare(instance));
  const Ingest clone = TRY(ingest_of(instance.config, instance.directory, instance.user, progress));
  return replay_log({.clone = clone.place(TRY(version_of(clone.layout))),
                     .later = TRY(open_layout(later)),
                     .until = until,
                     .of = instance.purpose == Purpose::follow ? LogOf::follower : LogOf::branch,
                     .progress = progress});
}

std::int64_t MariadbAdapter::log_between(const DataPosition& from, const DataPosition& to) const {
  if (has_unlogged_between(from.mark, to.mark)) return std::numeric_limits<std::int64_t>::max();
  return mariadb::log_between(from.position, to.position, kLogFileBytes);
}

Result<std::unique_ptr<LogWatch>> MariadbAdapter::watch_log(const InstanceContext& instance) const {
  constexpr auto patience = std::chrono::milliseconds(500);
  std::unique_ptr<LogWatch> watch;
  if (instance.purpose == Purpose::follow) return watch;
  const auto open_quickly = [this, instance]() -> Result<Session> {
    return Session::open_local(TRY(running(instance)).server(), patience);
  };
  watch = std::make_unique<LogTimesWatch>(options_.dialect, TRY(open_layout(instance.directory)),
                                          TRY(find_run_user(options_.user, instance.user)),
                                          open_quickly);
  return watch;
}

// A server that does not run writes no log; it is shortened when it runs again.
Result<> MariadbAdapter::trim_log(const InstanceContext& instance, Timestamp keep_since) const {
  TRY(trim_log_times(TRY(open_layout(instance.directory)),
                     TRY(find_run_user(options_.user, instance.user)), keep_since));
  auto session = open(instance);
  if (!session) return {};
  return purge_log(*session, keep_since);
}

bool MariadbAdapter::follows(const SourceConfig& config) const {
  return config.setting("follow").has_value();
}

Result<FollowState> MariadbAdapter::follow_state(const InstanceContext& instance,
                                                 const std::string&) const {
  const Settings settings = TRY(settings_of(instance.config));
  if (!settings.follows) return follows_nobody(instance.source_name);
  const Running server = TRY(running(instance));
  auto session = TRY(Session::open_local(server.server(), kAnswerPatience));
  FollowState state = TRY(read_follow_state(session, *settings.follows));
  if (state.health == FollowHealth::disconnected) {
    TRY(ensure_encryption(session, *settings.follows));
  }
  if (!state.data_time) {
    // Without production it says nothing of its own; its log tells.
    const Directory log = TRY(server.layout.top->open_directory(kLog));
    const auto newest = TRY(newest_from_another(log, follower_server_id(instance.id)));
    if (newest) state.data_time = *newest - Duration(state.clock_ahead_ms.value_or(0));
  }
  return state;
}

Result<Timestamp> MariadbAdapter::catch_up(const InstanceContext& instance,
                                           const Progress& progress) const {
  const Settings settings = TRY(settings_of(instance.config));
  if (!settings.follows) return follows_nobody(instance.source_name);
  auto session = TRY(open(instance));
  return mariadb::catch_up(session, *settings.follows, progress);
}

// The server's own recovery first, with its log: what that says was committed is.
Result<DataPosition> MariadbAdapter::detach(const IngestRequest& request) const {
  const auto go_on = [&](std::string_view, std::optional<double>) {
    return !request.progress || request.progress("making a copy that stands alone", std::nullopt);
  };
  const Ingest work = TRY(ingest_of(request.config, request.directory, request.user, go_on));
  TRY(clear_leftovers(work.layout, work.user));
  auto server = TRY(PrivateServer::start(
      work.place(TRY(version_of(work.layout))), [&] { return work.go_on(""); },
      PrivateServer::BinaryLog::keep));
  DataPosition position;
  {
    auto session = TRY(server.session());
    position = TRY(read_position(session));
    TRY(session.query(std::string(options_.dialect.forget_replication)));
    // Of what production has made since the follower was seeded.
    for (const Account& definer : TRY(read_definers(session))) {
      TRY(ensure_definer(session, definer));
    }
  }
  TRY(server.stop());
  TRY(remove_replication(work.layout));
  TRY(work.top().sync_file_system());
  return position;
}

Result<std::string> MariadbAdapter::run_sql(const InstanceContext& instance,
                                            const SqlScript& script) const {
  const Running server = TRY(running(instance));
  return run_script({.version = TRY(version_of(server.layout)),
                     .layout = server.layout,
                     .server = server.server(),
                     .user = server.user,
                     .database = TRY(settings_of(instance.config)).database,
                     .confinement = TRY(limited_by(instance.config, options_.confinement))},
                    script);
}

Result<std::string> MariadbAdapter::subset_script(
    const std::map<std::string, std::string>& condition_by_table) const {
  return make_subset_script(options_.dialect.subset(), condition_by_table);
}

Result<> MariadbAdapter::forget_the_past(const InstanceContext& instance, Timestamp,
                                         const std::function<bool()>& keep_going) const {
  const Ingest work = TRY(ingest_of(instance.config, instance.directory, instance.user,
                                    [&](auto, auto) { return !keep_going || keep_going(); }));
  const Running server = TRY(running(instance));
  return mariadb::forget_the_past(work, TRY(version_of(work.layout)), server.server());
}

// A server of ours is asked what it knows, on a data directory that goes with the scratch folder.
Result<DumpReport> MariadbAdapter::check_dump(const SourceConfig& config,
                                              const Progress& progress) const {
  TRY(validate(config));
  const Settings settings = TRY(settings_of(config));
  const auto* origin = std::get_if<DumpOrigin>(&settings.origin);
  if (origin == nullptr) {
    return Error{.code = ErrorCode::invalid_argument, .message = "no dump is named"};
  }
  const TemporaryDirectory scratch;
  const Directory folder = TRY(Directory::open(scratch.path()));
  // Whom programs run as passes through, and sees only his own.
  if (::fchmod(folder.fd(), 0711) != 0) {
    return error_from_errno(errno, "change the mode of " + scratch.path().string());
  }
  const RunUser user = TRY(find_run_user(options_.user));
  TRY(folder.make_directory("source", {.mode = 0700, .owner = user.ids}));
  return mariadb::check_dump(
      TRY(ingest_of(config, scratch.path() / "source", std::nullopt, progress)), *origin);
}

Duration MariadbAdapter::stop_patience() const {
  return std::chrono::seconds(30);
}

Sibling MariadbAdapter::as_sibling(const InstanceContext& instance) const {
  const auto settings = settings_of(instance.config);
  if (!settings) return Sibling{.name = instance.source_name, .env = {}};
  const Login login = login_of(instance, *settings);
  const auto socket = instance.directory / kRun / kSocketName;
  return Sibling{.name = instance.source_name,
                 .env = instance.reach == Reach::hooks_only
                            ? make_socket_environment(login, settings->database, socket)
                            : make_environment(login, settings->database, instance.port)};
}

std::optional<Connection> MariadbAdapter::connection(const InstanceContext& instance,
                                                     std::string_view host,
                                                     std::uint16_t port) const {
  const auto settings = settings_of(instance.config);
  if (!settings) return std::nullopt;
  return make_connection(
      options_.dialect, login_of(instance, *settings), settings->database, host, port,
      options_.certificates && !is_loopback(host) ? Encryption::demanded
                                                  : Encryption::as_the_client_likes);
}

}  // namespace slip
