// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/socket.h>
#include <sys/un.h>

#include <cstdlib>
#include <filesystem>
#include <functional>
#include <string>
#include <thread>

#include "base/fd.h"

namespace slip::test {

// Listens on a unix socket, as a tenant's program in the place of her server would, and lets one
// client in, whoever it is. `serve` is called in a thread of its own, which the end waits for.
class RogueListener {
 public:
  using Serve = std::function<void(UniqueFd client)>;

  RogueListener(const std::filesystem::path& socket, Serve serve)
      : listening_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    socket.string().copy(address.sun_path, sizeof address.sun_path - 1);
    if (::bind(listening_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 ||
        ::listen(listening_.get(), 1) != 0) {
      std::abort();
    }
    serving_ = std::jthread([this, serve = std::move(serve)] {
      UniqueFd client(::accept4(listening_.get(), nullptr, nullptr, SOCK_CLOEXEC));
      if (client) serve(std::move(client));
    });
  }
  ~RogueListener() { ::shutdown(listening_.get(), SHUT_RDWR); }

  void wait_for_the_end() { serving_.join(); }

 private:
  UniqueFd listening_;
  std::jthread serving_;
};

}  // namespace slip::test
