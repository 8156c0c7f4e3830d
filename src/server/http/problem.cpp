// SPDX-License-Identifier: Apache-2.0
#include "server/http/problem.h"

#include <algorithm>
#include <boost/json.hpp>

#include "base/error_table.h"
#include "server/http/encoding.h"

namespace slip::http {
namespace {

namespace json = boost::json;

// JSON must be UTF-8, and what a program printed may be anything.
json::string text(std::string_view bytes) {
  if (is_utf8(bytes)) return json::string(bytes);
  std::string kept(bytes);
  std::replace_if(
      kept.begin(), kept.end(), [](char c) { return (c & 0x80) != 0; }, '?');
  return json::string(kept);
}

json::object members(int status, const Error& error) {
  json::object out;
  out["type"] = "urn:slipstream:error:" + std::string(to_string(error.code));
  out["title"] = meaning_of(error.code).title;
  out["status"] = status;
  out["detail"] = text(error.message);
  out["code"] = to_string(error.code);
  if (!error.hint.empty()) out["hint"] = text(error.hint);
  if (!error.context.empty()) {
    json::array context;
    for (const auto& where : error.context) context.push_back(text(where));
    out["context"] = std::move(context);
  }
  if (!error.detail.empty()) out["output"] = text(error.detail);
  return out;
}

Response respond(int status, const json::object& object) {
  Response response{.status = status, .body = json::serialize(object)};
  response.headers.set("Content-Type", "application/problem+json");
  return response;
}

}  // namespace

Response problem(const Error& error) {
  return problem(error, json::object());
}

Response problem(const Error& error, const json::object& extensions) {
  const int status = meaning_of(error.code).http_status;
  json::object object = members(status, error);
  for (const auto& member : extensions) object.insert(member);
  return respond(status, object);
}

Response problem_with_status(int status, const Error& error) {
  return respond(status, members(status, error));
}

Response retry_after(Response response, std::chrono::milliseconds wait) {
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(wait).count();
  response.headers.set("Retry-After", std::to_string(std::max<long>(seconds, 1)));
  return response;
}

}  // namespace slip::http
