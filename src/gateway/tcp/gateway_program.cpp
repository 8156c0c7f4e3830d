// SPDX-License-Identifier: Apache-2.0
#include "gateway/tcp/gateway_program.h"

#include <fcntl.h>
#include <openssl/ssl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <utility>

#include "base/system_error.h"
#include "gateway/tcp/confine.h"
#include "gateway/tcp/forwarder.h"
#include "gateway/tcp/tcp_socket.h"

namespace slip {
namespace {

constexpr int kDaemonsWaiting = 16;

// Whatever a library of the daemon's has left open.
void close_all_but(int one, int other) {
  const auto [first, last] = std::minmax(one, other);
  if (first > 3) close_range(3, static_cast<unsigned>(first) - 1, 0);
  if (last > first + 1) {
    close_range(static_cast<unsigned>(first) + 1, static_cast<unsigned>(last) - 1, 0);
  }
  close_range(static_cast<unsigned>(last) + 1, ~0U, 0);
}

Result<std::pair<UniqueFd, UniqueFd>> sockets_in(const std::string& text) {
  int daemon = -1;
  int door = -1;
  const char* end = text.data() + text.size();
  const auto first = std::from_chars(text.data(), end, daemon);
  if (first.ec == std::errc() && first.ptr != end && *first.ptr == ',') {
    const auto second = std::from_chars(first.ptr + 1, end, door);
    if (second.ec == std::errc() && second.ptr == end && daemon > 2 && door > 2 && daemon != door &&
        fcntl(daemon, F_SETFD, FD_CLOEXEC) == 0 && fcntl(door, F_SETFD, FD_CLOEXEC) == 0) {
      return std::pair(UniqueFd(daemon), UniqueFd(door));
    }
  }
  return Error{.code = ErrorCode::invalid_argument,
               .message = "the gateway is started by the daemon, with two sockets"};
}

}  // namespace

Result<> run_gateway(const std::string& sockets, const std::string& version) {
  auto [daemon, door] = TRY(sockets_in(sockets));
  close_all_but(daemon.get(), door.get());
  // Keeps no file system busy. There is always one.
  if (chdir("/") != 0) return error_from_errno(errno, "enter /");
  prctl(PR_SET_NAME, "slip-gateway", 0, 0, 0);
  allow_many_files();
  signal(SIGPIPE, SIG_IGN);
  // Not before: whoever connects learns our process by who listens.
  if (listen(door.get(), kDaemonsWaiting) != 0) return error_from_errno(errno, "listen");
  // Reads the machine's settings of TLS.
  OPENSSL_init_ssl(OPENSSL_INIT_LOAD_CONFIG, nullptr);
  TRY(confine_to_open_files());
  Forwarder forwarder({.version = version}, std::move(daemon), std::move(door));
  return forwarder.run();
}

}  // namespace slip
