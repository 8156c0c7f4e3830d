// SPDX-License-Identifier: Apache-2.0
#include "runtime/gateway_link.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>

#include "base/file.h"
#include "base/log.h"
#include "runtime/process_identity.h"

namespace slip {
namespace {

namespace fs = std::filesystem;

constexpr std::chrono::seconds kAnswerWithin{10};
constexpr std::int64_t kEndWithinMs = 10'000;
// For those who do not read: a gateway always does.
constexpr timeval kSentWithin{.tv_sec = 10, .tv_usec = 0};

// Paths are longer than the names of sockets may be: by way of a handle of their directory.
struct SocketName {
  UniqueFd directory;
  sockaddr_un address{};
};

Result<SocketName> name_of(const fs::path& path) {
  SocketName name;
  name.directory.reset(open(path.parent_path().c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!name.directory) return error_from_errno(errno, "open " + path.parent_path().string());
  const std::string text =
      fmt::format("/proc/self/fd/{}/{}", name.directory.get(), path.filename().string());
  name.address.sun_family = AF_UNIX;
  if (text.size() >= sizeof name.address.sun_path) {
    return error_from_errno(ENAMETOOLONG, "name " + path.string());
  }
  std::copy(text.begin(), text.end(), name.address.sun_path);
  return name;
}

UniqueFd letter_socket() {
  UniqueFd made(socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0));
  setsockopt(made.get(), SOL_SOCKET, SO_SNDTIMEO, &kSentWithin, sizeof kSentWithin);
  return made;
}

Result<UniqueFd> bind_at(const fs::path& path) {
  const SocketName name = TRY(name_of(path));
  UniqueFd made = letter_socket();
  if (made && bind(made.get(), reinterpret_cast<const sockaddr*>(&name.address),
                   sizeof name.address) == 0) {
    return made;
  }
  return error_from_errno(errno, "make " + path.string());
}

Result<UniqueFd> connect_to(const fs::path& path) {
  const SocketName name = TRY(name_of(path));
  UniqueFd made = letter_socket();
  if (!made || connect(made.get(), reinterpret_cast<const sockaddr*>(&name.address),
                       sizeof name.address) != 0) {
    const bool has_ended = errno == ECONNREFUSED || errno == ENOENT;
    Error error = error_from_errno(errno, "connect to " + path.string());
    error.code = has_ended ? ErrorCode::not_found : ErrorCode::unavailable;
    return error;
  }
  return made;
}

// Who listens at the other end; nothing if that is not one of us.
std::optional<pid_t> listener_behind(const UniqueFd& socket) {
  ucred peer{};
  socklen_t size = sizeof peer;
  if (getsockopt(socket.get(), SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0 ||
      peer.uid != geteuid()) {
    return std::nullopt;
  }
  return peer.pid;
}

// Names that are free: sockets of those that have ended are taken away by `find`.
Result<std::pair<fs::path, UniqueFd>> make_door(const fs::path& directory) {
  constexpr int tries = 1000;
  for (int i = 0; i < tries; ++i) {
    fs::path path = directory / fmt::format("gateway-{}.sock", i);
    struct stat there {};
    if (lstat(path.c_str(), &there) == 0) continue;
    return std::pair(path, TRY(bind_at(path)));
  }
  return Error{.code = ErrorCode::unavailable,
               .message = "there are too many gateways in " + directory.string()};
}

Result<std::vector<fs::path>> sockets_in(const fs::path& directory) {
  std::vector<fs::path> found;
  std::error_code failed;
  for (fs::directory_iterator each(directory, failed), end; !failed && each != end;
       each.increment(failed)) {
    if (each->path().extension() == ".sock") found.push_back(each->path());
  }
  if (failed == std::errc::no_such_file_or_directory) return found;
  if (failed) return error_from_errno(failed.value(), "look into " + directory.string());
  std::ranges::sort(found);
  return found;
}

}  // namespace

Result<std::unique_ptr<GatewayLink>> GatewayLink::start(const GatewayOptions& options) {
  if (options.directory.empty()) return start_thread(options);
  TRY(make_directories(options.directory, 0700));
  int ends[2] = {-1, -1};
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) {
    return error_from_errno(errno, "make a pair of sockets");
  }
  UniqueFd ours(ends[0]);
  UniqueFd theirs(ends[1]);
  setsockopt(ours.get(), SOL_SOCKET, SO_SNDTIMEO, &kSentWithin, sizeof kSentWithin);
  auto [path, door] = TRY(make_door(options.directory));
  std::unique_ptr<GatewayLink> link(new GatewayLink(std::move(ours), path));
  TRY(link->launch(options, std::move(theirs), std::move(door)));
  if (auto heard = link->hear_greeting(); !heard) {
    link->end();
    return std::move(heard).error();
  }
  return link;
}

Result<std::unique_ptr<GatewayLink>> GatewayLink::start_thread(const GatewayOptions& options) {
  int ends[2] = {-1, -1};
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) {
    return error_from_errno(errno, "make a pair of sockets");
  }
  std::unique_ptr<GatewayLink> link(new GatewayLink(UniqueFd(ends[0]), {}));
  auto forwarder = std::make_unique<Forwarder>(options.forwarder, UniqueFd(ends[1]), UniqueFd());
  link->thread_ = std::thread([forwarder = std::move(forwarder)] {
    const auto ran = forwarder->run();
    if (!ran) spdlog::error("forward connections: {}", ran.error().describe());
  });
  TRY(link->hear_greeting());
  return link;
}

Result<> GatewayLink::launch(const GatewayOptions& options, UniqueFd theirs, UniqueFd door) {
  const std::string program = options.program.string();
  const std::string sockets = fmt::format("{},{}", theirs.get(), door.get());
  const char* argv[] = {"slipstreamd", "--gateway", sockets.c_str(), nullptr};
  const char* envp[] = {"LANG=C.UTF-8", "TZ=UTC", nullptr};
  posix_spawn_file_actions_t files;
  posix_spawnattr_t how;
  posix_spawn_file_actions_init(&files);
  posix_spawnattr_init(&how);
  // Whatever else is open here closes itself. What it says nobody may wait for to end.
  posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDWR, 0);
  posix_spawn_file_actions_adddup2(&files, 0, 1);
  posix_spawn_file_actions_adddup2(&files, 0, 2);
  for (const int fd : {theirs.get(), door.get()}) {
    posix_spawn_file_actions_adddup2(&files, fd, fd);  // is passed on
  }
  sigset_t none;
  sigset_t all;
  sigemptyset(&none);
  sigfillset(&all);
  posix_spawnattr_setsigmask(&how, &none);
  posix_spawnattr_setsigdefault(&how, &all);
  posix_spawnattr_setflags(&how,
                           POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  const int failed = posix_spawn(&child_, program.c_str(), &files, &how, const_cast<char**>(argv),
                                 const_cast<char**>(envp));
  posix_spawn_file_actions_destroy(&files);
  posix_spawnattr_destroy(&how);
  if (failed != 0) {
    child_ = 0;
    (void)unlink(path_.c_str());
    return Error{.code = ErrorCode::failed,
                 .message = "cannot execute " + program + ": " + std::strerror(failed)};
  }
  process_.reset(static_cast<int>(syscall(SYS_pidfd_open, child_, 0)));
  return {};
}

Result<std::vector<std::unique_ptr<GatewayLink>>> GatewayLink::find(const GatewayOptions& options) {
  std::vector<std::unique_ptr<GatewayLink>> found;
  if (options.directory.empty()) return found;
  for (const auto& path : TRY(sockets_in(options.directory))) {
    auto socket = connect_to(path);
    if (!socket && socket.error().code == ErrorCode::not_found) {
      // Nobody listens there any more.
      (void)unlink(path.c_str());
      continue;
    }
    if (!socket) return socket.error();
    const auto pid = listener_behind(*socket);
    if (!pid) {
      spdlog::warn("somebody else's program listens at {}", path.string());
      continue;
    }
    std::unique_ptr<GatewayLink> link(new GatewayLink(*std::move(socket), path));
    link->process_.reset(static_cast<int>(syscall(SYS_pidfd_open, *pid, 0)));
    if (const auto heard = link->hear_greeting(); !heard) {
      spdlog::warn("a gateway does not answer, and is ended: {}", heard.error().describe());
      // What has ended since may have given its number to another process.
      if (heard.error().code == ErrorCode::unavailable) link->process_.reset();
      link->end();
      continue;
    }
    found.push_back(std::move(link));
  }
  return found;
}

GatewayLink::~GatewayLink() {
  socket_.reset();
  if (thread_.joinable()) thread_.join();
  // A child that has ended meanwhile leaves no zombie.
  if (child_ != 0) (void)waitpid(child_, nullptr, WNOHANG);
}

Result<Received> GatewayLink::await(std::chrono::steady_clock::time_point until) const {
  while (true) {
    if (auto received = TRY(receive_letter(socket_))) return *std::move(received);
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
    pollfd ready{.fd = socket_.get(), .events = POLLIN, .revents = 0};
    if (left.count() <= 0 || poll(&ready, 1, static_cast<int>(left.count())) == 0) {
      return Error{.code = ErrorCode::timed_out, .message = "a gateway did not answer in time"};
    }
  }
}

Result<> GatewayLink::hear_greeting() {
  const auto until = std::chrono::steady_clock::now() + kAnswerWithin;
  while (true) {
    auto received = TRY(await(until));
    auto& letter = received.letter;
    if (letter.kind == LetterKind::greeting) greeting_ = letter;
    if (letter.kind == LetterKind::port) {
      ports_.push_back({letter.port, letter.target, std::move(received.fd)});
    }
    if (letter.kind == LetterKind::ready) return {};
  }
}

Result<std::vector<Received>> GatewayLink::retire() {
  std::vector<Received> clients;
  TRY(send({.kind = LetterKind::retire}));
  const auto until = std::chrono::steady_clock::now() + kAnswerWithin;
  while (true) {
    auto received = TRY(await(until));
    if (received.letter.kind == LetterKind::done) break;
    if (received.letter.kind == LetterKind::client) clients.push_back(std::move(received));
  }
  greeting_.is_retired = true;
  for (auto& port : ports_) port.fd.reset();
  return clients;
}

void GatewayLink::end() {
  (void)send({.kind = LetterKind::end});
  if (process_ && !await_end(process_, kEndWithinMs)) {
    kill();
    (void)await_end(process_, kEndWithinMs);
  }
  reap();
  if (!path_.empty()) (void)unlink(path_.c_str());
}

void GatewayLink::kill() const {
  if (process_) syscall(SYS_pidfd_send_signal, process_.get(), SIGKILL, nullptr, 0);
}

void GatewayLink::reap() {
  if (child_ == 0) return;
  while (waitpid(child_, nullptr, 0) < 0 && errno == EINTR) {
  }
  child_ = 0;
}

Result<> end_gateways(const fs::path& directory) {
  for (const auto& link : TRY(GatewayLink::find({.directory = directory}))) link->end();
  return {};
}

}  // namespace slip
