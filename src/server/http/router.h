// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "server/http/message.h"

namespace slip::http {

// The values of a pattern's {names}, decoded.
class Params {
 public:
  // The pattern has this name, or the program is wrong and ends.
  const std::string& operator[](std::string_view name) const;
  bool has(std::string_view name) const { return values_.contains(name); }
  void set(std::string name, std::string value) { values_[std::move(name)] = std::move(value); }

 private:
  std::map<std::string, std::string, std::less<>> values_;
};

using RouteHandler = std::function<Response(const Request&, const Params&)>;

// Finds the handler of a request by method and path. Filled at start, then only read: `handle` may
// be called from any thread.
//
//   router.add("GET /api/v1/containers/{container}/bookmarks", list_bookmarks);
//
// A literal segment wins over a {name} in the same place. A trailing slash makes no difference. GET
// routes answer HEAD too. No such path: the fallback, or else 404; no such method: 405 with Allow;
// both as problem+json.
class Router {
 public:
  // Two routes that match exactly the same requests are a mistake in the program, which ends.
  void add(std::string_view method_and_pattern, RouteHandler handler);
  // What to do with a path that fits no route, e.g. the page's files.
  void set_fallback(std::function<Response(const Request&)> handler);

  Response handle(const Request& request) const;

  // "GET /api/v1/..." of every route, to hold a description of the interface against.
  std::vector<std::string> routes() const;

 private:
  struct Segment {
    bool is_param = false;
    std::string text;  // the literal, or the parameter's name
  };
  struct Route {
    std::string method;
    std::vector<Segment> segments;
    RouteHandler handler;
  };
  static bool matches(const Route& route, const std::vector<std::string>& path);
  static bool same_shape(const Route& a, const Route& b);
  static bool more_specific(const Route& a, const Route& b);

  std::vector<Route> routes_;  // the more specific first
  std::function<Response(const Request&)> fallback_;
};

}  // namespace slip::http
