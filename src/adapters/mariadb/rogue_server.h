// SPDX-License-Identifier: Apache-2.0
#pragma once

// What pretends to be a database server, for tests of how a Session takes it.

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <cstring>
#include <filesystem>
#include <functional>
#include <string>
#include <thread>

#include "base/fd.h"

namespace slip::test {

// Listens on a unix socket, lets one client in whoever it is, and answers its first statement as
// the test says.
class RogueServer {
 public:
  using Answer = std::function<void(RogueServer&)>;

  RogueServer(const std::filesystem::path& socket, Answer answer)
      : answer_(std::move(answer)), listening_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
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
    serving_.join();
    return heard_;
  }

 private:
  void serve() {
    client_ = UniqueFd(::accept4(listening_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    if (!client_) return;
    using std::string_literals::operator""s;
    say(0, "\x0a"s + "10.11.6-MariaDB\0"s + "\1\0\0\0"s + "12345678\0"s + "\x81\x82\x21\2\0"s +
               "\x08\0\x15"s + std::string(10, '\0') + "123456789012\0"s +
               "mysql_native_password\0"s);
    hear();
    say(2, "\0\0\0\2\0\0\0"s);
    hear();
    answer_(*this);
    hear();
    client_ = UniqueFd();
  }

  Answer answer_;
  UniqueFd listening_;
  UniqueFd client_;
  std::string heard_;
  std::jthread serving_;
};

}  // namespace slip::test
