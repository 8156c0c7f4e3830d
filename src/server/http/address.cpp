// SPDX-License-Identifier: Apache-2.0
#include "server/http/address.h"

#include <arpa/inet.h>

#include <algorithm>
#include <cstring>

namespace slip::http {
namespace {

// The address of "[v6]", "[v6]:port" and "v4:port"; else the text itself.
std::string_view without_port(std::string_view text) {
  if (text.starts_with('[')) {
    const auto end = text.find(']');
    return end == text.npos ? std::string_view() : text.substr(1, end - 1);
  }
  return std::ranges::count(text, ':') == 1 ? text.substr(0, text.find(':')) : text;
}

std::string text_of(int family, const void* address) {
  char text[INET6_ADDRSTRLEN] = {};
  ::inet_ntop(family, address, text, sizeof text);
  return text;
}

}  // namespace

std::optional<std::string> canonical_address(std::string_view text) {
  const std::string bare(without_port(text));
  in_addr v4{};
  if (::inet_pton(AF_INET, bare.c_str(), &v4) == 1) return text_of(AF_INET, &v4);
  in6_addr v6{};
  if (::inet_pton(AF_INET6, bare.c_str(), &v6) != 1) return std::nullopt;
  if (IN6_IS_ADDR_V4MAPPED(&v6)) return text_of(AF_INET, &v6.s6_addr[12]);
  return text_of(AF_INET6, &v6);
}

std::string client_of_address(const std::string& address) {
  in6_addr v6{};
  if (::inet_pton(AF_INET6, address.c_str(), &v6) != 1) return address;
  if (IN6_IS_ADDR_LOOPBACK(&v6)) return address;
  std::memset(v6.s6_addr + 8, 0, 8);
  return text_of(AF_INET6, &v6) + "/64";
}

}  // namespace slip::http
