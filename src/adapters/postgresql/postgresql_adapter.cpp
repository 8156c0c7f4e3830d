// SPDX-License-Identifier: Apache-2.0
#include "adapters/postgresql/postgresql_adapter.h"

#include <signal.h>

#include <algorithm>
#include <charconv>
#include <iterator>

#include "adapters/postgresql/check_dump.h"
#include "adapters/postgresql/cluster.h"
#include "adapters/postgresql/collations.h"
#include "adapters/postgresql/configuration.h"
#include "adapters/postgresql/connection_formats.h"
#include "adapters/postgresql/dump_file.h"
#include "adapters/postgresql/dump_scan.h"
#include "adapters/postgresql/follow.h"
#include "adapters/postgresql/ingest.h"
#include "adapters/postgresql/lacks.h"
#include "adapters/postgresql/log_files.h"
#include "adapters/postgresql/login.h"
#include "adapters/postgresql/own_access.h"
#include "adapters/postgresql/readiness.h"
#include "adapters/postgresql/replay_check.h"
#include "adapters/postgresql/script.h"
#include "adapters/postgresql/session.h"
#include "adapters/postgresql/settings.h"
#include "adapters/postgresql/settings_then.h"
#include "adapters/postgresql/startup_failure.h"
#include "adapters/postgresql/tablespace_places.h"
#include "adapters/postgresql/tablespaces_left_out.h"
#include "adapters/postgresql/unlogged_init.h"
#include "adapters/postgresql/write_ahead_log.h"
#include "adapters/support/follows_nobody.h"
#include "adapters/support/limited.h"
#include "base/log.h"

namespace slip {

using namespace postgresql;

namespace {

constexpr auto kCheckpointPatience = std::chrono::minutes(5);

Login login_of(const InstanceContext& instance, const Settings& settings) {
  Login login = instance.login;
  if (login.user.empty()) login.user = settings.login;
  return login;
}

Result<Layout> layout_of(const InstanceContext& instance) {
  return open_layout(instance.directory, instance.trusted);
}

Result<LocalServer> server_in(const Layout& layout, const InstanceContext& instance,
                              const RunUser& user) {
  const Settings settings = TRY(read_settings(instance.config));
  return LocalServer{.directory = layout.top,
                     .folder = kSocket,
                     .port = instance.port,
                     .user = user_id(user),
                     .major = TRY(read_major(TRY(layout.open_data()))),
                     .database = settings.database,
                     .login = login_of(instance, settings).user};
}

Result<LocalServer> server_of(const InstanceContext& instance, const RunUser& user) {
  return server_in(TRY(layout_of(instance)), instance, user);
}

bool is_follower(const InstanceContext& instance) {
  return instance.purpose == Purpose::follow;
}

Result<Follower> follower_of(const InstanceContext& instance, const RunUser& user) {
  Settings settings = TRY(read_settings(instance.config));
  if (!settings.follow) return follows_nobody(instance.source_name);
  Layout layout = TRY(layout_of(instance));
  LocalServer server = TRY(server_in(layout, instance, user));
  return Follower{
      .layout = std::move(layout), .server = std::move(server), .settings = std::move(settings)};
}

// What to tell of a server that answers but does not let us in; a start mends that, but for one in
// the middle of a replay.
Error not_ready(Error error, const Layout& layout) {
  if (error.code == ErrorCode::timed_out) error.code = ErrorCode::unavailable;
  if (!is_locked_out(error)) return error;
  error.code = ErrorCode::permission_denied;
  const auto replays = has_replay(layout);
  if (replays && !*replays && note_locked_out(layout)) return error;
  error.code = ErrorCode::failed;
  error.hint = "Somebody had locked every role that could by then: choose a time before that.";
  return error;
}

}  // namespace

PostgresqlAdapter::PostgresqlAdapter(PostgresqlOptions options)
    : options_(std::move(options)), versions_(find_server_versions(options_.program_folders)) {}

AdapterInfo PostgresqlAdapter::info() const {
  AdapterInfo info{.kind = "postgresql", .recovers = true, .stops_whole = true, .notes = {}};
  for (const ServerVersion& version : versions_) {
    info.notes.push_back("PostgreSQL " + version.full + " in " + version.programs.string());
  }
  if (versions_.empty()) info.notes.push_back("no PostgreSQL server is installed");
  if (options_.wants_log && log_replay() == nullptr) {
    info.notes.push_back("zstd is not installed: only points can be gone back to, not any second");
  }
  return info;
}

const LogReplay* PostgresqlAdapter::log_replay() const {
  return options_.wants_log && can_keep_log() ? this : nullptr;
}

Duration PostgresqlAdapter::log_grain() const {
  return Duration(1);
}

Result<> PostgresqlAdapter::validate(const SourceConfig& config) const {
  const Settings settings = TRY(read_settings(config));
  if (settings.version) {
    TRY(find_major(versions_, *settings.version));
  } else if (versions_.empty()) {
    return Error{.code = ErrorCode::unsupported,
                 .message = "no PostgreSQL server is installed",
                 .hint = "On Debian: apt-get install postgresql."};
  }
  return {};
}

SourceConfig PostgresqlAdapter::completed(const SourceConfig& config) const {
  // pg_dump says what it makes before it fills it.
  constexpr std::int64_t head = 16 << 20;
  const auto dump = config.setting("dump");
  if (!dump || config.setting("database")) return config;
  const auto format = detect_format(*dump);
  if (!format || *format != DumpFormat::plain) return config;
  const auto needs = scan_head(*dump, head);
  if (!needs || needs->databases_made.size() != 1) return config;
  SourceConfig whole = config;
  whole.settings["database"] = needs->databases_made.begin()->first;
  return whole;
}

bool PostgresqlAdapter::incremental(const SourceConfig& config) const {
  const auto settings = read_settings(config);
  const auto* url = settings ? std::get_if<UrlOrigin>(&settings->origin) : nullptr;
  return url != nullptr && url->logical;
}

Result<Ingest> PostgresqlAdapter::ingest_of(const IngestRequest& request) const {
  return Ingest{.settings = TRY(read_settings(request.config)),
                .versions = versions_,
                .user = TRY(find_run_user(options_.user, request.user)),
                .layout = TRY(open_layout(request.directory, request.trusted)),
                .confinement = TRY(limited_by(request.config, options_.confinement)),
                .progress = request.progress};
}

Result<DataPosition> PostgresqlAdapter::ingest(const IngestRequest& request) const {
  TRY(validate(request.config));
  const Ingest work = TRY(ingest_of(request));
  const DataPosition position = TRY(std::visit(
      [&](const auto& origin) { return ingest_from(work, origin); }, work.settings.origin));
  TRY(work.layout.top->sync_file_system());
  return position;
}

Result<RunUser> PostgresqlAdapter::run_user(const InstanceContext& instance) const {
  return find_run_user(options_.user, instance.user);
}

Result<Session> PostgresqlAdapter::open(const InstanceContext& instance) const {
  return open_own(TRY(server_of(instance, TRY(run_user(instance)))), kAnswerPatience);
}

Result<ScriptPlace> PostgresqlAdapter::place_of(const InstanceContext& instance) const {
  return ScriptPlace{TRY(server_of(instance, TRY(run_user(instance)))),
                     TRY(read_settings(instance.config)).database};
}

// The socket's folder is made anew: nothing of another server's may be taken for this one's.
Result<> PostgresqlAdapter::prepare(const InstanceContext& instance) const {
  const Settings settings = TRY(read_settings(instance.config));
  const RunUser user = TRY(run_user(instance));
  const Layout layout = TRY(layout_of(instance));
  const Directory data = TRY(layout.open_data());
  TRY(data.remove("postmaster.pid"));
  TRY(layout.top->remove(kCompared));
  TRY(layout.top->remove(kSocket));
  TRY(layout.top->make_directory(kSocket, {.mode = 0700, .owner = user.ids}));
  TRY(make_log_folder(layout, kLog, user));
  TRY(write_configuration(data, settings, user));
  const Directory trusted = TRY(Directory::open(instance.trusted));
  TRY(write_doors(trusted, is_follower(instance) ? Doors::none : Doors::people, user));
  TRY(adopt_tablespaces(
      layout,
      options_.confinement->hides_the_rest() ? Outside::out_of_reach : Outside::within_reach,
      user));
  if (options_.certificates) {
    TRY(give_certificate(*options_.certificates, trusted, user));
  }
  if (TRY(was_locked_out(layout))) {
    TRY(let_us_in_again({.layout = layout,
                         .version = TRY(find_major(versions_, TRY(read_major(data)))),
                         .user = user,
                         .confinement = options_.confinement,
                         .links = TRY(links_to_places(layout))}));
  }
  if (!is_follower(instance)) return {};
  // One that production has made has ended the server that was told of it.
  const auto confinement = TRY(limited_by(instance.config, options_.confinement));
  if (TRY(make_places_in_log(layout, *confinement, user))) {
    make_places_of_production(layout, settings, *confinement, user);
  }
  return prepare_follower(layout, user);
}

Result<std::optional<LaunchSpec>> PostgresqlAdapter::launch(const InstanceContext& instance) const {
  const Layout layout = TRY(layout_of(instance));
  const Directory data = TRY(layout.open_data());
  const ServerVersion version = TRY(find_major(versions_, TRY(read_major(data))));
  const RunUser user = TRY(run_user(instance));
  const bool replays = TRY(has_replay(layout));
  if (!is_follower(instance)) {
    TRY(choose_start(layout, TRY(server_in(layout, instance, user)), user));
  }
  // By the directory that it works in, which a sandbox shows at the same place for every copy.
  LaunchSpec spec{.argv = {version.program("postgres"), "-D", "."},
                  .env = {{"PATH", "/usr/local/bin:/usr/bin:/bin"},
                          {"HOME", instance.directory.string()},
                          {"LANG", "C.UTF-8"}},
                  .working_directory = layout.data(),
                  .writable = {instance.directory},
                  .readable = {version.prefix(), instance.trusted / kDoorsFile},
                  .home = instance.directory,
                  .links = TRY(links_to_places(layout)),
                  .stop_signal = SIGINT};
  const auto add = [&](const std::vector<std::string>& arguments) {
    spec.argv.insert(spec.argv.end(), arguments.begin(), arguments.end());
  };
  std::optional<CertificateFiles> certificate;
  if (options_.certificates) {
    certificate = certificate_files(instance.trusted);
    std::ranges::copy(certificate->all(), std::back_inserter(spec.readable));
  }
  add(server_arguments(version.major, instance.port, instance.trusted / kDoorsFile, certificate));
  // What belongs to tables that are missing cannot be replayed.
  if (TRY(lacks_tablespaces(layout))) add({"-c", "ignore_invalid_pages=on"});
  if (is_follower(instance)) {
    const Settings settings = TRY(read_settings(instance.config));
    add(TRY(follower_arguments(layout, settings)));
    spec.env.merge(follower_environment(settings));
    if (!settings.follow->archive.empty()) spec.readable.push_back(settings.follow->archive);
    for (auto& file : files_of_connection(settings)) spec.readable.push_back(std::move(file));
    if (log_replay() != nullptr) add(archive_arguments(Archiving::always));
    return std::optional(std::move(spec));
  }
  if (instance.purpose == Purpose::look) {
    add({"-c", "default_transaction_read_only=on"});
    // One that writes when somebody logs in would let nobody in.
    if (version.major >= 17) add({"-c", "event_triggers=off"});
  }
  if (instance.reach == Reach::hooks_only) {
    // Nor is there a log of what is masked.
    add({"-c", "listen_addresses="});
  } else if (log_replay() != nullptr && keeps_log(data)) {
    add(archive_arguments(Archiving::own));
  }
  if (replays) add(TRY(replay_arguments(layout, ReplayEnd::kept)));
  return std::optional(std::move(spec));
}

Result<bool> PostgresqlAdapter::replays_again(const InstanceContext& instance,
                                              const std::string& log) const {
  const Layout layout = TRY(layout_of(instance));
  if (!TRY(has_replay(layout))) return false;
  const RunUser user = TRY(run_user(instance));
  const auto confinement = TRY(limited_by(instance.config, options_.confinement));
  if (TRY(lacked_a_place(log, layout, *confinement, user))) return true;
  if (TRY(lacked_a_file(log, layout, *confinement, user))) return true;
  if (TRY(replay_needs_more(layout, log, user))) return true;
  if (TRY(replay_to_the_end(layout, log))) return true;
  // What keeps it from starting is what one goes back for.
  const bool again = TRY(give_back_settings(layout, user));
  if (again) {
    constexpr std::size_t kShown = 500;
    spdlog::warn(
        "{} has ended with the settings that ALTER SYSTEM had made by that time, and gets those of "
        "the point before it: {}",
        instance.id.str(), log.substr(log.size() - std::min(log.size(), kShown)));
  }
  return again;
}

Result<> PostgresqlAdapter::ready(const InstanceContext& instance) const {
  const RunUser user = TRY(run_user(instance));
  if (is_follower(instance)) return follower_ready(TRY(follower_of(instance, user)));
  const Layout layout = TRY(layout_of(instance));
  const LocalServer server = TRY(server_in(layout, instance, user));
  auto session = open_own(server, kAnswerPatience);
  if (!session) {
    if (session.error().code == ErrorCode::unavailable) {
      TRY(promote(TRY(layout.open_data()), server, user));
    }
    return not_ready(std::move(session).error(), layout);
  }
  const Settings settings = TRY(read_settings(instance.config));
  const auto open_database = [&](const std::string& database) {
    return Session::open_for_script(server, database, kAnswerPatience);
  };
  TRY(ensure_login(*session, login_of(instance, settings), settings.rights, open_database));
  if (!TRY(has_replay(layout))) return {};
  const auto confinement = TRY(limited_by(instance.config, options_.confinement));
  TRY(check_replay(layout, *confinement, user));
  if (TRY(mends_unlogged(layout, server))) {
    return Error{.code = ErrorCode::unavailable, .message = "the server recovers once more"};
  }
  TRY(keep_settings(layout));
  return end_replay(layout);
}

Result<> PostgresqlAdapter::flush(const InstanceContext& instance) const {
  // What a follower has applied, it had written to its log before.
  if (is_follower(instance)) return {};
  auto session = TRY(open(instance));
  // What a recovery reads of the log must not lead to where a copy's tablespace is not.
  const Layout layout = TRY(layout_of(instance));
  const bool moved = TRY(make_links_relative(layout));
  if (moved || !TRY(all_inside(layout))) {
    TRY(session.query("SET statement_timeout = 0"));
    TRY(session.query("CHECKPOINT", {}, kCheckpointPatience));
  }
  // A commit that waits for the disk takes every earlier commit there with it, those that did not
  // wait for it included.
  TRY(session.query("SELECT pg_logical_emit_message(true, 'slipstream', '')"));
  return {};
}

Result<> PostgresqlAdapter::write_out(const InstanceContext& instance, WriteOutHow how) const {
  return postgresql::write_out(TRY(server_of(instance, TRY(run_user(instance)))), how,
                               kAnswerPatience);
}

Result<Lacks> PostgresqlAdapter::lacks(const InstanceContext& instance) const {
  return find_lacks(TRY(server_of(instance, TRY(run_user(instance)))), kAnswerPatience);
}

Result<Ending> PostgresqlAdapter::ending(const InstanceContext& instance) const {
  const ControlData control = TRY(read_control_data(TRY(TRY(layout_of(instance)).open_data())));
  return control.state == ClusterState::shut_down ? Ending::in_good_order : Ending::otherwise;
}

Result<DataPosition> PostgresqlAdapter::position(const InstanceContext& instance) const {
  if (is_follower(instance))
    return follower_position(TRY(follower_of(instance, TRY(run_user(instance)))));
  auto session = TRY(open(instance));
  const auto rows = TRY(session.query(
      "SELECT pg_current_wal_lsn(), floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint, "
      "txid_snapshot_xmax(txid_current_snapshot())"));
  if (rows.empty()) return Error{.message = "the server does not say where it is"};
  // Whatever writes has a transaction id; what the server logs for itself has none.
  DataPosition position{
      .at = {}, .position = rows.front()[0].value_or(""), .mark = rows.front()[2]};
  const std::string milliseconds = rows.front()[1].value_or("");
  std::from_chars(milliseconds.data(), milliseconds.data() + milliseconds.size(), position.at.ms);
  return position;
}

Result<> PostgresqlAdapter::replay(const InstanceContext& instance,
                                   const std::filesystem::path& later, Timestamp until,
                                   const Progress& progress) const {
  const Layout clone = TRY(layout_of(instance));
  const Layout source = TRY(open_layout(later));
  const RunUser user = TRY(run_user(instance));
  TRY(make_places_of(source, clone, user));
  if (TRY(take_settings(clone, source, until, user)) == SettingsOf::point_perhaps) {
    constexpr const char* kWhose =
        "with the settings by ALTER SYSTEM of the point before: they were changed after that "
        "moment, and whether also before it is not known";
    spdlog::warn("{} of {} is {}.", to_rfc3339(until), instance.source_name, kWhose);
    if (progress && !progress(kWhose, std::nullopt)) {
      return Error{.code = ErrorCode::canceled, .message = "canceled"};
    }
  }
  return gather_replay(clone, source, until, user);
}

Result<std::vector<std::string>> PostgresqlAdapter::left_out(
    const InstanceContext& instance) const {
  std::vector<std::string> places;
  for (const auto& one : TRY(read_tablespaces(TRY(layout_of(instance))))) {
    if (one.is_inside && !one.is_lost) continue;
    const LocalServer server = TRY(server_of(instance, TRY(run_user(instance))));
    auto session = open_own(server, kAnswerPatience);
    places.push_back(
        describe_left_out(one, session ? &*session : nullptr, [&](const std::string& database) {
          return Session::open_for_script(server, database, kAnswerPatience);
        }));
  }
  return places;
}

Result<> PostgresqlAdapter::admits(const InstanceContext& instance) const {
  const Settings settings = TRY(read_settings(instance.config));
  auto session = TRY(open(instance));
  TRY(check_database(session, settings.database));
  return check_login(session, login_of(instance, settings));
}

std::optional<Error> PostgresqlAdapter::why_it_ended(const InstanceContext& instance,
                                                     const std::string& log) const {
  const auto layout = layout_of(instance);
  const auto settings = read_settings(instance.config);
  if (!layout || !settings) return std::nullopt;
  return setting_in_the_way(*layout, *settings, log);
}

std::int64_t PostgresqlAdapter::log_between(const DataPosition& from,
                                            const DataPosition& to) const {
  const auto first = read_lsn(from.position);
  const auto last = read_lsn(to.position);
  return first && last && *first < *last ? static_cast<std::int64_t>(*last - *first) : 0;
}

Result<> PostgresqlAdapter::trim_log(const InstanceContext& instance, Timestamp keep_since) const {
  return postgresql::trim_log(TRY(layout_of(instance)), keep_since);
}

bool PostgresqlAdapter::follows(const SourceConfig& config) const {
  return config.setting("follow").has_value();
}

Result<FollowState> PostgresqlAdapter::follow_state(const InstanceContext& instance,
                                                    const std::string& log) const {
  Follower follower = TRY(follower_of(instance, TRY(run_user(instance))));
  follower.log = log;
  return follower_state(follower);
}

Result<Timestamp> PostgresqlAdapter::catch_up(const InstanceContext& instance,
                                              const Progress& progress) const {
  return postgresql::catch_up(TRY(follower_of(instance, TRY(run_user(instance)))), progress);
}

// Ends what makes it a standby, and goes on as with a backup's copy.
Result<DataPosition> PostgresqlAdapter::detach(const IngestRequest& request) const {
  const Ingest work = TRY(ingest_of(request));
  const ServerVersion version =
      TRY(find_major(versions_, TRY(read_major(TRY(work.layout.open_data())))));
  TRY(end_recovery(work, version));
  TRY(work.layout.top->remove(kLog));
  auto doubts = TRY(take_over(work, version));
  TRY(work.layout.top->sync_file_system());
  DataPosition position = TRY(read_control_data(TRY(work.layout.open_data()))).position;
  position.doubts = std::move(doubts);
  return position;
}

Result<DumpReport> PostgresqlAdapter::check_dump(const SourceConfig& config,
                                                 const Progress& progress) const {
  TRY(validate(config));
  const Ingest work{.settings = TRY(read_settings(completed(config))),
                    .versions = versions_,
                    .user = TRY(find_run_user(options_.user, std::nullopt)),
                    .layout = {},
                    .confinement = TRY(limited_by(config, options_.confinement)),
                    .progress = progress};
  if (const auto* origin = std::get_if<DumpOrigin>(&work.settings.origin)) {
    return postgresql::check_dump(work, *origin);
  }
  return Error{.code = ErrorCode::invalid_argument,
               .message = "no dump is named",
               .hint = "Give dump = FILE."};
}

Result<std::vector<std::string>> PostgresqlAdapter::doubts(const InstanceContext& instance) const {
  return doubtful_order(TRY(server_of(instance, TRY(run_user(instance)))), kAnswerPatience);
}

Result<std::vector<std::string>> PostgresqlAdapter::sort_anew(const IngestRequest& request) const {
  const Ingest work = TRY(ingest_of(request));
  const ServerVersion version =
      TRY(find_major(versions_, TRY(read_major(TRY(work.layout.open_data())))));
  auto server = TRY(
      PrivateServer::start(work.place(version), [&] { return work.go_on("building indexes"); }));
  auto doubts = TRY(postgresql::sort_anew(server.address(), request.progress));
  TRY(server.stop());
  TRY(work.layout.top->sync_file_system());
  return doubts;
}

Result<> PostgresqlAdapter::leave_origin(const SourceConfig& config,
                                         const std::vector<SourceConfig>& others) const {
  const Settings settings = TRY(read_settings(config));
  for (const auto& other : others) {
    if (other.kind != config.kind) continue;
    const auto theirs = read_settings(other);
    if (theirs && uses_slot_of(*theirs, settings)) return {};
  }
  return drop_slot(settings);
}

Result<std::string> PostgresqlAdapter::run_sql(const InstanceContext& instance,
                                               const SqlScript& script) const {
  const auto place = TRY(place_of(instance));
  auto ran = run_script(place, script);
  const Settings settings = TRY(read_settings(instance.config));
  if (settings.rights != LoginRights::owner || is_follower(instance)) return ran;
  // What it has made is the login's, too.
  auto session = Session::open_for_script(place.server, place.database, kAnswerPatience);
  if (ran && !session) return std::move(session).error();
  if (!session) return ran;
  auto handed = hand_over(*session, login_of(instance, settings).user);
  if (ran && !handed) return std::move(handed).error();
  return ran;
}

Result<std::string> PostgresqlAdapter::subset_script(
    const std::map<std::string, std::string>& condition_by_table) const {
  return make_subset_script(condition_by_table);
}

Result<> PostgresqlAdapter::forget_the_past(const InstanceContext& instance, Timestamp since,
                                            const std::function<bool()>& keep_going) const {
  return postgresql::forget_the_past(TRY(place_of(instance)), since, keep_going);
}

Duration PostgresqlAdapter::stop_patience() const {
  return std::chrono::seconds(30);
}

Sibling PostgresqlAdapter::as_sibling(const InstanceContext& instance) const {
  const auto settings = read_settings(instance.config);
  if (!settings) return Sibling{.name = instance.source_name, .env = {}};
  const std::string host =
      instance.reach == Reach::hooks_only ? (instance.directory / kSocket).string() : "127.0.0.1";
  Sibling sibling{.name = instance.source_name,
                  .env = make_environment(login_of(instance, *settings), settings->database, host,
                                          instance.port)};
  const auto layout = layout_of(instance);
  const auto data = layout ? layout->open_data() : Result<Directory>(layout.error());
  if (const auto major = data ? read_major(*data) : Result<int>(data.error())) {
    sibling.hook_env["PGOPTIONS"] = hook_options(*major);
  }
  return sibling;
}

std::optional<Connection> PostgresqlAdapter::connection(const InstanceContext& instance,
                                                        std::string_view host,
                                                        std::uint16_t port) const {
  const auto settings = read_settings(instance.config);
  if (!settings) return std::nullopt;
  return make_connection(login_of(instance, *settings), settings->database, host, port,
                         options_.certificates && !is_loopback(host)
                             ? Encryption::demanded
                             : Encryption::as_the_client_likes);
}

}  // namespace slip
