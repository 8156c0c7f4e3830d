// SPDX-License-Identifier: Apache-2.0
#pragma once

// What pretends to be a PostgreSQL server, for tests of how a Session takes it.

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cstdlib>
#include <filesystem>
#include <functional>
#include <string>
#include <thread>

#include "base/fd.h"

namespace slip::test {

// Listens on a unix socket, lets one client in whoever it is, and does then as the test says.
class RogueServer {
 public:
  using Then = std::function<void(RogueServer&)>;

  RogueServer(const std::filesystem::path& socket, Then then)
      : then_(std::move(then)), listening_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    socket.string().copy(address.sun_path, sizeof address.sun_path - 1);
    if (::bind(listening_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 ||
        ::listen(listening_.get(), 1) != 0) {
      std::abort();
    }
    serving_ = std::jthread([this] { serve(); });
  }
  ~RogueServer() { ::shutdown(listening_.get(), SHUT_RDWR); }

  // A message of the protocol: its kind, its length, its bytes.
  static std::string message(char kind, const std::string& bytes) {
    return kind + number(bytes.size() + 4) + bytes;
  }
  static std::string number(std::size_t value) {
    std::string bytes;
    for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(value >> shift & 0xffU);
    return bytes;
  }
  // False once the client has gone.
  bool say(const std::string& messages) {
    std::size_t sent = 0;
    while (sent < messages.size()) {
      const ssize_t count =
          ::send(client_.get(), messages.data() + sent, messages.size() - sent, MSG_NOSIGNAL);
      if (count <= 0) return false;
      sent += static_cast<std::size_t>(count);
    }
    return true;
  }
  void hear() {
    char buffer[4096];
    ::recv(client_.get(), buffer, sizeof buffer, 0);
  }
  // Without hearing what the client says.
  void wait_until_it_has_gone() {
    pollfd waiting{.fd = client_.get(), .events = 0, .revents = 0};
    ::poll(&waiting, 1, -1);
  }

 private:
  void serve() {
    client_ = UniqueFd(::accept4(listening_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    if (!client_) return;
    hear();
    say(message('R', number(0)) + message('Z', "I"));
    then_(*this);
    client_ = UniqueFd();
  }

  Then then_;
  UniqueFd listening_;
  UniqueFd client_;
  std::jthread serving_;
};

}  // namespace slip::test
