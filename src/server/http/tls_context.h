// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/asio/ssl/context.hpp>

#include "base/result.h"
#include "server/http/server.h"

namespace slip::http {

// A server's TLS settings: TLS 1.2 and newer, with the certificate and key. Errors: `not_found` (no
// such file), `failed` (unreadable, not PEM, or the key is not the certificate's).
Result<boost::asio::ssl::context> make_tls_context(const TlsFiles& files);

}  // namespace slip::http
