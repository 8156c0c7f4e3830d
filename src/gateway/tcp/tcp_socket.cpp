// SPDX-License-Identifier: Apache-2.0
#include "gateway/tcp/tcp_socket.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <cerrno>

#include "base/file.h"

namespace slip {
namespace {

constexpr int waiting_max = 4096;

sockaddr_in to_address(std::uint32_t address, std::uint16_t port) {
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(port);
  to.sin_addr.s_addr = address;
  return to;
}

UniqueFd make_socket(int family) {
  return UniqueFd(socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
}

void switch_on(const UniqueFd& socket, int level, int option) {
  const int yes = 1;
  setsockopt(socket.get(), level, option, &yes, sizeof yes);
}

template <class Address>
bool bind_and_listen(const UniqueFd& socket, const Address& address) {
  return bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 &&
         listen(socket.get(), waiting_max) == 0;
}

}  // namespace

Result<UniqueFd> listen_on(std::uint32_t address, std::uint16_t port) {
  UniqueFd socket = make_socket(AF_INET);
  if (!socket) return error_from_errno(errno, "make a socket");
  // Connections of an earlier daemon that have not quite ended do not keep the port.
  switch_on(socket, SOL_SOCKET, SO_REUSEADDR);
  if (bind_and_listen(socket, to_address(address, port))) return socket;
  Error error = error_from_errno(errno, fmt::format("listen on port {}", port));
  if (errno == EADDRINUSE) {
    error = Error{.code = ErrorCode::already_exists,
                  .message = fmt::format("another program listens on port {}", port),
                  .hint = "End that program, or give the container another port."};
  }
  return error;
}

bool can_listen_everywhere(std::uint16_t port) {
  const UniqueFd socket = make_socket(AF_INET);
  switch_on(socket, SOL_SOCKET, SO_REUSEADDR);
  if (!bind_and_listen(socket, to_address(htonl(INADDR_ANY), port))) return false;
  const UniqueFd socket6 = make_socket(AF_INET6);
  if (!socket6) return true;  // no IPv6 on this machine
  switch_on(socket6, SOL_SOCKET, SO_REUSEADDR);
  switch_on(socket6, IPPROTO_IPV6, IPV6_V6ONLY);
  sockaddr_in6 any6{};
  any6.sin6_family = AF_INET6;
  any6.sin6_port = htons(port);
  return bind_and_listen(socket6, any6) || errno != EADDRINUSE;
}

bool came_to_loopback(const UniqueFd& accepted) {
  sockaddr_in called{};
  socklen_t size = sizeof called;
  return getsockname(accepted.get(), reinterpret_cast<sockaddr*>(&called), &size) == 0 &&
         called.sin_family == AF_INET && called.sin_addr.s_addr == htonl(INADDR_LOOPBACK);
}

SocketPair make_pair() {
  int ends[2] = {-1, -1};
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends) != 0) return {};
  return {UniqueFd(ends[0]), UniqueFd(ends[1])};
}

UniqueFd make_tcp_socket() {
  return make_socket(AF_INET);
}

bool begin_connecting(const UniqueFd& socket, std::uint16_t port) {
  const sockaddr_in to = to_address(htonl(INADDR_LOOPBACK), port);
  return connect(socket.get(), reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0 ||
         errno == EINPROGRESS;
}

Result<UniqueFd> begin_connect_here(std::uint16_t port) {
  UniqueFd socket = make_tcp_socket();
  if (socket && begin_connecting(socket, port)) return socket;
  Error error = error_from_errno(errno, fmt::format("connect to port {}", port));
  error.code = ErrorCode::unavailable;
  return error;
}

void allow_many_files() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

bool listens_at(const UniqueFd& listening, std::uint32_t address) {
  sockaddr_in own{};
  socklen_t size = sizeof own;
  return getsockname(listening.get(), reinterpret_cast<sockaddr*>(&own), &size) == 0 &&
         own.sin_addr.s_addr == address;
}

void prepare_forwarded(const UniqueFd& socket) {
  switch_on(socket, IPPROTO_TCP, TCP_NODELAY);
  switch_on(socket, SOL_SOCKET, SO_KEEPALIVE);
}

}  // namespace slip
