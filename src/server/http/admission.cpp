// SPDX-License-Identifier: Apache-2.0
#include "server/http/admission.h"

#include <algorithm>

#include "server/http/address.h"
#include "server/http/cookie.h"
#include "server/http/encoding.h"
#include "server/http/problem.h"
#include "server/http/target.h"

namespace slip::http {
namespace {

// The host of "host:port" or "[v6]:port", without brackets and a root dot.
std::string_view host_of(std::string_view authority) {
  if (authority.starts_with('[')) {
    const auto end = authority.find(']');
    return end == authority.npos ? std::string_view() : authority.substr(1, end - 1);
  }
  authority = authority.substr(0, authority.find(':'));
  if (authority.ends_with('.')) authority.remove_suffix(1);
  return authority;
}

bool is_ours(std::string_view host, std::string_view local_address, const AdmissionRules& rules) {
  const auto same = [&](std::string_view name) { return equal_without_case(name, host); };
  return !host.empty() && (same("localhost") || same("127.0.0.1") || same("::1") ||
                           same(local_address) || std::ranges::any_of(rules.host_names, same));
}

// Each proxy adds whom it got the request from at the end; what stands before the last that is none
// of ours may be made up.
void believe_proxy(Request& request, const AdmissionRules& rules) {
  const auto is_trusted = [&](const std::string& address) {
    return std::ranges::find(rules.trusted_proxies, address) != rules.trusted_proxies.end();
  };
  if (!is_trusted(request.peer.address)) return;
  std::vector<std::string> path;
  for (const auto& [name, value] : request.headers) {
    if (!equal_without_case(name, "X-Forwarded-For")) continue;
    for (std::string_view rest = value; !rest.empty();) {
      const auto end = std::min(rest.find(','), rest.size());
      path.emplace_back(trimmed(rest.substr(0, end)));
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
  }
  while (!path.empty() && is_trusted(request.peer.address)) {
    const auto before = canonical_address(path.back());
    if (!before) break;
    request.peer.address = *before;
    path.pop_back();
  }
  const auto scheme = request.headers.find("X-Forwarded-Proto");
  if (scheme && equal_without_case(*scheme, "https")) request.transport = Transport::tls;
}

std::optional<Response> check_host(const Request& request, std::string_view local_address,
                                   const AdmissionRules& rules) {
  const auto count =
      std::count_if(request.headers.begin(), request.headers.end(),
                    [](const auto& field) { return equal_without_case(field.first, "Host"); });
  if (count != 1) {
    return problem({.code = ErrorCode::invalid_argument,
                    .message = "the request has " + std::string(count == 0 ? "no" : "several") +
                               " Host headers"});
  }
  const std::string host(host_of(*request.headers.find("Host")));
  if (is_ours(host, local_address, rules)) return std::nullopt;
  return problem_with_status(
      421, {.code = ErrorCode::invalid_argument,
            .message = "this server does not answer to the name \"" + host + "\"",
            .hint = "Use localhost or this machine's address, or add the name to the host names "
                    "in the server's configuration."});
}

std::optional<Response> check_origin(const Request& request) {
  const auto origin = request.headers.find("Origin");
  if (!origin || request.method == "GET" || request.method == "HEAD") return std::nullopt;
  const auto scheme_end = origin->find("://");
  const auto authority =
      scheme_end == origin->npos ? std::string_view() : origin->substr(scheme_end + 3);
  if (equal_without_case(authority, *request.headers.find("Host"))) return std::nullopt;
  return problem({.code = ErrorCode::permission_denied,
                  .message = "a page of another site may not send this request",
                  .hint = "Use this server's own page, or a program with a token."});
}

}  // namespace

std::optional<Response> admit(Request& request, std::string_view target,
                              std::string_view local_address, const AdmissionRules& rules) {
  if (request.peer.kind == Peer::Kind::tcp) {
    if (auto refusal = check_host(request, local_address, rules)) return refusal;
    if (auto refusal = check_origin(request)) return refusal;
    believe_proxy(request, rules);
  }
  auto parsed = parse_target(target);
  if (!parsed) return problem(parsed.error());
  request.path = std::move(parsed->path);
  request.query = std::move(parsed->query);
  for (const auto& [name, value] : request.headers) {
    if (equal_without_case(name, "Cookie")) request.cookies.merge(parse_cookies(value));
  }
  return std::nullopt;
}

}  // namespace slip::http
