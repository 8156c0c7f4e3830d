// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/http/server.h"

namespace slip::http {

// Calls the handler; what it throws becomes a 500, logged here and not told to the client.
Response call(const Handler& handler, const Request& request);

// What clients get when no thread is free and the queue is full.
Response overload_response();
// What requests get that were accepted but not begun when the server was told to stop.
Response stopping_response();

}  // namespace slip::http
