// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "base/result.h"
#include "base/time.h"
#include "server/http/message.h"

namespace slip::api {

// Whom wrong passwords are counted against, besides the user they were tried for: an IP address, of
// IPv6 the network that one customer has, or the local user at the other end of a unix socket.
std::string client_of(const http::Request& request);

// What somebody gets who has to wait this long before the next try: `rate_limited`.
Error too_many_passwords(Duration wait);

}  // namespace slip::api
