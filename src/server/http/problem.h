// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/json/fwd.hpp>
#include <chrono>

#include "base/error.h"
#include "server/http/message.h"

namespace slip::http {

// The error as application/problem+json (RFC 9457): `type` (urn:slipstream:error:<code>), `title`,
// `status`, `detail` (the message), `code`, and where not empty `hint`, `context` (outermost first)
// and `output` (Error::detail). The status is the error table's.
Response problem(const Error& error);

// With further members, e.g. `operation`. They do not replace those above.
Response problem(const Error& error, const boost::json::object& extensions);

// With a status of its own, for what HTTP itself refuses: 405, 421, 431.
Response problem_with_status(int status, const Error& error);

// Adds Retry-After, in whole seconds rounded up, at least 1.
Response retry_after(Response response, std::chrono::milliseconds wait);

}  // namespace slip::http
