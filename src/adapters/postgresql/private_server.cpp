#include "adapters/postgresql/private_server.h"

#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <charconv>
#include <future>

#include "adapters/postgresql/configuration.h"
#include "adapters/postgresql/readiness.h"
#include "base/subprocess.h"

namespace slip::postgresql {

namespace {

using SteadyClock = std::chrono::steady_clock;
constexpr auto kStartPatience = std::chrono::minutes(30);  // replaying a backup's log takes time
constexpr auto kAnswerPatience = std::chrono::seconds(5);
constexpr auto kPollInterval = std::chrono::milliseconds(10);

}  // namespace

struct PrivateServer::Process {
  std::filesystem::path data;
  TemporaryDirectory sockets;
  std::future<Result<CommandOutput>> ended;

  // The server's own word on its process; it removes the file last when it ends in good order.
  std::optional<pid_t> pid() const {
    const auto text = read_file(data / "postmaster.pid", 4096);
    pid_t found = 0;
    if (!text) return std::nullopt;
    std::from_chars(text->data(), text->data() + text->size(), found);
    return found > 1 ? std::optional(found) : std::nullopt;
  }

  // The server may not have written its file yet: asks again until it has ended.
  void end_with(int signal) {
    while (ended.valid() && ended.wait_for(kPollInterval) != std::future_status::ready) {
      if (const auto process = pid()) {
        ::kill(*process, signal);
        break;
      }
    }
  }
};

PrivateServer::PrivateServer(std::unique_ptr<Process> process) : process_(std::move(process)) {}
PrivateServer::PrivateServer(PrivateServer&&) noexcept = default;

PrivateServer::~PrivateServer() {
  if (process_ == nullptr || !process_->ended.valid()) return;
  process_->end_with(SIGQUIT);
  process_->ended.wait();
}

Result<PrivateServer> PrivateServer::start(const ServerVersion& version,
                                           const std::filesystem::path& data, const RunUser& user,
                                           const std::function<bool()>& keep_going,
                                           Recovery recovery,
                                           const std::vector<std::string>& arguments) {
  auto process = std::make_unique<Process>();
  process->data = data;
  const auto& sockets = process->sockets.path();
  if (user.ids && ::chown(sockets.c_str(), user.ids->uid, user.ids->gid) != 0) {
    return error_from_errno(errno, "change the owner of " + sockets.string());
  }
  std::error_code ignored;
  std::filesystem::remove(data / "postmaster.pid", ignored);
  Command command{.argv = {version.program("postgres"), "-D", data.string()},
                  .working_directory = data,
                  .run_as = user.name,
                  .deadline = std::chrono::hours(48)};
  for (auto& argument : private_server_arguments(version.major, sockets)) {
    command.argv.push_back(std::move(argument));
  }
  for (auto& argument : recovery_arguments(TRY(read_control_data(data)))) {
    command.argv.push_back(std::move(argument));
  }
  command.argv.insert(command.argv.end(), arguments.begin(), arguments.end());
  process->ended =
      std::async(std::launch::async, [command = std::move(command)] { return run(command); });
  PrivateServer server(std::move(process));
  const auto deadline = SteadyClock::now() + kStartPatience;
  for (;;) {
    if (server.process_->ended.wait_for(kPollInterval) == std::future_status::ready) {
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
    if (promotes) TRY(promote(data, server.socket_directory(), 5432, user));
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
  return Session::open_local(socket_directory(), 5432, kAnswerPatience);
}

const std::filesystem::path& PrivateServer::socket_directory() const {
  return process_->sockets.path();
}

Result<> PrivateServer::stop() {
  process_->end_with(SIGINT);
  const CommandOutput output = TRY(process_->ended.get());
  if (output.exit_status != 0) {
    return Error{.code = ErrorCode::failed,
                 .message = "the PostgreSQL server did not shut down in good order",
                 .hint = "",
                 .context = {},
                 .detail = output.err};
  }
  return {};
}

}  // namespace slip::postgresql
