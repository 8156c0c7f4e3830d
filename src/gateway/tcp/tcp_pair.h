// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "base/fd.h"

namespace slip {

// One forwarded connection: the client's socket, the instance's, and the bytes between them.
// Registered with an epoll set under `tag(side)`; not synchronised.
class TcpPair {
 public:
  enum class Side : std::uint8_t { client = 0, instance = 1 };
  enum class Fate { goes_on, ended };

  // `instance` is a socket whose connect has begun.
  TcpPair(std::uint64_t id, std::uint16_t port, UniqueFd client, UniqueFd instance)
      : id_(id), port_(port) {
    sides_[0].fd = std::move(client);
    sides_[1].fd = std::move(instance);
  }

  std::uint64_t id() const { return id_; }
  std::uint16_t port() const { return port_; }

  // False if the kernel refuses.
  bool join(int epoll_fd);
  Fate handle(int epoll_fd, Side side, std::uint32_t events, std::vector<char>& scratch);
  // Ends it now: see Forwarder.
  void cut();

  static constexpr std::uint64_t tag(std::uint64_t id, Side side) {
    return (id << 1) | static_cast<std::uint64_t>(side);
  }

 private:
  struct End {
    UniqueFd fd;
    std::vector<char> pending;  // read from the other side, not yet taken by this one
    std::size_t sent = 0;       // of `pending`
    bool read_done = false;     // it said its last word
    bool write_done = false;    // and was told the other side's
    std::uint32_t interest = 0;
    bool watched = true;

    std::size_t backlog() const { return pending.size() - sent; }
  };

  Fate pump(End& from, End& to, std::vector<char>& scratch);
  bool flush(End& to);
  void pass_end(End& from, End& to);
  void update(int epoll_fd, Side side);
  End& end(Side side) { return sides_[static_cast<std::size_t>(side)]; }
  static Side other(Side side) { return side == Side::client ? Side::instance : Side::client; }

  std::uint64_t id_;
  std::uint16_t port_;
  bool connected_ = false;
  std::array<End, 2> sides_;
};

}  // namespace slip
