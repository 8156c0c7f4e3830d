// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/result.h"
#include "base/secret.h"
#include "client/api_address.h"

namespace slip {

struct ApiClientOptions {
  ApiAddress address = {};
  std::optional<Secret> token = {};
  std::chrono::milliseconds connect_timeout = std::chrono::seconds(5);
  std::chrono::milliseconds request_timeout = std::chrono::seconds(60);
  // TLS: whom to trust besides the system's authorities, e.g. the daemon's own certificate.
  std::optional<std::filesystem::path> trusted_certificate = {};
};

struct ApiRequest {
  std::string method = "GET";
  std::string path = {};  // with the query, encoded: see encode_segment
  std::optional<json::value> body = {};
  std::map<std::string, std::string> headers = {};  // e.g. Idempotency-Key
};

struct ApiResponse {
  int status = 0;
  std::multimap<std::string, std::string> headers;  // names in lower case
  std::string text;                                 // the body as it came

  // The body as JSON; null when it is empty.
  Result<json::value> body() const;
};

// Talks to a daemon, one request after the other over one kept connection. Blocks. Not thread-safe:
// one for each thread.
class ApiClient {
 public:
  explicit ApiClient(ApiClientOptions options);
  ~ApiClient();
  ApiClient(ApiClient&&) noexcept;
  ApiClient& operator=(ApiClient&&) noexcept;

  // Sends it and returns any answer whatever its status. A kept connection that the daemon has
  // closed meanwhile is replaced once, where that cannot do a thing twice.
  // Errors: `unavailable` (cannot connect, connection lost), `timed_out`, `permission_denied` (unix
  // socket), `failed` (TLS, an answer that is no HTTP).
  Result<ApiResponse> send(const ApiRequest& request);

  // The JSON of an answer of 2xx. Any other answer is its problem+json as an Error: `code`,
  // `detail` -> message, `hint`, `context`, `output` -> detail.
  Result<json::value> get(const std::string& path);
  Result<json::value> post(const std::string& path, json::value body = json::object());
  Result<json::value> put(const std::string& path, json::value body);
  Result<json::value> patch(const std::string& path, json::value body);
  Result<json::value> remove(const std::string& path);

  // One server-sent event; false ends following.
  using OnEvent =
      std::function<bool(std::uint64_t id, std::string_view type, std::string_view data)>;
  struct Follow {
    std::optional<std::uint64_t> last_event_id = {};
    // No byte, not even a heartbeat, for this long: the connection is taken for dead.
    std::chrono::milliseconds silence_max = std::chrono::seconds(40);
    // Asked a few times a second, also when nothing comes; false ends following.
    std::function<bool()> keep_going = {};
  };
  // Calls `on_event` for each event on a connection of its own until it, or `keep_going`, says no
  // (success), or the stream ends or breaks (`unavailable`, `timed_out`): call again then, with the
  // id of the last event seen.
  Result<> follow_events(const std::string& path, const Follow& follow, const OnEvent& on_event);

  void set_token(std::optional<Secret> token);
  const ApiAddress& address() const;

 private:
  class Implementation;
  std::unique_ptr<Implementation> implementation_;
};

// The error a response stands for; for 2xx, success.
Result<> check_status(const ApiResponse& response);

// One part of a path: "a b/c" -> "a%20b%2Fc". Also for query values.
std::string encode_segment(std::string_view text);

}  // namespace slip
