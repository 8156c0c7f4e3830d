// SPDX-License-Identifier: Apache-2.0
#include "adapters/postgresql/private_server.h"

#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <future>

#include "adapters/postgresql/configuration.h"
#include "adapters/postgresql/readiness.h"
#include "base/subprocess.h"
#include "base/system_error.h"
#include "base/temporary_directory.h"

namespace slip::postgresql {

namespace {

using SteadyClock = std::chrono::steady_clock;
constexpr auto kStartPatience = std::chrono::minutes(30);  // replaying a backup's log takes time
constexpr auto kPollInterval = std::chrono::milliseconds(10);

}  // namespace

struct PrivateServer::Process {
  TemporaryDirectory sockets;
  LocalServer server;
  std::atomic<bool> is_wanted = true;
  std::future<Result<CommandOutput>> ended;

  bool has_ended() const { return ended.wait_for(kPollInterval) == std::future_status::ready; }
};

PrivateServer::PrivateServer(std::unique_ptr<Process> process) : process_(std::move(process)) {}
PrivateServer::PrivateServer(PrivateServer&&) noexcept = default;

PrivateServer::~PrivateServer() {
  if (process_ == nullptr || !process_->ended.valid()) return;
  process_->is_wanted = false;
  process_->ended.wait();
}

Result<PrivateServer> PrivateServer::start(const PrivatePlace& place,
                                           const std::function<bool()>& keep_going,
                                           Recovery recovery,
                                           const std::vector<std::string>& arguments) {
  auto process = std::make_unique<Process>();
  const auto& sockets = process->sockets.path();
  if (place.user.ids && ::chown(sockets.c_str(), place.user.ids->uid, place.user.ids->gid) != 0) {
    return error_from_errno(errno, "change the owner of " + sockets.string());
  }
  process->server = {.directory = std::make_shared<const Directory>(TRY(Directory::open(sockets))),
                     .folder = {},
                     .port = 5432,
                     .user = user_id(place.user),
                     .major = place.version.major};
  TRY(write_doors(*process->server.directory, Doors::none, place.user));
  const Directory data = TRY(place.layout.open_data());
  TRY(data.remove("postmaster.pid"));
  const ServerVersion& version = place.version;
  Command command{.argv = {version.program("postgres"), "-D", "."},
                  .working_directory = place.layout.data(),
                  .run_as = place.user.name,
                  .deadline = std::chrono::hours(48)};
  for (auto& argument : private_server_arguments(version.major, sockets)) {
    command.argv.push_back(std::move(argument));
  }
  for (auto& argument : recovery_arguments(TRY(read_control_data(data)))) {
    command.argv.push_back(std::move(argument));
  }
  command.argv.insert(command.argv.end(), arguments.begin(), arguments.end());
  command.watch = [wanted = &process->is_wanted](std::string_view) { return wanted->load(); };
  ConfinedPlaces places{.writable = {place.layout.top->path(), sockets},
                        .readable = {version.prefix()},
                        .home = place.layout.top->path(),
                        .links = place.links};
  places.user = place.user.own;
  for (const auto& more : place.readable) places.readable.push_back(more);
  command = TRY(place.confinement->confine(std::move(command), places));
  process->ended =
      std::async(std::launch::async, [command = std::move(command)] { return run(command); });
  PrivateServer server(std::move(process));
  const auto deadline = SteadyClock::now() + kStartPatience;
  for (;;) {
    if (server.process_->has_ended()) {
      const CommandOutput output = TRY(server.process_->ended.get());
      return Error{.code = ErrorCode::failed,
                   .message = "PostgreSQL " + version.full + " does not start on the data",
                   .hint = "",
                   .context = {},
                   .detail = output.err};
    }
    if (keep_going && !keep_going()) {
      return Error{.code = ErrorCode::canceled, .message = "canceled"};
    }
    const bool promotes = recovery == Recovery::promote;
    if (promotes) TRY(promote(data, server.address(), place.user));
    const auto answer = server.session();
    if (answer || (promotes && answer.error().code == ErrorCode::permission_denied)) return server;
    if (answer.error().code == ErrorCode::permission_denied) return answer.error();
    if (SteadyClock::now() > deadline) {
      return Error{.code = ErrorCode::timed_out,
                   .message = "PostgreSQL " + version.full + " does not get ready on the data"};
    }
  }
}

Result<Session> PrivateServer::session() const {
  return Session::open_local(address(), kAnswerPatience);
}

const LocalServer& PrivateServer::address() const {
  return process_->server;
}

const std::filesystem::path& PrivateServer::socket_directory() const {
  return process_->sockets.path();
}

Result<> PrivateServer::stop() {
  for (bool asked = false; !process_->has_ended();) {
    if (asked) continue;
    const auto server = process_of(address());
    asked = server && ::syscall(SYS_pidfd_send_signal, server->get(), SIGINT, nullptr, 0) == 0;
  }
  const CommandOutput output = TRY(process_->ended.get());
  if (output.exit_status != 0) {
    return Error{.code = ErrorCode::failed,
                 .message = "the PostgreSQL server did not shut down cleanly",
                 .hint = "",
                 .context = {},
                 .detail = output.err};
  }
  return {};
}

}  // namespace slip::postgresql
