// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <functional>
#include <list>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/fd.h"

namespace slip::test {

// One client of a program that listens in a server's place.
class RogueClient {
 public:
  explicit RogueClient(UniqueFd fd) : fd_(std::move(fd)) {}

  // False once the client has gone.
  bool say(std::string_view bytes) const {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }
  // Whatever has come, up to `size`; empty: the client has gone.
  std::string hear(std::size_t size = 4096) const {
    std::string heard(size, '\0');
    const ssize_t got = ::recv(fd_.get(), heard.data(), heard.size(), 0);
    heard.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    return heard;
  }
  // So many bytes; fewer: the client has gone.
  std::string hear_all(std::size_t size) const {
    std::string heard;
    while (heard.size() < size) {
      const std::string more = hear(size - heard.size());
      if (more.empty()) break;
      heard += more;
    }
    return heard;
  }
  void wait_until_it_has_gone() const {
    while (!hear().empty()) {
    }
  }
  void end() const { ::shutdown(fd_.get(), SHUT_RDWR); }

 private:
  UniqueFd fd_;
};

// Programs of a tenant's in the place of her servers: at unix sockets and at a port of 127.0.0.1,
// run by `user`. Everybody who calls is served by a thread; nobody is let in without `serve`, and
// whoever calls then waits, as the queue of those who wait is full.
class RogueServers {
 public:
  using Serve = std::function<void(const RogueClient& client)>;

  RogueServers(const std::vector<std::filesystem::path>& sockets, std::uint16_t port, uid_t user,
               Serve serve)
      : serve_(std::move(serve)) {
    for (const auto& socket : sockets) {
      std::filesystem::remove(socket);
      sockaddr_un address{};
      address.sun_family = AF_UNIX;
      std::snprintf(address.sun_path, sizeof address.sun_path, "%s", socket.c_str());
      listen_at(AF_UNIX, reinterpret_cast<const sockaddr*>(&address), sizeof address, user);
      ::chmod(socket.c_str(), 0777);
    }
    if (port == 0) return;
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    listen_at(AF_INET, reinterpret_cast<const sockaddr*>(&address), sizeof address, user);
  }
  ~RogueServers() {
    for (const auto& listening : listening_) ::shutdown(listening.get(), SHUT_RDWR);
    accepting_.clear();
    for (const auto& client : clients_) client.end();
    serving_.clear();
  }
  std::size_t count() const { return listening_.size(); }

 private:
  void listen_at(int family, const sockaddr* address, socklen_t size, uid_t user) {
    auto& fd = listening_.emplace_back(::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const int again = 1;
    ::setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &again, sizeof again);
    if (::bind(fd.get(), address, size) != 0) {
      listening_.pop_back();
      return;
    }
    // The kernel takes whoever calls `listen` for whom it is that listens.
    const bool becomes = ::geteuid() == 0 && user != 0;
    if (becomes) ::syscall(SYS_setresuid, -1, user, -1);
    ::listen(fd.get(), serve_ ? 64 : 0);
    if (becomes) ::syscall(SYS_setresuid, -1, 0, -1);
    if (serve_) {
      accepting_.emplace_back([this, at = fd.get()] { accept_all(at); });
      return;
    }
    for (int i = 0; i < 2; ++i) {
      auto& caller =
          callers_.emplace_back(::socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
      (void)::connect(caller.get(), address, size);
    }
  }
  void accept_all(int at) {
    for (;;) {
      UniqueFd fd(::accept4(at, nullptr, nullptr, SOCK_CLOEXEC));
      if (!fd) return;
      const std::lock_guard guard(lock_);
      const RogueClient& client = clients_.emplace_back(std::move(fd));
      serving_.emplace_back([this, &client] {
        serve_(client);
        client.end();
      });
    }
  }

  Serve serve_;
  std::list<UniqueFd> listening_;
  std::list<UniqueFd> callers_;
  std::mutex lock_;
  std::list<RogueClient> clients_;
  std::list<std::jthread> serving_;
  std::list<std::jthread> accepting_;
};

}  // namespace slip::test
