// SPDX-License-Identifier: Apache-2.0
#include "client/api_address.h"

#include <algorithm>
#include <charconv>

namespace slip {
namespace {

Error refuse(std::string_view text, std::string_view why) {
  return {.code = ErrorCode::invalid_argument,
          .message = "\"" + std::string(text) + "\" is no address of a daemon: " + std::string(why),
          .hint = "Write http://127.0.0.1:8747, https://host, or unix:/path/to/the/socket."};
}

// Takes "host", "host:port", "[v6]" or "[v6]:port" apart.
Result<> read_authority(std::string_view authority, std::string_view all, ApiAddress& address) {
  std::string_view port;
  if (authority.starts_with('[')) {
    const auto end = authority.find(']');
    if (end == authority.npos) return refuse(all, "the bracket is not closed");
    address.host = authority.substr(1, end - 1);
    port = authority.substr(end + 1);
  } else {
    const auto colon = std::min(authority.find(':'), authority.size());
    address.host = authority.substr(0, colon);
    port = authority.substr(colon);
  }
  if (address.host.empty()) return refuse(all, "it names no host");
  if (address.host.find_first_of(" \t\r\n@?#") != std::string::npos) {
    return refuse(all, "the host name is not possible");
  }
  if (port.empty()) return {};
  const char* const last = port.data() + port.size();
  const auto [end, failed] = std::from_chars(port.data() + 1, last, address.port);
  if (port[0] != ':' || failed != std::errc() || end != last || address.port == 0) {
    return refuse(all, "the port is not a number from 1 to 65535");
  }
  return {};
}

}  // namespace

std::string ApiAddress::to_string() const {
  if (kind == Kind::unix_socket) return "unix:" + socket.string();
  const bool is_v6 = host.find(':') != std::string::npos;
  return (kind == Kind::tls ? "https://" : "http://") + (is_v6 ? "[" + host + "]" : host) + ":" +
         std::to_string(port);
}

Result<ApiAddress> parse_api_address(std::string_view text) {
  ApiAddress address;
  std::string_view rest = text;
  const auto begins_with = [&](std::string_view prefix) {
    if (!rest.starts_with(prefix)) return false;
    rest.remove_prefix(prefix.size());
    return true;
  };
  if (begins_with("unix:") || rest.starts_with('/')) {
    if (!rest.starts_with('/')) return refuse(text, "the socket's path must begin with a slash");
    address.kind = ApiAddress::Kind::unix_socket;
    address.socket = rest;
    return address;
  }
  if (begins_with("https://")) {
    address.kind = ApiAddress::Kind::tls;
  } else if (!begins_with("http://")) {
    return refuse(text, "it begins with neither http://, https:// nor unix:");
  }
  if (rest.ends_with('/')) rest.remove_suffix(1);
  if (rest.find('/') != rest.npos) return refuse(text, "it has a path");
  TRY(read_authority(rest, text, address));
  return address;
}

}  // namespace slip
