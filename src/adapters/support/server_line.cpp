// SPDX-License-Identifier: Apache-2.0
#include "adapters/support/server_line.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include "adapters/support/tenant_files.h"
#include "base/system_error.h"

namespace slip {

namespace {

using SteadyClock = std::chrono::steady_clock;

// What fits into a socket that holds nothing yet, whatever the machine is set to.
constexpr std::size_t kPiece = 16 << 10;

sockaddr_un address_of(const std::filesystem::path& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::snprintf(address.sun_path, sizeof address.sun_path, "%s", path.c_str());
  return address;
}

bool may_come_later(int failed) {
  return failed == EAGAIN || failed == EINTR;
}

// A folder of our own, in which a socket may have that name.
Result<std::filesystem::path> make_folder(const std::string& name) {
  const char* base = std::getenv("TMPDIR");
  std::string path = std::string(base != nullptr && *base != '\0' ? base : "/tmp") + "/slip.XXXXXX";
  if (path.size() + 1 + name.size() >= sizeof(sockaddr_un::sun_path)) {
    return Error{.code = ErrorCode::unavailable,
                 .message = "the path of the folder for temporary files is too long: " + path,
                 .hint = "Set TMPDIR to a shorter one for slipstreamd."};
  }
  if (::mkdtemp(path.data()) == nullptr) return error_from_errno(errno, "make a folder " + path);
  return std::filesystem::path(path);
}

}  // namespace

Result<UniqueFd> connect_to_server(const ServerSocket& server) {
  const auto held = server.directory.open_socket(server.name);
  if (!held) {
    Error error = held.error();
    if (error.code == ErrorCode::not_found) error.code = ErrorCode::unavailable;
    return error;
  }
  UniqueFd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  // A socket's path is limited to 107 bytes, and this one leads nowhere else meanwhile.
  const sockaddr_un address = address_of(path_of_open_file(held->get()));
  if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    return Error{.code = ErrorCode::unavailable, .message = server.what + " does not listen"};
  }
  const auto peer = peer_of(fd.get());
  if (peer && peer->user == server.user) return fd;
  return Error{.code = ErrorCode::permission_denied,
               .message = "who listens on the socket of " + server.what + " is " +
                          (peer ? "user " + std::to_string(peer->user) : std::string("nobody")) +
                          ", not user " + std::to_string(server.user)};
}

Result<std::unique_ptr<ServerLine>> ServerLine::open(const ServerSocket& server,
                                                     const std::string& name) {
  std::unique_ptr<ServerLine> line(new ServerLine(server.what, TRY(connect_to_server(server))));
  line->folder_ = TRY(make_folder(name));
  line->name_ = name;
  line->listening_ = UniqueFd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  const sockaddr_un address = address_of(line->folder() / name);
  if (::bind(line->listening_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) !=
          0 ||
      ::listen(line->listening_.get(), 1) != 0) {
    return error_from_errno(errno, "listen in " + line->folder().string());
  }
  return line;
}

ServerLine::~ServerLine() {
  say();
  remove_folder();
}

void ServerLine::remove_folder() {
  if (folder_.empty()) return;
  // It is ours, and has nothing else.
  std::remove((folder_ / name_).c_str());
  std::remove(folder_.c_str());
  folder_.clear();
}

Result<> ServerLine::accept() {
  ours_ = UniqueFd(::accept4(listening_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
  const int failed = errno;
  const auto peer = ours_ ? peer_of(ours_.get()) : std::nullopt;
  listening_ = {};
  remove_folder();
  if (ours_ && (!peer || peer->process == ::getpid())) return {};
  return error_from_errno(ours_ ? EPERM : failed, "connect a client library to " + what_);
}

void ServerLine::end() {
  if (std::exchange(has_ended_, true)) return;
  ::shutdown(ours_.get(), SHUT_WR);
}

void ServerLine::say() {
  if (!ours_) return;
  for (;;) {
    if (said_.empty()) {
      said_.resize(kPiece);
      const ssize_t got = ::recv(ours_.get(), said_.data(), said_.size(), MSG_DONTWAIT);
      said_.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
      if (got < 0 && errno == EINTR) continue;
      if (got <= 0) return;
    }
    const ssize_t sent =
        ::send(server_.get(), said_.data(), said_.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0 && may_come_later(errno)) return;
    // Whoever does not listen any more may still have said something.
    said_.erase(0, sent < 0 ? said_.size() : static_cast<std::size_t>(sent));
  }
}

Result<> ServerLine::hear() {
  char piece[kPiece];
  if (allowed_ == 0) {
    const ssize_t more = ::recv(server_.get(), piece, 1, MSG_DONTWAIT | MSG_PEEK);
    if (more == 0) end();
    if (more <= 0) return {};
    return Error{.code = ErrorCode::too_large, .message = what_ + " says too much at once"};
  }
  const ssize_t got = ::recv(server_.get(), piece, std::min(sizeof piece, allowed_), MSG_DONTWAIT);
  if (got < 0 && may_come_later(errno)) return {};
  if (got <= 0) {
    end();
    return {};
  }
  allowed_ -= static_cast<std::size_t>(got);
  // It holds nothing yet.
  if (::send(ours_.get(), piece, static_cast<std::size_t>(got), MSG_DONTWAIT | MSG_NOSIGNAL) !=
      got) {
    return error_from_errno(errno, "pass on what " + what_ + " says");
  }
  return {};
}

Result<bool> ServerLine::pass(int library, short wanted, Duration patience) {
  const auto deadline = SteadyClock::now() + patience;
  const auto is_ready = [&] {
    pollfd end{.fd = library, .events = wanted, .revents = 0};
    return ::poll(&end, 1, 0) > 0;
  };
  for (;;) {
    say();
    if (is_ready()) return true;
    if ((wanted & POLLIN) != 0 && !has_ended_) TRY(hear());
    if (is_ready()) return true;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - SteadyClock::now());
    if (left.count() <= 0) return false;
    const auto events = static_cast<short>((wanted & POLLIN) | (said_.empty() ? 0 : POLLOUT));
    pollfd both[] = {{.fd = has_ended_ ? -1 : server_.get(), .events = events, .revents = 0},
                     {.fd = said_.empty() ? ours_.get() : -1, .events = POLLIN, .revents = 0}};
    if (::poll(both, 2, static_cast<int>(left.count())) < 0 && errno != EINTR) {
      return error_from_errno(errno, "wait for " + what_);
    }
  }
}

}  // namespace slip
