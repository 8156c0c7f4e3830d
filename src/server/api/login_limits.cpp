// SPDX-License-Identifier: Apache-2.0
#include "server/api/login_limits.h"

#include <arpa/inet.h>

#include <array>
#include <cstring>

namespace slip::api {
namespace {

// One customer has a network of 64 bits or more to choose addresses from.
std::string network_of(const in6_addr& address) {
  in6_addr network = address;
  std::memset(network.s6_addr + 8, 0, 8);
  std::array<char, INET6_ADDRSTRLEN> text{};
  ::inet_ntop(AF_INET6, &network, text.data(), text.size());
  return std::string(text.data()) + "/64";
}

}  // namespace

std::string client_of(const http::Request& request) {
  const auto& peer = request.peer;
  if (peer.kind == http::Peer::Kind::unix_socket) {
    return "uid " + (peer.uid ? std::to_string(*peer.uid) : "unknown");
  }
  in6_addr v6{};
  if (::inet_pton(AF_INET6, peer.address.c_str(), &v6) != 1) return peer.address;
  return IN6_IS_ADDR_LOOPBACK(&v6) ? peer.address : network_of(v6);
}

Error too_many_passwords(Duration wait) {
  return Error{.code = ErrorCode::rate_limited,
               .message = "there were too many wrong passwords",
               .hint = "Try again in " + std::to_string((wait.count() + 999) / 1000) + " seconds."};
}

}  // namespace slip::api
