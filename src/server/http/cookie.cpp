// SPDX-License-Identifier: Apache-2.0
#include "server/http/cookie.h"

#include <algorithm>

#include "server/http/encoding.h"

namespace slip::http {

void set_cookie(Response& response, const Cookie& cookie) {
  std::string text = cookie.name + "=" + cookie.value + "; Path=/; HttpOnly; SameSite=Strict";
  if (cookie.max_age) text += "; Max-Age=" + std::to_string(cookie.max_age->count());
  if (cookie.transport == Transport::tls) text += "; Secure";
  response.headers.add("Set-Cookie", std::move(text));
}

std::multimap<std::string, std::string> parse_cookies(std::string_view header) {
  std::multimap<std::string, std::string> cookies;
  while (!header.empty()) {
    const auto end = std::min(header.find(';'), header.size());
    const std::string_view pair = trimmed(header.substr(0, end));
    const auto equals = pair.find('=');
    if (equals != pair.npos && equals > 0) {
      std::string_view value = trimmed(pair.substr(equals + 1));
      if (value.size() >= 2 && value.front() == '"' && value.back() == '"') {
        value = value.substr(1, value.size() - 2);
      }
      cookies.emplace(trimmed(pair.substr(0, equals)), value);
    }
    header.remove_prefix(std::min(end + 1, header.size()));
  }
  return cookies;
}

}  // namespace slip::http
