// SPDX-License-Identifier: Apache-2.0
#include "server/api/call.h"

#include <boost/json.hpp>
#include <charconv>
#include <chrono>

#include "base/log.h"
#include "queries/containers.h"
#include "server/api/authenticate.h"
#include "server/http/compression.h"
#include "server/http/problem.h"

namespace slip::api {
namespace {

http::Response refuse(ApiState& api, const http::Request& request, const Error& error) {
  if (error.code == ErrorCode::internal) {
    spdlog::error("{} {}: {}", request.method, request.path.empty() ? "/" : request.path.back(),
                  error.describe());
  }
  boost::json::object more;
  if (error.code == ErrorCode::busy) {
    // For pages and scripts that want to show or wait for what is in the way.
    const auto operation = queries::operation_named_in(api.product.queries(), error.hint);
    if (!operation.empty()) more["operation"] = operation.str();
  }
  auto response = http::problem(error, more);
  if (error.code == ErrorCode::unauthenticated) {
    response.headers.set("WWW-Authenticate", "Bearer realm=\"slipstream\"");
  }
  return response;
}

// Everything that tells one request from another, but for how long its answer may take.
std::string asked_for(const http::Request& request) {
  boost::json::array said{request.method};
  for (const auto& segment : request.path) said.emplace_back(segment);
  for (const auto& [name, value] : request.query) {
    if (name != "wait") said.push_back(boost::json::array{name, value});
  }
  said.emplace_back(request.body);
  return boost::json::serialize(said);
}

// What is answered within it is answered by the rights that there were.
constexpr auto soon = std::chrono::milliseconds(100);

// What took a while to find out is for who may know it when it is said. Of what changes something,
// those who may not see its outcome are kept from it where it is waited for.
Result<> may_still_see(Call& call) {
  if (call.request.method != "GET" && call.request.method != "HEAD") return {};
  const SystemRole before = call.actor.role;
  TRY(call.look_again());
  if (before == SystemRole::admin) TRY(must_be_admin(call.actor));
  if (!call.params.has("container")) return {};
  TRY(queries::container_seen(call.reader(), call.actor, call.param("container")));
  return {};
}

Routes::Handler once(Routes::Handler handler) {
  return [handler = std::move(handler)](Call& call) -> Result<http::Response> {
    const auto key = TRY(call.idempotency_key());
    // No operation's key, either.
    TRY(call.api.product.check_key(call.actor, key));
    return call.api.kept_answers.once(call.actor.user, key, [&] { return handler(call); });
  };
}

std::string full_pattern(std::string_view pattern) {
  const auto space = pattern.find(' ');
  return std::string(pattern.substr(0, space)) + " /api/v1" +
         std::string(pattern.substr(space + 1));
}

}  // namespace

std::optional<std::string> Call::query(const std::string& name) const {
  auto value = request.parameter(name);
  if (value && value->empty()) value.reset();
  return value;
}

Result<std::optional<std::int64_t>> Call::number(const std::string& name, std::int64_t least,
                                                 std::int64_t most) const {
  const auto text = query(name);
  if (!text) return std::optional<std::int64_t>();
  std::int64_t value = 0;
  const char* end = text->data() + text->size();
  const auto [stopped, failed] = std::from_chars(text->data(), end, value);
  if (failed == std::errc() && stopped == end && value >= least && value <= most) {
    return std::optional(value);
  }
  return Error{.code = ErrorCode::invalid_argument,
               .message = name + ": expected a whole number from " + std::to_string(least) +
                          " to " + std::to_string(most)};
}

Result<std::optional<Timestamp>> Call::time(const std::string& name) const {
  const auto text = query(name);
  if (!text) return std::optional<Timestamp>();
  return std::optional(TRY(in_context(name, parse_rfc3339(*text))));
}

bool Call::flag(const std::string& name) const {
  const auto text = query(name);
  return text && (*text == "1" || *text == "true");
}

Result<> Call::look_again() {
  auto known = TRY(authenticate(api.product.logins(), request, browser_transport()));
  actor = std::move(known.actor);
  access = std::move(known.access);
  return {};
}

http::Transport Call::browser_transport() const {
  const bool is_tls = request.transport == http::Transport::tls ||
                      api.settings.browser_transport == http::Transport::tls;
  return is_tls ? http::Transport::tls : http::Transport::plain;
}

Result<IdempotencyKey> Call::idempotency_key() const {
  const auto key = request.headers.find("Idempotency-Key");
  if (!key) return IdempotencyKey();
  const bool fine = !key->empty() && key->size() <= 200 &&
                    key->find_first_not_of(
                        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                        "0123456789-_.:+/=") == key->npos;
  if (fine) {
    IdempotencyKey given{std::string(*key), api.product.digest(asked_for(request))};
    TRY(api.kept_answers.check(actor.user, given));
    return given;
  }
  return Error{.code = ErrorCode::invalid_argument,
               .message = "the Idempotency-Key is not possible",
               .hint = "Use 1 to 200 letters, digits and any of - _ . : + / ="};
}

void Routes::add_open(std::string_view pattern, Handler handler) {
  router_.add(full_pattern(pattern), [&api = api_, handler = std::move(handler)](
                                         const http::Request& request, const http::Params& params) {
    Call call{.api = api, .request = request, .params = params};
    auto response = handler(call);
    if (response) return *std::move(response);
    return refuse(api, request, response.error());
  });
}

void Routes::add(std::string_view pattern, Handler handler) {
  add_open(pattern, [handler = std::move(handler)](Call& call) -> Result<http::Response> {
    const auto begun = std::chrono::steady_clock::now();
    TRY(call.look_again());
    auto response = TRY(handler(call));
    if (std::chrono::steady_clock::now() - begun >= soon) TRY(may_still_see(call));
    return response;
  });
}

void Routes::add_once(std::string_view pattern, Handler handler) {
  add(pattern, once(std::move(handler)));
}

void Routes::add_open_once(std::string_view pattern, Handler handler) {
  add_open(pattern, once(std::move(handler)));
}

void Routes::add_compressed(std::string_view pattern, Handler handler) {
  add(pattern, [handler = std::move(handler)](Call& call) -> Result<http::Response> {
    return http::compressed(TRY(handler(call)), call.request);
  });
}

}  // namespace slip::api
