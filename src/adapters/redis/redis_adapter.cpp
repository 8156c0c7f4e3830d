// SPDX-License-Identifier: Apache-2.0
#include "adapters/redis/redis_adapter.h"

#include <signal.h>

#include "adapters/redis/configuration.h"
#include "adapters/redis/connection_formats.h"
#include "adapters/redis/ingest.h"
#include "adapters/redis/login.h"
#include "adapters/redis/session.h"
#include "adapters/support/limited.h"
#include "adapters/support/tenant_files.h"

namespace slip {

using namespace redis;

namespace {

constexpr auto kStopPatience = std::chrono::seconds(30);

Login login_of(const InstanceContext& instance, const Settings& settings) {
  Login login = instance.login;
  if (login.user.empty()) login.user = settings.login;
  return login;
}

// What to tell of a server that answers but does not let us in.
Error not_ready(Error error) {
  if (error.code == ErrorCode::timed_out || error.code == ErrorCode::not_found) {
    error.code = ErrorCode::unavailable;
  }
  if (error.code == ErrorCode::permission_denied) {
    error.code = ErrorCode::failed;
    error.message = "the server no longer lets Slipstream in";
    error.hint =
        "Its user \"slipstream\" was dropped or changed; a restart of the container makes it "
        "anew.";
  }
  return error;
}

bool is_on(const std::map<std::string, std::string>& info, const std::string& name) {
  const auto found = info.find(name);
  return found != info.end() && found->second != "0";
}

std::string value_of(const std::map<std::string, std::string>& info, const std::string& name) {
  const auto found = info.find(name);
  return found == info.end() ? "" : found->second;
}

}  // namespace

RedisAdapter::RedisAdapter(RedisOptions options)
    : options_(std::move(options)), found_(find_programs(options_.program_folders)) {}

Result<Session> RedisAdapter::open(const InstanceContext& instance) const {
  const Directory top = TRY(Directory::open(instance.directory));
  const RunUser user = TRY(find_run_user(options_.user, instance.user));
  const std::string password = TRY(read_own_password(TRY(Directory::open(instance.trusted))));
  return open_own({.directory = top, .run = kRun, .user = user_id(user)}, password,
                  login_of(instance, TRY(read_settings(instance.config))), kAnswerPatience);
}

AdapterInfo RedisAdapter::info() const {
  return AdapterInfo{.kind = "redis", .recovers = true, .stops_whole = true, .notes = found_.notes};
}

Result<> RedisAdapter::validate(const SourceConfig& config) const {
  TRY(read_settings(config));
  TRY(newest(found_));
  return {};
}

Result<DataPosition> RedisAdapter::ingest(const IngestRequest& request) const {
  return fill({.place = {.programs = TRY(newest(found_)),
                         .layout = TRY(open_layout(request.directory)),
                         .settings = TRY(read_settings(request.config)),
                         .user = TRY(find_run_user(options_.user, request.user)),
                         .confinement = TRY(limited_by(request.config, options_.confinement))},
               .progress = request.progress});
}

Result<> RedisAdapter::prepare(const InstanceContext& instance) const {
  const Settings settings = TRY(read_settings(instance.config));
  const Layout layout = TRY(open_layout(instance.directory));
  const RunUser user = TRY(find_run_user(options_.user));
  TRY(clear_leftovers(layout, user));
  const bool listens = instance.reach == Reach::everybody;
  return write_configuration(settings,
                             {.port = listens ? instance.port : std::uint16_t{0},
                              .run = std::filesystem::path("..") / kRun},
                             Content::log, TRY(Directory::open(instance.trusted)), user);
}

Result<std::optional<LaunchSpec>> RedisAdapter::launch(const InstanceContext& instance) const {
  const Programs programs = TRY(newest(found_));
  const Layout layout = TRY(open_layout(instance.directory));
  LaunchSpec spec{.argv = {programs.server, instance.trusted / kConfigurationName},
                  .env = {{"PATH", "/usr/local/bin:/usr/bin:/bin"},
                          {"HOME", instance.directory.string()},
                          {"LANG", "C.UTF-8"}},
                  .working_directory = layout.data(),
                  .writable = {instance.directory},
                  .readable = {instance.trusted / kConfigurationName},
                  .home = instance.directory,
                  .stop_signal = SIGTERM};
  // The system's programs are seen anyway.
  const auto folder = programs.server.parent_path();
  if (!folder.string().starts_with("/usr/")) spec.readable.push_back(folder);
  return std::optional(std::move(spec));
}

Result<> RedisAdapter::ready(const InstanceContext& instance) const {
  auto session = open(instance);
  if (!session) return not_ready(std::move(session).error());
  const Settings settings = TRY(read_settings(instance.config));
  return ensure_login(*session, login_of(instance, settings), settings.rights, instance.purpose);
}

// What was answered is in the file already (configuration.h), or `lacks` says so. With `everysec`,
// which only a superuser sets, it may wait: one round of `always` writes it.
Result<> RedisAdapter::flush(const InstanceContext& instance) const {
  constexpr const char* delayed = "everysec";
  auto session = TRY(open(instance));
  const Reply policy = TRY(session.ask({"CONFIG", "GET", "appendfsync"}));
  if (policy.texts.empty() || policy.texts.back() != delayed) return {};
  TRY(session.ask({"CONFIG", "SET", "appendfsync", "always"}));
  TRY(session.ask({"CONFIG", "SET", "appendfsync", delayed}));
  return {};
}

// It writes with every command.
Result<> RedisAdapter::write_out(const InstanceContext&, WriteOutHow) const {
  return {};
}

Result<Lacks> RedisAdapter::lacks(const InstanceContext& instance) const {
  auto session = TRY(open(instance));
  const auto info = TRY(session.info("persistence"));
  Lacks lacks;
  const auto add = [&](const std::string& what) {
    lacks.as_it_runs.push_back(what);
    lacks.once_stopped.push_back(what);
  };
  if (!is_on(info, "aof_enabled")) {
    add("what was written since the append-only file was switched off (CONFIG SET appendonly no)");
  } else if (is_on(info, "aof_rewrite_scheduled") ||
             (is_on(info, "aof_rewrite_in_progress") &&
              has_log_beside(TRY(open_layout(instance.directory))).value_or(true))) {
    // Asked after INFO: a file that is no longer there has become the log.
    add("what was written since the append-only file was switched off, which is on again, but not "
        "yet written anew");
  }
  if (value_of(info, "aof_last_write_status") != "ok") {
    add("what the server acknowledged last and cannot write to the append-only file: its disk or "
        "quota is full");
  }
  return lacks;
}

// The server removes the file with its process' number when all else is done.
Result<Ending> RedisAdapter::ending(const InstanceContext& instance) const {
  const Layout layout = TRY(open_layout(instance.directory));
  const auto pid_file = TRY(layout.top->look(std::filesystem::path(kRun) / kPidFileName));
  return pid_file ? Ending::otherwise : Ending::in_good_order;
}

Result<DataPosition> RedisAdapter::position(const InstanceContext& instance) const {
  auto session = TRY(open(instance));
  const auto info = TRY(session.info("persistence"));
  DataPosition position{.at = machine_time(), .position = ""};
  if (!is_on(info, "aof_enabled")) return position;
  position.position = std::to_string(TRY(log_number(TRY(open_layout(instance.directory))))) + "/" +
                      value_of(info, "aof_base_size") + "/" + value_of(info, "aof_current_size");
  position.mark = position.position;
  return position;
}

// All of it is in its append-only file.
Result<std::vector<std::string>> RedisAdapter::left_out(const InstanceContext&) const {
  return std::vector<std::string>();
}

Result<> RedisAdapter::admits(const InstanceContext& instance) const {
  const Settings settings = TRY(read_settings(instance.config));
  const Directory top = TRY(Directory::open(instance.directory));
  const RunUser user = TRY(find_run_user(options_.user, instance.user));
  TRY(Session::open({.directory = top, .run = kRun, .user = user_id(user)},
                    login_of(instance, settings), kAnswerPatience));
  return {};
}

std::optional<Error> RedisAdapter::why_it_ended(const InstanceContext& instance,
                                                const std::string& log) const {
  const auto begin = log.find("*** FATAL CONFIG FILE ERROR");
  if (begin != std::string::npos) {
    return Error{.code = ErrorCode::failed,
                 .message = "a directive of the template keeps the server from starting",
                 .hint = "Change its conf. setting in the template of this container.",
                 .detail = log.substr(begin)};
  }
  if (log.find("reading the append only file") != std::string::npos) {
    return Error{
        .code = ErrorCode::failed,
        .message = "the append-only file in " + instance.directory.string() + "/data is damaged",
        .hint = "Go back to an earlier point."};
  }
  return std::nullopt;
}

Duration RedisAdapter::stop_patience() const {
  return kStopPatience;
}

Sibling RedisAdapter::as_sibling(const InstanceContext& instance) const {
  const auto settings = read_settings(instance.config);
  if (!settings) return Sibling{.name = instance.source_name, .env = {}};
  const Login login = login_of(instance, *settings);
  const auto socket = instance.directory / kRun / kSocketName;
  return Sibling{.name = instance.source_name,
                 .env = instance.reach == Reach::hooks_only
                            ? make_socket_environment(login, settings->database, socket)
                            : make_environment(login, settings->database, instance.port)};
}

std::optional<Connection> RedisAdapter::connection(const InstanceContext& instance,
                                                   std::string_view host,
                                                   std::uint16_t port) const {
  const auto settings = read_settings(instance.config);
  if (!settings) return std::nullopt;
  const bool is_encrypted = options_.tls_beyond_loopback && !is_loopback(host);
  return make_connection(login_of(instance, *settings), settings->database, host, port,
                         is_encrypted ? Encryption::demanded : Encryption::as_the_client_likes);
}

}  // namespace slip
