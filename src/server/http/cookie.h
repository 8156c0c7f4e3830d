// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "server/http/message.h"

namespace slip::http {

// A cookie for a session: HttpOnly and SameSite=Strict always, path "/".
struct Cookie {
  std::string name = {};
  std::string value = {};  // only characters that need no quoting, e.g. base64url
  std::optional<std::chrono::seconds> max_age =
      {};                                  // nothing: until the browser is closed; 0: delete it
  Transport transport = Transport::plain;  // tls adds Secure
};

void set_cookie(Response& response, const Cookie& cookie);

// The cookies of a Cookie header, those of one name in the order they came. Pairs without a name
// are left out.
std::multimap<std::string, std::string> parse_cookies(std::string_view header);

}  // namespace slip::http
