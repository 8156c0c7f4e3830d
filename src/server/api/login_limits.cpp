// SPDX-License-Identifier: Apache-2.0
#include "server/api/login_limits.h"

#include "server/http/address.h"

namespace slip::api {

std::string client_of(const http::Request& request) {
  const auto& peer = request.peer;
  if (peer.kind == http::Peer::Kind::unix_socket) {
    return "uid " + (peer.uid ? std::to_string(*peer.uid) : "unknown");
  }
  return http::client_of_address(peer.address);
}

Error too_many_passwords(Duration wait) {
  return Error{.code = ErrorCode::rate_limited,
               .message = "there were too many wrong passwords",
               .hint = "Try again in " + std::to_string((wait.count() + 999) / 1000) + " seconds."};
}

}  // namespace slip::api
