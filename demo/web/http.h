// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <tl/expected.hpp>

namespace web {

struct Request {
  std::string method;
  std::string path;                            // without the query
  std::map<std::string, std::string> headers;  // names in lower case
  std::string body;
};

struct Response {
  int status = 200;
  std::string content_type = "text/html; charset=utf-8";
  std::string body = {};
  std::string location = {};  // of a redirect
};

// Answers one request; thread-safe.
using Handler = std::function<Response(const Request&)>;

// Listens on 127.0.0.1:`port` and answers with a few threads, one request a connection, until the
// process ends; returns at once. Requests that are too large or too slow are refused.
// Fails when the port cannot be listened on.
tl::expected<void, std::string> serve(std::uint16_t port, Handler handler);

}  // namespace web
