// SPDX-License-Identifier: Apache-2.0
#include "adapters/redis/private_server.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "adapters/redis/login.h"
#include "adapters/support/private_process.h"
#include "adapters/support/tenant_files.h"
#include "base/system_error.h"
#include "base/temporary_directory.h"

namespace slip::redis {

namespace fs = std::filesystem;

namespace {

constexpr auto kLoadPatience = std::chrono::minutes(600);
constexpr const char* kTold = "told";

// In a folder of its own it has one for its socket, and beside it what it is told.
struct Furniture {
  TemporaryDirectory files;
  std::optional<Directory> directory;  // `files`, held open

  fs::path run() const { return files.path() / kRun; }
  fs::path told() const { return files.path() / kTold; }
};

Result<> furnish(Furniture& at, const ServerPlace& place, Content content) {
  at.directory = TRY(Directory::open(at.files.path()));
  // Whom it runs as passes through, and sees only his own.
  if (::fchmod(at.directory->fd(), 0711) != 0) {
    return error_from_errno(errno, "change the mode of " + at.files.path().string());
  }
  TRY(at.directory->make_directory(kRun, {.mode = 0700, .owner = place.user.ids}));
  Directory::Access readable{.mode = 0750};
  if (place.user.ids) readable.owner = UserIds{.uid = ::geteuid(), .gid = place.user.ids->gid};
  const Directory told = TRY(at.directory->make_directory(kTold, readable));
  // Its log is written anew when we say so, and not because it has grown.
  Settings settings = place.settings;
  settings.conf["auto-aof-rewrite-percentage"] = "0";
  return write_configuration(settings, {.port = 0, .run = at.run()}, content, told, place.user);
}

Result<Command> command_of(const Furniture& at, const ServerPlace& place) {
  Command command{.argv = {place.programs.server, at.told() / kConfigurationName},
                  .working_directory = place.layout.data(),
                  .run_as = place.user.name};
  const fs::path& top = place.layout.top->path();
  return place.confinement->confine(
      std::move(command),
      {.writable = {top, at.run()}, .readable = {at.told()}, .home = top, .user = place.user.own});
}

Error explained(Error error, const Programs& programs) {
  const auto says = [&](const char* words) {
    return error.detail.find(words) != std::string::npos;
  };
  if (error.code != ErrorCode::failed) return error;
  const std::string name = programs.product + " " + programs.version;
  error.code = ErrorCode::invalid_argument;
  error.message = name + " cannot read the data";
  if (says("Can't handle RDB format version")) {
    error.code = ErrorCode::unsupported;
    error.message = "the data was written by a newer server than " + name;
    error.hint = "Install a server of that series here.";
  } else if (says("no matching module type")) {
    error.code = ErrorCode::unsupported;
    error.message = "the data needs a module that " + name + " does not have";
    error.hint = "Set conf.loadmodule to its file on this machine.";
  } else if (says("configured to handle more than")) {
    error.message = "the data has more databases than the server is set up for";
    error.hint = "Set conf.databases to the number that its server has.";
  }
  return error;
}

// Until the file that has been asked for is whole.
Result<> rewritten(Session& session) {
  const auto now = TRY(session.info("persistence"));
  const auto is = [&](const char* name, const char* value) {
    const auto found = now.find(name);
    return found != now.end() && found->second == value;
  };
  if (!is("aof_rewrite_in_progress", "0") || !is("aof_rewrite_scheduled", "0")) {
    return Error{.code = ErrorCode::unavailable, .message = "the data is still being written"};
  }
  if (is("aof_enabled", "1") && is("aof_last_bgrewrite_status", "ok")) return {};
  return Error{.code = ErrorCode::no_space,
               .message = "the server could not write its data",
               .hint = "Make room in the pool, or give the source more by limit.memory."};
}

}  // namespace

Result<> rewrite_as_log(const ServerPlace& place, Content content,
                        const std::function<bool()>& keep_going) {
  Furniture at;
  TRY(furnish(at, place, content));
  PrivateProcess process(TRY(command_of(at, place)), place.layout.data());
  const Login ours{.user = kOwnUser,
                   .password = TRY(read_own_password(TRY(at.directory->open_directory(kTold))))};
  std::optional<Session> session;
  const auto loaded = process.wait_until(
      [&]() -> Result<> {
        session = TRY(
            Session::open({.directory = *at.directory, .run = kRun, .user = user_id(place.user)},
                          ours, kAnswerPatience));
        return {};
      },
      keep_going, kLoadPatience);
  if (!loaded) return explained(loaded.error(), place.programs);
  if (content == Content::dump) {
    TRY(session->ask({"CONFIG", "SET", "appendonly", "yes"}));
  } else {
    TRY(session->ask({"BGREWRITEAOF"}));
  }
  TRY(process.wait_until([&] { return rewritten(*session); }, keep_going, kLoadPatience));
  // It ends without an answer.
  const auto told = session->ask({"SHUTDOWN", "NOSAVE"});
  if (!told && told.error().code != ErrorCode::unavailable) return told.error();
  const CommandOutput output = TRY(process.outcome());
  if (output.exit_status == 0) return {};
  return Error{.code = ErrorCode::failed,
               .message = "the server did not shut down cleanly",
               .detail = output.out + output.err};
}

}  // namespace slip::redis
