// SPDX-License-Identifier: Apache-2.0
#include "server/http/message.h"

#include <unistd.h>

#include <algorithm>

#include "server/http/encoding.h"

namespace slip::http {

std::optional<std::string_view> Headers::find(std::string_view name) const {
  for (const auto& [key, value] : fields_) {
    if (equal_without_case(key, name)) return value;
  }
  return std::nullopt;
}

void Headers::set(std::string_view name, std::string value) {
  std::erase_if(fields_, [&](const auto& field) { return equal_without_case(field.first, name); });
  add(name, std::move(value));
}

void Headers::add(std::string_view name, std::string value) {
  fields_.emplace_back(std::string(name), std::move(value));
}

void Headers::set_if_missing(std::string_view name, std::string value) {
  if (!contains(name)) add(name, std::move(value));
}

bool is_of_the_machine(const Peer& peer) {
  return peer.kind == Peer::Kind::unix_socket && peer.uid &&
         (*peer.uid == 0 || *peer.uid == geteuid());
}

std::optional<std::string> Request::parameter(const std::string& name) const {
  const auto found = query.lower_bound(name);
  if (found == query.end() || found->first != name) return std::nullopt;
  return found->second;
}

std::optional<std::string> Request::bearer_token() const {
  constexpr std::string_view scheme = "Bearer ";
  const auto value = headers.find("Authorization");
  if (!value || !equal_without_case(value->substr(0, scheme.size()), scheme)) return std::nullopt;
  return std::string(trimmed(value->substr(scheme.size())));
}

Response json_response(int status, std::string json_text) {
  Response response{.status = status, .body = std::move(json_text)};
  response.headers.set("Content-Type", "application/json");
  return response;
}

Response text_response(int status, std::string text) {
  Response response{.status = status, .body = std::move(text)};
  response.headers.set("Content-Type", "text/plain; charset=utf-8");
  return response;
}

Response no_content() {
  return {.status = 204};
}

Response event_response(std::shared_ptr<Subscription> subscription) {
  Response response{.events = std::move(subscription)};
  response.headers.set("Content-Type", "text/event-stream");
  response.headers.set("Cache-Control", "no-store");
  return response;
}

}  // namespace slip::http
