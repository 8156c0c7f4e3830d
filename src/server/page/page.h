// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>

#include "server/http/static_files.h"

namespace slip {

// The web page, linked into the program: every file that was made of web/, by its address.
// Empty if it was built without one.
const std::map<std::string, http::StaticFile>& embedded_files();

// The same, as a server's fallback: "/" is the page, and so is any address of one of its views.
http::StaticFiles embedded_page();

// What browsers let the page do: nothing but its own files and its own daemon.
inline constexpr const char* page_content_security_policy =
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'";

}  // namespace slip
