// SPDX-License-Identifier: Apache-2.0
#pragma once

// What pretends to be a database server, for tests of how a Session takes it.

#include <sys/socket.h>

#include <cstring>
#include <filesystem>
#include <functional>
#include <string>

#include "base/fd.h"
#include "tests/hostile/rogue_listener.h"

namespace slip::test {

// Listens on a unix socket, lets one client in whoever it is, and answers its first statement as
// the test says.
class RogueServer {
 public:
  using Answer = std::function<void(RogueServer&)>;

  RogueServer(const std::filesystem::path& socket, Answer answer)
      : answer_(std::move(answer)), listener_(socket, [this](UniqueFd client) {
          client_ = std::move(client);
          serve();
          client_ = UniqueFd();
        }) {}

  // A packet of the protocol: its length, its number, its bytes. False once the client has gone.
  bool say(int number, const std::string& bytes) {
    std::string packet;
    for (int shift = 0; shift < 24; shift += 8) {
      packet += static_cast<char>(bytes.size() >> shift & 0xff);
    }
    packet += static_cast<char>(number);
    packet += bytes;
    return ::send(client_.get(), packet.data(), packet.size(), MSG_NOSIGNAL) ==
           static_cast<ssize_t>(packet.size());
  }
  void hear() {
    char buffer[4096];
    const ssize_t count = ::recv(client_.get(), buffer, sizeof buffer, 0);
    if (count > 0) heard_.append(buffer, static_cast<std::size_t>(count));
  }
  // All that the client has said, once it has gone.
  std::string heard() {
    listener_.wait_for_the_end();
    return heard_;
  }

 private:
  void serve() {
    using std::string_literals::operator""s;
    say(0, "\x0a"s + "10.11.6-MariaDB\0"s + "\1\0\0\0"s + "12345678\0"s + "\x81\x82\x21\2\0"s +
               "\x08\0\x15"s + std::string(10, '\0') + "123456789012\0"s +
               "mysql_native_password\0"s);
    hear();
    say(2, "\0\0\0\2\0\0\0"s);
    hear();
    answer_(*this);
    hear();
  }

  Answer answer_;
  UniqueFd client_;
  std::string heard_;
  RogueListener listener_;  // last: its thread uses the rest
};

}  // namespace slip::test
