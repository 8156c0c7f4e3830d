// SPDX-License-Identifier: Apache-2.0
#include "adapters/command/command_adapter.h"

#include <poll.h>
#include <sys/socket.h>

#include "adapters/support/connection_text.h"
#include "adapters/support/limited.h"
#include "adapters/support/space_watch.h"
#include "adapters/support/tenant_files.h"

namespace slip {

using namespace command;
namespace fs = std::filesystem;

namespace {

constexpr auto kFillPatience = std::chrono::hours(48);
constexpr auto kPreparePatience = std::chrono::minutes(10);
constexpr int kKnockPatienceMs = 500;

Error not_yet() {
  return Error{.code = ErrorCode::unavailable, .message = "the server does not listen yet"};
}

Error canceled() {
  return Error{.code = ErrorCode::canceled, .message = "canceled"};
}

// What the server was told at its start, for us alone.
constexpr const char* kToldLogin = ".login";
constexpr std::size_t kLoginMax = 4096;

std::string login_text(const Login& login) {
  return login.user + "\n" + login.password;
}

Error refuses_login() {
  return Error{.code = ErrorCode::permission_denied, .message = "the server refuses the login"};
}

Directory::Access private_to(const RunUser& user) {
  return {.mode = 0700, .owner = user.ids};
}

Result<> make_folder(const Directory& top, const char* name, const RunUser& user) {
  TRY(top.remove(name));
  TRY(top.make_directory(name, private_to(user)));
  return {};
}

// Whoever owned the directory may have put a fifo in the place of a file, and a program that opens
// it waits until somebody writes into it. A socket is none to wait for, and may be left over.
Result<> check_files(const Directory& folder, int depth = 0) {
  constexpr int depth_max = 4;
  for (const auto& [name, type] : TRY(folder.list())) {
    if (type == fs::file_type::fifo || type == fs::file_type::character ||
        type == fs::file_type::block) {
      return Error{.code = ErrorCode::precondition_failed,
                   .message = (folder.path() / name).string() +
                              " is no file: a server may wait for it for ever",
                   .hint = "Remove it, or go back to a point from before it was made."};
    }
    if (type != fs::file_type::directory || depth == depth_max) continue;
    TRY(check_files(TRY(folder.open_directory(name)), depth + 1));
  }
  return {};
}

bool has_origin(const SourceConfig& config) {
  return config.setting("directory") || config.setting("dump");
}

}  // namespace

CommandAdapter::CommandAdapter(KindFile kind, CommandOptions options)
    : kind_(std::move(kind)), options_(std::move(options)) {}

AdapterInfo CommandAdapter::info() const {
  return AdapterInfo{.kind = kind_.description.kind,
                     .recovers = true,
                     .stops_whole = true,
                     .notes = {kind_.description.label + " by " + kind_.start.command.front()}};
}

Result<> CommandAdapter::validate(const SourceConfig& config) const {
  TRY(check_settings(kind_.description, config));
  if (config.setting("directory") && config.setting("dump")) {
    return Error{.code = ErrorCode::invalid_argument,
                 .message = "give only one of directory and dump"};
  }
  if (!kind_.fill && !has_origin(config)) {
    return Error{.code = ErrorCode::invalid_argument,
                 .message = "a " + kind_.description.kind + " source needs data to begin with",
                 .hint = "Give it a directory or a dump."};
  }
  return {};
}

Place CommandAdapter::place_of(const InstanceContext& instance) const {
  Place place{.directory = instance.directory,
              .trusted = instance.trusted,
              .is_shown_at_home = options_.confinement->hides_the_rest(),
              .port = instance.port,
              .login = instance.login,
              .config = instance.config,
              .purpose = instance.purpose};
  if (place.login.user.empty()) place.login.user = kind_.login;
  return place;
}

Result<CommandAdapter::Work> CommandAdapter::work_in(
    const Place& place, const std::optional<std::uint32_t>& user) const {
  Work work{.confinement = TRY(limited_by(place.config, options_.confinement)),
            .variables = variables_of(kind_, place),
            .directory = place.directory,
            .readable = kind_.readable,
            .user = TRY(find_run_user(options_.user, user))};
  for (const auto& [name, content] : kind_.files) work.readable.push_back(place.trusted / name);
  return work;
}

Result<> CommandAdapter::tell(const Place& place, const RunUser& user) const {
  const Directory ours = TRY(Directory::open(place.trusted));
  TRY(write_new(ours, kToldLogin, login_text(place.login), {}));
  const Variables variables = variables_of(kind_, place);
  for (const auto& [name, content] : kind_.files) {
    TRY(tell_server(ours, name, TRY(expand(content, variables)), user));
  }
  return {};
}

Result<> CommandAdapter::run(const char* what, const Program& program, const Work& work) const {
  const fs::path data = work.directory / kData;
  Command command{.argv = {},
                  .env = TRY(environment(program, work.variables)),
                  .working_directory = data,
                  .run_as = work.user.name,
                  .deadline = work.deadline};
  for (const auto& word : program.command) {
    command.argv.push_back(TRY(expand(word, work.variables)));
  }
  SpaceWatch space(work.directory);
  bool is_full = false;
  command.watch = [&](std::string_view) {
    is_full = space.has_run_out();
    return !is_full && (!work.keep_going || work.keep_going());
  };
  const auto output =
      slip::run(TRY(work.confinement->confine(std::move(command), {.writable = {work.directory},
                                                                   .readable = work.readable,
                                                                   .home = work.directory,
                                                                   .user = work.user.own})));
  if (is_full) return no_space_for_source();
  if (!output) return output.error();
  if (output->exit_status == 0) return {};
  return Error{.code = ErrorCode::failed,
               .message = std::string("[") + what + "] of the kind " + kind_.description.kind +
                          " ended with status " + std::to_string(output->exit_status),
               .detail = output->out + output->err};
}

Result<> CommandAdapter::fill(const IngestRequest& request, Work work) const {
  work.keep_going = [&] {
    return !request.progress || request.progress("copying the data", std::nullopt);
  };
  work.deadline = kFillPatience;
  if (!work.keep_going()) return canceled();
  const Directory top = TRY(Directory::open(request.directory));
  TRY(make_folder(top, kRun, work.user));
  if (const auto directory = request.config.setting("directory")) {
    TRY(top.remove(kData));
    const Directory from = TRY(Directory::open(fs::path(*directory) / "."));
    const auto copied = from.copy_directory(".", top, kData, CopyHow::share, work.keep_going);
    if (!copied) return copied.error();
    if (work.user.ids) TRY(top.change_owner(kData, *work.user.ids));
    return top.change_mode(kData, 0700);
  }
  TRY(make_folder(top, kData, work.user));
  const auto dump = request.config.setting("dump");
  if (!dump) return run("fill", *kind_.fill, work);
  work.variables["dump"] = *dump;
  work.readable.emplace_back(*dump);
  return run("load", *kind_.load, work);
}

Result<DataPosition> CommandAdapter::ingest(const IngestRequest& request) const {
  TRY(validate(request.config));
  const Timestamp at = machine_time();
  // Whoever is told a login here is told it for nobody: containers have their own.
  InstanceContext nobodys;
  nobodys.config = request.config;
  nobodys.directory = request.directory;
  nobodys.trusted = request.trusted;
  const Place place = place_of(nobodys);
  const Work work = TRY(work_in(place, request.user));
  TRY(tell(place, work.user));
  TRY(fill(request, work));
  TRY(TRY(Directory::open(request.directory)).sync_file_system());
  return DataPosition{.at = at, .position = ""};
}

Result<> CommandAdapter::prepare(const InstanceContext& instance) const {
  const Place place = place_of(instance);
  Work work = TRY(work_in(place, instance.user));
  const Directory top = TRY(Directory::open(instance.directory));
  TRY(make_folder(top, kRun, work.user));
  TRY(check_files(TRY(top.open_directory(kData))));
  TRY(tell(place, TRY(find_run_user(options_.user))));
  if (!kind_.prepare) return {};
  work.deadline = kPreparePatience;
  return run("prepare", *kind_.prepare, work);
}

Result<std::optional<LaunchSpec>> CommandAdapter::launch(const InstanceContext& instance) const {
  if (instance.reach == Reach::hooks_only) return std::optional<LaunchSpec>();
  const Place place = place_of(instance);
  const Work work = TRY(work_in(place, instance.user));
  LaunchSpec spec{.argv = {},
                  .env = TRY(environment(kind_.start, work.variables)),
                  .working_directory = instance.directory / kData,
                  .writable = {instance.directory},
                  .readable = work.readable,
                  .home = instance.directory,
                  .stop_signal = kind_.stop_signal};
  for (const auto& word : kind_.start.command) {
    spec.argv.push_back(TRY(expand(word, work.variables)));
  }
  spec.env.insert({{"PATH", "/usr/local/bin:/usr/bin:/bin"},
                   {"HOME", work.variables.at("data")},
                   {"LANG", "C.UTF-8"}});
  return std::optional(std::move(spec));
}

// Whether its port accepts connections.
Result<> CommandAdapter::knock(const InstanceContext& instance) const {
  if (!instance.connect) return not_yet();
  const auto fd = instance.connect();
  if (!fd) return not_yet();
  pollfd one{.fd = fd->get(), .events = POLLOUT, .revents = 0};
  int failed = 0;
  socklen_t size = sizeof failed;
  const bool is_there = ::poll(&one, 1, kKnockPatienceMs) == 1 &&
                        ::getsockopt(fd->get(), SOL_SOCKET, SO_ERROR, &failed, &size) == 0;
  return is_there && failed == 0 ? Result<>() : not_yet();
}

Result<> CommandAdapter::ready(const InstanceContext& instance) const {
  if (instance.reach == Reach::hooks_only) return {};
  if (!kind_.ready) return knock(instance);
  auto answer = run("ready", *kind_.ready, TRY(work_in(place_of(instance), instance.user)));
  if (answer) return {};
  Error error = std::move(answer).error();
  if (error.code == ErrorCode::failed || error.code == ErrorCode::timed_out) {
    error.code = ErrorCode::unavailable;
  }
  return error;
}

Result<> CommandAdapter::flush(const InstanceContext& instance) const {
  if (!kind_.flush || instance.reach == Reach::hooks_only) return {};
  return run("flush", *kind_.flush, TRY(work_in(place_of(instance), instance.user)));
}

Result<> CommandAdapter::write_out(const InstanceContext&, WriteOutHow) const {
  return {};
}

Result<Lacks> CommandAdapter::lacks(const InstanceContext&) const {
  return Lacks{};
}

Result<Ending> CommandAdapter::ending(const InstanceContext& instance) const {
  if (kind_.pid_file.empty()) return Ending::otherwise;
  const Directory top = TRY(Directory::open(instance.directory));
  return TRY(top.look(kind_.pid_file)) ? Ending::otherwise : Ending::in_good_order;
}

Result<DataPosition> CommandAdapter::position(const InstanceContext& instance) const {
  if (instance.reach != Reach::hooks_only) TRY(ready(instance));
  return DataPosition{.at = machine_time(), .position = ""};
}

// Whatever it places elsewhere its sandbox does not show it.
Result<std::vector<std::string>> CommandAdapter::left_out(const InstanceContext&) const {
  return std::vector<std::string>();
}

Result<> CommandAdapter::admits(const InstanceContext& instance) const {
  TRY(ready(instance));
  const Directory ours = TRY(Directory::open(instance.trusted));
  if (TRY(ours.read(kToldLogin, kLoginMax)) != login_text(place_of(instance).login)) {
    return refuses_login();
  }
  if (!kind_.admits || instance.reach == Reach::hooks_only) return {};
  auto answer = run("admits", *kind_.admits, TRY(work_in(place_of(instance), instance.user)));
  if (answer || answer.error().code != ErrorCode::failed) return answer;
  Error error = refuses_login();
  error.detail = answer.error().detail;
  return error;
}

Sibling CommandAdapter::as_sibling(const InstanceContext& instance) const {
  const Place place = place_of(instance);
  Sibling sibling{.name = instance.source_name,
                  .env = {{"HOST", "127.0.0.1"},
                          {"PORT", std::to_string(instance.port)},
                          {"USER", place.login.user},
                          {"PASSWORD", place.login.password}}};
  if (const auto shown = connection(instance, "127.0.0.1", instance.port)) {
    sibling.env["URL"] = shown->url;
  }
  return sibling;
}

// What is put into addresses is written with %XX, and into command lines as one word.
std::optional<Connection> CommandAdapter::connection(const InstanceContext& instance,
                                                     std::string_view host,
                                                     std::uint16_t port) const {
  Variables variables = variables_of(kind_, place_of(instance));
  variables["host"] = std::string(host);
  variables["port"] = std::to_string(port);
  const auto with = [&](auto encoded) {
    Variables changed = variables;
    for (const char* name : {"login", "password"}) changed[name] = encoded(changed[name]);
    return changed;
  };
  const auto url = expand(kind_.url, with(percent_encoded));
  if (!url) return std::nullopt;
  Connection shown{.url = *url, .formats = {{"url", *url}}};
  const Variables quoted = with(shell_quoted);
  for (const auto& [name, text] : kind_.formats) {
    if (const auto format = expand(text, quoted)) shown.formats[name] = *format;
  }
  return shown;
}

}  // namespace slip
