#include "adapters/mariadb/private_server.h"

#include <unistd.h>

#include <atomic>
#include <future>

#include "adapters/mariadb/configuration.h"
#include "adapters/mariadb/own_user.h"
#include "adapters/support/space_watch.h"
#include "base/subprocess.h"

namespace slip::mariadb {

namespace {

using SteadyClock = std::chrono::steady_clock;
constexpr auto kStartPatience = std::chrono::minutes(30);  // recovery of a crashed copy takes time
constexpr auto kAnswerPatience = std::chrono::seconds(5);
constexpr auto kPollInterval = std::chrono::milliseconds(10);

// A directory that was not shut down in good order may hold transactions whose commit only the
// origin's binary log tells of. All of them were about to be committed; none that was acknowledged
// may be lost.
constexpr const char* kCommitPrepared = "--tc-heuristic-recover=COMMIT";
constexpr std::string_view kRestartWanted = "without --tc-heuristic-recover";

}  // namespace

struct PrivateServer::Process {
  TemporaryDirectory run;
  std::future<Result<CommandOutput>> ended;
  std::atomic<bool> unwanted = false;
  std::atomic<bool> out_of_space = false;  // it was ended because of that

  void launch(Command command) {
    command.watch = [this,
                     space = SpaceWatch(command.working_directory)](std::string_view) mutable {
      if (space.has_run_out()) out_of_space = true;
      return !unwanted && !out_of_space;
    };
    ended = std::async(std::launch::async,
                       [command = std::move(command)] { return slip::run(command); });
  }
  Result<CommandOutput> outcome() {
    auto output = ended.get();
    if (out_of_space) return no_space_for_source();
    return output;
  }
  void end_now() {
    unwanted = true;
    if (ended.valid()) ended.wait();
  }
};

PrivateServer::PrivateServer(std::unique_ptr<Process> process) : process_(std::move(process)) {}
PrivateServer::PrivateServer(PrivateServer&&) noexcept = default;

PrivateServer::~PrivateServer() {
  if (process_ != nullptr) process_->end_now();
}

Result<PrivateServer> PrivateServer::start(const ServerVersion& version, const Layout& layout,
                                           const RunUser& user,
                                           const std::function<bool()>& keep_going, BinaryLog log) {
  const std::string name = std::string(version.dialect->product) + " " + version.full;
  auto process = std::make_unique<Process>();
  const auto& run = process->run.path();
  TRY(renew_own_user(*version.dialect, run, user));
  if (user.ids && ::chown(run.c_str(), user.ids->uid, user.ids->gid) != 0) {
    return error_from_errno(errno, "change the owner of " + run.string());
  }
  Command command{.argv = {version.program(version.dialect->server.name)},
                  .working_directory = layout.data,
                  .run_as = user.name,
                  .deadline = std::chrono::hours(48)};
  for (auto& argument : private_server_arguments(version, layout.data, run)) {
    command.argv.push_back(std::move(argument));
  }
  if (log == BinaryLog::none) command.argv.emplace_back("--skip-log-bin");
  Command recovering = command;
  if (log == BinaryLog::none) recovering.argv.emplace_back(kCommitPrepared);
  process->launch(std::move(recovering));
  PrivateServer server(std::move(process));
  const auto deadline = SteadyClock::now() + kStartPatience;
  for (bool restarted = false;;) {
    if (server.process_->ended.wait_for(kPollInterval) == std::future_status::ready) {
      const CommandOutput output = TRY(server.process_->outcome());
      if (!restarted && output.err.find(kRestartWanted) != std::string::npos) {
        restarted = true;
        server.process_->launch(command);
        continue;
      }
      return Error{.code = ErrorCode::failed,
                   .message = name + " does not start on the data",
                   .detail = output.err};
    }
    if (keep_going && !keep_going()) {
      return Error{.code = ErrorCode::canceled, .message = "canceled"};
    }
    const auto answer = server.session();
    if (answer) return server;
    if (answer.error().code == ErrorCode::permission_denied) return answer.error();
    if (SteadyClock::now() > deadline) {
      return Error{.code = ErrorCode::timed_out,
                   .message = name + " does not get ready on the data"};
    }
  }
}

Result<Session> PrivateServer::session() const {
  return Session::open_local(process_->run.path(), kAnswerPatience);
}

std::vector<std::string> PrivateServer::client_arguments() const {
  return {"--no-defaults", "--socket=" + (process_->run.path() / kSocketName).string(),
          "--user=" + std::string(kOwnUser)};
}

std::map<std::string, std::string> PrivateServer::client_environment() const {
  const auto password = read_own_password(process_->run.path());
  return {{"MYSQL_PWD", password.value_or("")}};
}

Result<> PrivateServer::stop() {
  {
    auto last = TRY(session());
    // What was deleted is purged now, once, and not in every copy.
    TRY(last.query("SET GLOBAL innodb_fast_shutdown=0"));
    TRY(last.query("SHUTDOWN"));
  }
  const CommandOutput output = TRY(process_->outcome());
  if (output.exit_status == 0) return {};
  return Error{.code = ErrorCode::failed,
               .message = "the database server did not shut down in good order",
               .detail = output.err};
}

}  // namespace slip::mariadb
