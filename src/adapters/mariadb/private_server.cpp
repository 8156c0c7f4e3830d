// SPDX-License-Identifier: Apache-2.0
#include "adapters/mariadb/private_server.h"

#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <future>
#include <optional>

#include "adapters/mariadb/configuration.h"
#include "adapters/mariadb/ingest.h"
#include "adapters/mariadb/own_user.h"
#include "adapters/support/space_watch.h"
#include "base/subprocess.h"
#include "base/system_error.h"
#include "base/temporary_directory.h"

namespace slip::mariadb {

namespace fs = std::filesystem;

namespace {

using SteadyClock = std::chrono::steady_clock;
constexpr auto kStartPatience = std::chrono::minutes(30);  // recovery of a crashed copy takes time
constexpr auto kAnswerPatience = std::chrono::seconds(5);
constexpr auto kPollInterval = std::chrono::milliseconds(10);

// A directory that was not shut down cleanly may hold transactions whose commit only the
// origin's binary log tells of. All of them were about to be committed; none that was acknowledged
// may be lost.
constexpr const char* kCommitPrepared = "--tc-heuristic-recover=COMMIT";
constexpr std::string_view kRestartWanted = "without --tc-heuristic-recover";

constexpr const char* kTold = "told";

bool is_waited_for(fs::file_type type) {
  return type == fs::file_type::fifo || type == fs::file_type::socket ||
         type == fs::file_type::character || type == fs::file_type::block;
}

Error is_no_file(const fs::path& path) {
  return Error{.code = ErrorCode::precondition_failed,
               .message = path.string() + " is no file: a database server may wait for it for ever",
               .hint = "Remove it, or go back to a point from before it was made."};
}

// Whoever owned the directory may have put a fifo in the place of a file, and a server that opens
// it waits until somebody writes into it. Files of servers lie in these folders and in those
// within.
Result<> check_kinds(const Layout& layout) {
  for (const char* part : {kData, kLog}) {
    const Directory folder = TRY(layout.top->open_directory(part));
    for (const auto& [name, type] : TRY(folder.list())) {
      if (is_waited_for(type)) return is_no_file(folder.path() / name);
      if (type != fs::file_type::directory) continue;
      const Directory within = TRY(folder.open_directory(name));
      for (const auto& file : TRY(within.list())) {
        if (is_waited_for(file.type)) return is_no_file(within.path() / file.name);
      }
    }
  }
  return {};
}

}  // namespace

// In `files` it has a folder for its socket, and beside it what it is told and may not change.
struct PrivateServer::Process {
  TemporaryDirectory files;
  std::optional<Directory> directory;  // `files`, held open
  RunUser user;
  fs::path prefix;  // of its installation
  std::string password;
  std::future<Result<CommandOutput>> ended;
  std::atomic<bool> unwanted = false;
  std::atomic<bool> out_of_space = false;  // it was ended because of that

  fs::path run() const { return files.path() / kRun; }
  fs::path told() const { return files.path() / kTold; }

  Result<> furnish(const ServerPlace& place) {
    user = place.user;
    prefix = place.version.prefix();
    directory = TRY(Directory::open(files.path()));
    // Whom it runs as passes through, and sees only his own.
    if (::fchmod(directory->fd(), 0711) != 0) {
      return error_from_errno(errno, "change the mode of " + files.path().string());
    }
    TRY(directory->make_directory(kRun, {.mode = 0700, .owner = user.ids}));
    Directory::Access readable{.mode = 0750};
    if (user.ids) readable.owner = UserIds{.uid = ::geteuid(), .gid = user.ids->gid};
    const Directory told = TRY(directory->make_directory(kTold, readable));
    const Dialect& dialect = *place.version.dialect;
    TRY(renew_own_user(dialect, told, user));
    TRY(write_configuration(dialect, place.layout, place.settings, told, user));
    password = TRY(read_own_password(told));
    return {};
  }
  void launch(Command command, const fs::path& data) {
    command.watch = [this, space = SpaceWatch(data)](std::string_view) mutable {
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

ConfinedPlaces ServerPlace::places() const {
  ConfinedPlaces places{
      .writable = {layout.top->path()}, .home = layout.top->path(), .user = user.own};
  // The system's programs are seen anyway.
  if (version.prefix() != "/usr") places.readable.push_back(version.prefix());
  return places;
}

PrivateServer::PrivateServer(std::unique_ptr<Process> process) : process_(std::move(process)) {}
PrivateServer::PrivateServer(PrivateServer&&) noexcept = default;

PrivateServer::~PrivateServer() {
  if (process_ != nullptr) process_->end_now();
}

Result<PrivateServer> PrivateServer::start(const ServerPlace& place,
                                           const std::function<bool()>& keep_going, BinaryLog log) {
  const Dialect& dialect = *place.version.dialect;
  const std::string name = std::string(dialect.product) + " " + place.version.full;
  TRY(check_kinds(place.layout));
  auto process = std::make_unique<Process>();
  TRY(process->furnish(place));
  Command command{.argv = {place.version.program(dialect.server.name)},
                  .working_directory = place.layout.data(),
                  .run_as = place.user.name,
                  .deadline = std::chrono::hours(48)};
  for (auto& argument : private_server_arguments(place.version, process->told(), process->run())) {
    command.argv.push_back(std::move(argument));
  }
  if (log == BinaryLog::none) command.argv.emplace_back("--skip-log-bin");
  if (log == BinaryLog::carry_out) {
    command.argv.insert(command.argv.end(), dialect.of_replay.begin(), dialect.of_replay.end());
  }
  auto places = place.places();
  places.writable.push_back(process->run());
  places.readable.push_back(process->told());
  Command recovering = command;
  if (log == BinaryLog::none) recovering.argv.emplace_back(kCommitPrepared);
  command = TRY(place.confinement->confine(std::move(command), places));
  process->launch(TRY(place.confinement->confine(std::move(recovering), places)),
                  place.layout.data());
  PrivateServer server(std::move(process));
  const auto deadline = SteadyClock::now() + kStartPatience;
  for (bool restarted = false;;) {
    if (server.process_->ended.wait_for(kPollInterval) == std::future_status::ready) {
      const CommandOutput output = TRY(server.process_->outcome());
      if (!restarted && output.err.find(kRestartWanted) != std::string::npos) {
        restarted = true;
        server.process_->launch(command, place.layout.data());
        continue;
      }
      if (speaks_of_no_space(output.err)) {
        Error no_space = no_space_for_source();
        no_space.detail = output.err;
        return no_space;
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
    const auto code = answer.error().code;
    if (code != ErrorCode::unavailable && code != ErrorCode::timed_out) return answer.error();
    if (SteadyClock::now() > deadline) {
      return Error{.code = ErrorCode::timed_out,
                   .message = name + " does not get ready on the data"};
    }
  }
}

Result<Session> PrivateServer::session() const {
  return Session::open_local({.directory = *process_->directory,
                              .run = kRun,
                              .password = process_->password,
                              .user = process_->user.seen_as()},
                             kAnswerPatience);
}

std::vector<std::string> PrivateServer::client_arguments() const {
  return {"--no-defaults", "--socket=" + (process_->run() / kSocketName).string(),
          "--user=" + std::string(kOwnUser)};
}

std::map<std::string, std::string> PrivateServer::client_environment() const {
  return {{"MYSQL_PWD", process_->password}};
}

ConfinedPlaces PrivateServer::client_places() const {
  ConfinedPlaces places{.readable = {process_->run()}, .user = process_->user.own};
  if (process_->prefix != "/usr") places.readable.push_back(process_->prefix);
  return places;
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
               .message = "the database server did not shut down cleanly",
               .detail = output.err};
}

}  // namespace slip::mariadb
