// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.h"

namespace slip {

// Where a daemon listens.
struct ApiAddress {
  enum class Kind { tcp, tls, unix_socket };
  Kind kind = Kind::tcp;
  std::string host = "127.0.0.1";  // name or IP address, without brackets
  std::uint16_t port = 8747;
  std::filesystem::path socket = {};

  // As it is written: "http://127.0.0.1:8747".
  std::string to_string() const;
};

// Reads "http://host[:port]", "https://host[:port]", "unix:/path" or an absolute path of a socket.
// The port is 8747 unless given. Fails with `invalid_argument`.
Result<ApiAddress> parse_api_address(std::string_view text);

}  // namespace slip
