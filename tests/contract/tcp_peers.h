// SPDX-License-Identifier: Apache-2.0
#pragma once

// The two ends of a connection, for tests of what lies between them.

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/fd.h"

namespace slip {

inline sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

inline void give_up_after(int fd, int seconds) {
  const timeval patience{.tv_sec = seconds, .tv_usec = 0};
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
}

// One side of a connection. Gives up after 20 seconds, so that a test fails rather than hangs.
class TcpPeer {
 public:
  explicit TcpPeer(UniqueFd fd) : fd_(std::move(fd)) { give_up_after(fd_.get(), 20); }

  static TcpPeer connect(std::uint16_t port) {
    UniqueFd fd(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const sockaddr_in to = loopback(port);
    if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0) fd.reset();
    return TcpPeer(std::move(fd));
  }

  bool connected() const { return static_cast<bool>(fd_); }
  int fd() const { return fd_.get(); }

  bool send(std::string_view text) {
    while (!text.empty()) {
      const ssize_t put = ::send(fd_.get(), text.data(), text.size(), MSG_NOSIGNAL);
      if (put <= 0) return false;
      text.remove_prefix(static_cast<std::size_t>(put));
    }
    return true;
  }
  // Up to `count` bytes; fewer if the connection ends or nothing comes.
  std::string receive(std::size_t count) {
    std::string text(count, '\0');
    std::size_t got = 0;
    while (got < count) {
      const ssize_t part = recv(fd_.get(), text.data() + got, count - got, 0);
      if (part <= 0) break;
      got += static_cast<std::size_t>(part);
    }
    text.resize(got);
    return text;
  }
  std::string receive_all() {
    std::string text;
    char buffer[65536];
    for (ssize_t got = 0; (got = recv(fd_.get(), buffer, sizeof buffer, 0)) > 0;) {
      text.append(buffer, static_cast<std::size_t>(got));
    }
    return text;
  }
  // True if the other side ends it, cleanly or not; false if it says something or goes on.
  bool is_cut() {
    char byte = 0;
    const ssize_t got = recv(fd_.get(), &byte, 1, 0);
    return got == 0 || (got < 0 && errno != EAGAIN && errno != EWOULDBLOCK);
  }
  // True if something comes within the time.
  bool hears_something(int within_ms) {
    pollfd waiting{.fd = fd_.get(), .events = POLLIN, .revents = 0};
    return poll(&waiting, 1, within_ms) > 0;
  }
  void end_sending() { shutdown(fd_.get(), SHUT_WR); }
  void reset() { fd_.reset(); }

 private:
  UniqueFd fd_;
};

// Serves each connection in a thread of its own, on a free port of 127.0.0.1.
class TcpServer {
 public:
  using Serve = std::function<void(TcpPeer&)>;

  explicit TcpServer(Serve serve) : serve_(std::move(serve)) {
    listener_.reset(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const sockaddr_in any = loopback(0);
    bind(listener_.get(), reinterpret_cast<const sockaddr*>(&any), sizeof any);
    listen(listener_.get(), 4096);
    sockaddr_in got{};
    socklen_t size = sizeof got;
    getsockname(listener_.get(), reinterpret_cast<sockaddr*>(&got), &size);
    port_ = ntohs(got.sin_port);
    acceptor_ = std::thread([this] { accept_all(); });
  }
  ~TcpServer() {
    shutdown(listener_.get(), SHUT_RDWR);
    acceptor_.join();
    {
      const std::lock_guard lock(mutex_);
      for (const auto& peer : peers_) shutdown(peer->fd(), SHUT_RDWR);
    }
    for (auto& thread : threads_) thread.join();
  }

  std::uint16_t port() const { return port_; }

  // Says its name, then everything it hears.
  static Serve echo(std::string name) {
    return [name = std::move(name)](TcpPeer& peer) {
      peer.send(name);
      char buffer[65536];
      for (ssize_t got = 0; (got = recv(peer.fd(), buffer, sizeof buffer, 0)) > 0;) {
        if (!peer.send({buffer, static_cast<std::size_t>(got)})) return;
      }
    };
  }

 private:
  void accept_all() {
    while (true) {
      UniqueFd fd(accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
      if (!fd) return;
      const std::lock_guard lock(mutex_);
      peers_.push_back(std::make_unique<TcpPeer>(std::move(fd)));
      threads_.emplace_back([this, peer = peers_.back().get()] {
        serve_(*peer);
        shutdown(peer->fd(), SHUT_RDWR);
      });
    }
  }

  Serve serve_;
  UniqueFd listener_;
  std::uint16_t port_ = 0;
  std::mutex mutex_;
  std::vector<std::unique_ptr<TcpPeer>> peers_;
  std::vector<std::thread> threads_;
  std::thread acceptor_;
};

}  // namespace slip
