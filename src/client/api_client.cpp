// SPDX-License-Identifier: Apache-2.0
#include "client/api_client.h"

#include <algorithm>

#include "base/error_table.h"
#include "client/api_connection.h"
#include "client/event_parser.h"

namespace slip {
namespace {

bool has_control_character(std::string_view text) {
  return std::ranges::any_of(text, [](unsigned char c) { return c < 0x20 || c == 0x7f; });
}

std::string host_header(const ApiAddress& address) {
  if (address.kind == ApiAddress::Kind::unix_socket) return "localhost";
  const std::string url = address.to_string();
  return url.substr(url.find("//") + 2);
}

Result<std::string> wire_text(const ApiRequest& request, const ApiClientOptions& options) {
  std::string out = request.method + " " + request.path + " HTTP/1.1\r\n";
  std::map<std::string, std::string> headers{{"Host", host_header(options.address)},
                                             {"User-Agent", "slip"},
                                             {"Accept", "application/json"}};
  if (options.token) headers["Authorization"] = "Bearer " + options.token->reveal();
  std::string body;
  if (request.body) {
    body = json::serialize(*request.body);
    headers["Content-Type"] = "application/json";
  }
  if (request.body || (request.method != "GET" && request.method != "HEAD")) {
    headers["Content-Length"] = std::to_string(body.size());
  }
  for (const auto& [name, value] : request.headers) headers[name] = value;
  bool is_clean = request.path.starts_with('/') && !has_control_character(request.path) &&
                  request.path.find(' ') == std::string::npos;
  for (const auto& [name, value] : headers) {
    is_clean = is_clean && !has_control_character(name) && !has_control_character(value);
    out += name + ": " + value + "\r\n";
  }
  if (!is_clean) {
    return Error{.code = ErrorCode::invalid_argument,
                 .message = "a request's address or header has characters that cannot be sent"};
  }
  return out + "\r\n" + body;
}

std::string text_member(const json::object& object, std::string_view name) {
  const json::value* found = object.if_contains(name);
  return found != nullptr && found->is_string() ? std::string(found->get_string()) : "";
}

Error error_of(const ApiResponse& response) {
  Error error{.code = error_code_from_http_status(response.status),
              .message = "the daemon answered with HTTP status " + std::to_string(response.status)};
  const auto body = response.body();
  if (!body || !body->is_object()) {
    error.hint = "What answers there may not be slipstreamd.";
    return error;
  }
  const json::object& problem = body->get_object();
  error.code = error_code_from_string(text_member(problem, "code")).value_or(error.code);
  if (auto message = text_member(problem, "detail"); !message.empty()) error.message = message;
  error.hint = text_member(problem, "hint");
  error.detail = text_member(problem, "output");
  const json::value* context = problem.if_contains("context");
  if (context != nullptr && context->is_array()) {
    for (const auto& where : context->get_array()) {
      if (where.is_string()) error.context.emplace_back(where.get_string());
    }
  }
  return error;
}

Result<json::value> body_of(Result<ApiResponse> response) {
  if (!response) return std::move(response).error();
  TRY(check_status(*response));
  return in_context("read the daemon's answer", response->body());
}

}  // namespace

Result<json::value> ApiResponse::body() const {
  if (text.empty()) return json::value(nullptr);
  return parse_json(text);
}

Result<> check_status(const ApiResponse& response) {
  if (response.status >= 200 && response.status < 300) return {};
  return error_of(response);
}

class ApiClient::Implementation {
 public:
  explicit Implementation(ApiClientOptions options) : options_(std::move(options)) {}

  Result<ApiResponse> send(const ApiRequest& request) {
    const std::string text = TRY(wire_text(request, options_));
    const bool is_kept = connection_ && connection_->is_reusable();
    // The daemon may close a kept connection just as we use it. What changes nothing, or carries a
    // key by which the daemon knows it again, can be sent once more.
    const bool is_repeatable = request.method == "GET" || request.method == "HEAD" ||
                               request.headers.contains("Idempotency-Key");
    if (is_kept) {
      auto response = exchange(request, text);
      if (response || response.error().code != ErrorCode::unavailable || !is_repeatable) {
        return response;
      }
    }
    connection_ = TRY(connect());
    return exchange(request, text);
  }

  Result<> follow(const std::string& path, const Follow& follow, const OnEvent& on_event) {
    ApiRequest request{.path = path, .headers = {{"Accept", "text/event-stream"}}};
    if (follow.last_event_id) {
      request.headers["Last-Event-ID"] = std::to_string(*follow.last_event_id);
    }
    const auto connection = TRY(connect());
    const std::string text = TRY(wire_text(request, options_));
    TRY(connection->write(text, options_.request_timeout));
    auto response = TRY(connection->read_head(options_.request_timeout));
    const auto next = [&] { return connection->read_piece(follow.silence_max, follow.keep_going); };
    if (!check_status(response)) {
      for (std::string piece = TRY(next()); !piece.empty(); piece = TRY(next())) {
        response.text += piece;
      }
      return error_of(response);
    }
    EventParser parser;
    while (true) {
      auto piece = next();
      if (!piece && piece.error().code == ErrorCode::canceled) return {};
      if (!piece) return std::move(piece).error();
      if (piece->empty()) {
        return Error{.code = ErrorCode::unavailable,
                     .message = "the daemon ended the event stream"};
      }
      if (TRY(parser.feed(*piece, on_event)) == EventParser::Go::stop) return {};
    }
  }

  ApiClientOptions options_;

 private:
  Result<std::unique_ptr<ApiConnection>> connect() const {
    return ApiConnection::open(options_.address,
                               {.connect_timeout = options_.connect_timeout,
                                .trusted_certificate = options_.trusted_certificate});
  }

  Result<ApiResponse> exchange(const ApiRequest& request, const std::string& text) {
    TRY(connection_->write(text, options_.request_timeout));
    return connection_->read(
        request.method == "HEAD" ? ApiConnection::Body::none : ApiConnection::Body::expected,
        options_.request_timeout);
  }

  std::unique_ptr<ApiConnection> connection_;
};

ApiClient::ApiClient(ApiClientOptions options)
    : implementation_(std::make_unique<Implementation>(std::move(options))) {}
ApiClient::~ApiClient() = default;
ApiClient::ApiClient(ApiClient&&) noexcept = default;
ApiClient& ApiClient::operator=(ApiClient&&) noexcept = default;

Result<ApiResponse> ApiClient::send(const ApiRequest& request) {
  return implementation_->send(request);
}

Result<json::value> ApiClient::get(const std::string& path) {
  return body_of(send({.method = "GET", .path = path}));
}
Result<json::value> ApiClient::post(const std::string& path, json::value body) {
  return body_of(send({.method = "POST", .path = path, .body = std::move(body)}));
}
Result<json::value> ApiClient::put(const std::string& path, json::value body) {
  return body_of(send({.method = "PUT", .path = path, .body = std::move(body)}));
}
Result<json::value> ApiClient::patch(const std::string& path, json::value body) {
  return body_of(send({.method = "PATCH", .path = path, .body = std::move(body)}));
}
Result<json::value> ApiClient::remove(const std::string& path) {
  return body_of(send({.method = "DELETE", .path = path}));
}

Result<> ApiClient::follow_events(const std::string& path, const Follow& follow,
                                  const OnEvent& on_event) {
  return implementation_->follow(path, follow, on_event);
}

void ApiClient::set_token(std::optional<Secret> token) {
  implementation_->options_.token = std::move(token);
}

const ApiAddress& ApiClient::address() const {
  return implementation_->options_.address;
}

}  // namespace slip
