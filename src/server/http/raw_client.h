// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <chrono>
#include <cstring>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/fd.h"

namespace slip::http {

// A client that sends exactly the bytes a test wants, for tests of the server.
class RawClient {
 public:
  // A small receive buffer makes a slow client of it.
  explicit RawClient(std::uint16_t port, int receive_buffer = 0)
      : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    if (receive_buffer > 0) {
      ::setsockopt(fd_.get(), SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
    }
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connect(reinterpret_cast<sockaddr*>(&address), sizeof address);
  }
  // From that address of this machine to the same one.
  RawClient(const std::string& own_address, std::uint16_t port) {
    sockaddr_storage address{};
    auto& ipv4 = reinterpret_cast<sockaddr_in&>(address);
    auto& ipv6 = reinterpret_cast<sockaddr_in6&>(address);
    const bool is_ipv6 = own_address.find(':') != std::string::npos;
    address.ss_family = is_ipv6 ? AF_INET6 : AF_INET;
    void* const bytes = is_ipv6 ? static_cast<void*>(&ipv6.sin6_addr) : &ipv4.sin_addr;
    EXPECT_EQ(::inet_pton(address.ss_family, own_address.c_str(), bytes), 1);
    const socklen_t size = is_ipv6 ? sizeof ipv6 : sizeof ipv4;
    fd_.reset(::socket(address.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
    EXPECT_EQ(::bind(fd_.get(), reinterpret_cast<sockaddr*>(&address), size), 0);
    ipv4.sin_port = htons(port);  // that of IPv6 lies in the same place
    connect(reinterpret_cast<sockaddr*>(&address), size);
  }
  explicit RawClient(const std::filesystem::path& socket)
      : fd_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, socket.c_str(), sizeof address.sun_path - 1);
    connect(reinterpret_cast<sockaddr*>(&address), sizeof address);
  }

  // Returns how many bytes the other side took.
  std::size_t send(std::string_view text) {
    std::size_t sent = 0;
    while (sent < text.size()) {
      const auto done = ::send(fd_.get(), text.data() + sent, text.size() - sent, MSG_NOSIGNAL);
      if (done <= 0) break;
      sent += static_cast<std::size_t>(done);
    }
    return sent;
  }

  // Everything up to and with `end`; less if the server closes first or takes too long.
  std::string read_until(std::string_view end) {
    while (received_.find(end) == std::string::npos && receive()) {
    }
    const auto found = received_.find(end);
    return take(found == std::string::npos ? received_.size() : found + end.size());
  }
  // One response with Content-Length.
  std::string read_response() {
    std::string head = read_until("\r\n\r\n");
    const auto length = head.find("Content-Length: ");
    if (length == std::string::npos) return head;
    const std::size_t size = std::stoul(head.substr(length + 16));
    while (received_.size() < size && receive()) {
    }
    return head + take(std::min(size, received_.size()));
  }
  std::string read_until_closed() {
    while (receive()) {
    }
    return take(received_.size());
  }
  int fd() const { return fd_.get(); }
  bool is_closed() const { return closed_; }

  std::string get(const std::string& target) {
    send("GET " + target + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
    return read_response();
  }

 private:
  void connect(sockaddr* address, socklen_t size) {
    EXPECT_EQ(::connect(fd_.get(), address, size), 0) << std::strerror(errno);
  }
  bool receive() {
    pollfd ready{.fd = fd_.get(), .events = POLLIN, .revents = 0};
    if (::poll(&ready, 1, 10'000) <= 0) {
      ADD_FAILURE() << "nothing came in 10 s, after: " << received_;
      return false;
    }
    char buffer[16384];
    const auto size = ::recv(fd_.get(), buffer, sizeof buffer, 0);
    closed_ = size <= 0;
    if (closed_) return false;
    received_.append(buffer, static_cast<std::size_t>(size));
    return true;
  }
  std::string take(std::size_t size) {
    std::string out = received_.substr(0, size);
    received_.erase(0, size);
    return out;
  }

  UniqueFd fd_;
  std::string received_;
  bool closed_ = false;
};

}  // namespace slip::http
