// SPDX-License-Identifier: Apache-2.0
#include "gateway/lane_trial.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <sys/socket.h>

#include <cerrno>
#include <thread>

#include "base/system_error.h"

namespace slip {
namespace {

constexpr int kPatienceMs = 3000;

sockaddr_in loopback_at(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = port;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

UniqueFd make_socket() {
  return UniqueFd(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
}

Result<UniqueFd> listen_somewhere() {
  UniqueFd made = make_socket();
  const auto any = loopback_at(0);
  if (made && bind(made.get(), reinterpret_cast<const sockaddr*>(&any), sizeof any) == 0 &&
      listen(made.get(), 1) == 0) {
    return made;
  }
  return error_from_errno(errno, "listen for a trial");
}

std::uint16_t port_of(const UniqueFd& listener) {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  getsockname(listener.get(), reinterpret_cast<sockaddr*>(&address), &size);
  return ntohs(address.sin_port);
}

bool becomes(const UniqueFd& socket, short events) {
  pollfd one{.fd = socket.get(), .events = events, .revents = 0};
  return poll(&one, 1, kPatienceMs) == 1 && (one.revents & events) != 0;
}

}  // namespace

Result<UniqueFd> make_empty_network() {
  Result<UniqueFd> made = UniqueFd();
  std::thread([&] {
    if (unshare(CLONE_NEWNET) == 0) {
      made = UniqueFd(open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC));
    }
    if (!*made) made = error_from_errno(errno, "make a network for a trial");
  }).join();
  return made;
}

Result<LaneTrial> LaneTrial::prepare(int network) {
  LaneTrial trial;
  trial.here_ = TRY(listen_somewhere());
  Result<UniqueFd> there = UniqueFd();
  std::thread([&] {
    if (setns(network, CLONE_NEWNET) == 0) {
      there = listen_somewhere();
    } else {
      there = error_from_errno(errno, "enter a branch's network");
    }
  }).join();
  trial.there_ = TRY(std::move(there));
  return trial;
}

std::uint16_t LaneTrial::port_here() const {
  return port_of(here_);
}

std::uint16_t LaneTrial::port_there() const {
  return port_of(there_);
}

UniqueFd LaneTrial::connect() const {
  UniqueFd client = make_socket();
  const auto to = loopback_at(htons(port_here()));
  if (::connect(client.get(), reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0 &&
      errno != EINPROGRESS) {
    return {};
  }
  if (becomes(there_, POLLIN) && becomes(client, POLLOUT)) return client;
  return {};
}

}  // namespace slip
