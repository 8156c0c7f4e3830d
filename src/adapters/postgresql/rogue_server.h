// SPDX-License-Identifier: Apache-2.0
#pragma once

// What pretends to be a PostgreSQL server, for tests of how a Session takes it.

#include <poll.h>
#include <sys/socket.h>

#include <filesystem>
#include <functional>
#include <string>

#include "base/fd.h"
#include "tests/hostile/rogue_listener.h"

namespace slip::test {

// Listens on a unix socket, lets one client in whoever it is, and does then as the test says.
class RogueServer {
 public:
  using Then = std::function<void(RogueServer&)>;

  RogueServer(const std::filesystem::path& socket, Then then)
      : then_(std::move(then)), listener_(socket, [this](UniqueFd client) {
          client_ = std::move(client);
          serve();
          client_ = UniqueFd();
        }) {}

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
    hear();
    say(message('R', number(0)) + message('Z', "I"));
    then_(*this);
  }

  Then then_;
  UniqueFd client_;
  RogueListener listener_;  // last: its thread uses the rest
};

}  // namespace slip::test
