// SPDX-License-Identifier: Apache-2.0
#include "server/http/router.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <cstdlib>
#include <set>

#include "server/http/problem.h"

namespace slip::http {
namespace {

[[noreturn]] void mistake(std::string_view what) {
  spdlog::critical("Mistake in the program's routes: {}", what);
  std::abort();
}

std::string join(const std::vector<std::string>& path) {
  std::string out;
  for (const auto& segment : path) out += "/" + segment;
  return out.empty() ? "/" : out;
}

Response not_found(const Request& request) {
  return problem(
      {.code = ErrorCode::not_found, .message = "there is nothing at " + join(request.path)});
}

Response wrong_method(const Request& request, const std::set<std::string>& allowed) {
  std::string list;
  for (const auto& method : allowed) list += (list.empty() ? "" : ", ") + method;
  Response response =
      problem_with_status(405, {.code = ErrorCode::unsupported,
                                .message = join(request.path) + " does not take " + request.method,
                                .hint = "It takes " + list + "."});
  response.headers.set("Allow", list);
  return response;
}

}  // namespace

const std::string& Params::operator[](std::string_view name) const {
  const auto found = values_.find(name);
  if (found == values_.end()) mistake("no parameter " + std::string(name));
  return found->second;
}

void Router::add(std::string_view method_and_pattern, RouteHandler handler) {
  const auto space = method_and_pattern.find(" /");
  if (space == method_and_pattern.npos) mistake(method_and_pattern);
  Route route{.method = std::string(method_and_pattern.substr(0, space)),
              .segments = {},
              .handler = std::move(handler)};
  std::string_view rest = method_and_pattern.substr(space + 2);
  while (!rest.empty()) {
    const auto end = std::min(rest.find('/'), rest.size());
    const std::string_view part = rest.substr(0, end);
    const bool is_param = part.size() > 2 && part.front() == '{' && part.back() == '}';
    route.segments.push_back(
        {.is_param = is_param,
         .text = std::string(is_param ? part.substr(1, part.size() - 2) : part)});
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  for (const auto& other : routes_) {
    if (other.method == route.method && same_shape(other, route)) mistake(method_and_pattern);
  }
  const auto place = std::find_if(routes_.begin(), routes_.end(),
                                  [&](const Route& other) { return more_specific(route, other); });
  routes_.insert(place, std::move(route));
}

void Router::set_fallback(std::function<Response(const Request&)> handler) {
  fallback_ = std::move(handler);
}

Response Router::handle(const Request& request) const {
  std::set<std::string> allowed;
  for (const auto& route : routes_) {
    if (!matches(route, request.path)) continue;
    if (route.method == request.method || (route.method == "GET" && request.method == "HEAD")) {
      Params params;
      for (std::size_t i = 0; i < route.segments.size(); ++i) {
        if (route.segments[i].is_param) params.set(route.segments[i].text, request.path[i]);
      }
      return route.handler(request, params);
    }
    allowed.insert(route.method);
    if (route.method == "GET") allowed.insert("HEAD");
  }
  if (!allowed.empty()) return wrong_method(request, allowed);
  return fallback_ ? fallback_(request) : not_found(request);
}

std::vector<std::string> Router::routes() const {
  std::vector<std::string> out;
  for (const auto& route : routes_) {
    std::string text = route.method + " ";
    for (const auto& segment : route.segments) {
      text += "/" + (segment.is_param ? "{" + segment.text + "}" : segment.text);
    }
    out.push_back(route.segments.empty() ? text + "/" : text);
  }
  return out;
}

bool Router::matches(const Route& route, const std::vector<std::string>& path) {
  return std::equal(route.segments.begin(), route.segments.end(), path.begin(), path.end(),
                    [](const Segment& segment, const std::string& text) {
                      return segment.is_param ? !text.empty() : segment.text == text;
                    });
}

bool Router::same_shape(const Route& a, const Route& b) {
  return std::equal(a.segments.begin(), a.segments.end(), b.segments.begin(), b.segments.end(),
                    [](const Segment& x, const Segment& y) {
                      return x.is_param ? y.is_param : !y.is_param && x.text == y.text;
                    });
}

bool Router::more_specific(const Route& a, const Route& b) {
  return std::lexicographical_compare(
      a.segments.begin(), a.segments.end(), b.segments.begin(), b.segments.end(),
      [](const Segment& x, const Segment& y) { return !x.is_param && y.is_param; });
}

}  // namespace slip::http
