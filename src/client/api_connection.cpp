// SPDX-License-Identifier: Apache-2.0
#include "client/api_connection.h"

#include <poll.h>

#include <boost/asio/connect.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/basic_stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>

namespace slip {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using boost::system::error_code;
using std::chrono::milliseconds;
using PlainStream = beast::basic_stream<asio::generic::stream_protocol>;
using TlsStream = beast::ssl_stream<PlainStream>;
using Endpoint = asio::generic::stream_protocol::endpoint;

constexpr std::size_t body_bytes_max = 64 << 20;

Error connect_error(const ApiAddress& address, const error_code& failed) {
  const std::string where = address.to_string();
  if (failed == boost::system::errc::permission_denied) {
    return {.code = ErrorCode::permission_denied,
            .message = "may not connect to " + where,
            .hint = "The socket belongs to another user: sign in over http instead."};
  }
  if (failed == beast::error::timeout) {
    return {.code = ErrorCode::unavailable,
            .message = "no answer from " + where,
            .hint = "Check the address and the network between."};
  }
  return {.code = ErrorCode::unavailable,
          .message = "cannot connect to " + where + ": " + failed.message(),
          .hint =
              "The daemon may not be running there: start slipstreamd, or name another "
              "address."};
}

Error exchange_error(const error_code& failed) {
  if (failed == beast::error::timeout) {
    return {.code = ErrorCode::timed_out, .message = "the daemon did not answer in time"};
  }
  if (failed.category() == make_error_code(beast::http::error::bad_version).category() &&
      failed != beast::http::error::end_of_stream &&
      failed != beast::http::error::partial_message) {
    return {.code = ErrorCode::failed,
            .message = "what answers there does not speak HTTP as expected: " + failed.message(),
            .hint = "Check the address: another program may be listening there."};
  }
  return {.code = ErrorCode::unavailable,
          .message = "the connection to the daemon was lost",
          .hint =
              "The daemon may have been stopped. Whether the last request was carried out is "
              "not known."};
}

Result<std::vector<Endpoint>> resolve(asio::io_context& io, const ApiAddress& address) {
  if (address.kind == ApiAddress::Kind::unix_socket) {
    if (address.socket.native().size() > 107) {
      return Error{.code = ErrorCode::invalid_argument,
                   .message = "the path of the socket is too long: " + address.socket.string()};
    }
    return std::vector{Endpoint(asio::local::stream_protocol::endpoint(address.socket.string()))};
  }
  error_code failed;
  asio::ip::tcp::resolver resolver(io);
  const auto found = resolver.resolve(address.host, std::to_string(address.port), failed);
  if (failed) {
    return Error{.code = ErrorCode::unavailable,
                 .message = "cannot find the host \"" + address.host + "\": " + failed.message(),
                 .hint = "Check the name."};
  }
  std::vector<Endpoint> out;
  for (const auto& entry : found) out.emplace_back(entry.endpoint());
  return out;
}

template <class Stream>
class StreamConnection final : public ApiConnection {
 public:
  template <class... TlsContext>
  explicit StreamConnection(std::unique_ptr<asio::io_context> io, TlsContext&... tls)
      : io_(std::move(io)), stream_(*io_, tls...) {}

  error_code connect(const Endpoint& endpoint, milliseconds timeout) {
    socket().expires_after(timeout);
    return wait_for([&](auto done) { socket().async_connect(endpoint, done); });
  }
  error_code shake_hands(milliseconds timeout) {
    socket().expires_after(timeout);
    return wait_for(
        [&](auto done) { stream_.async_handshake(asio::ssl::stream_base::client, done); });
  }
  Stream& stream() { return stream_; }
  PlainStream& socket() { return beast::get_lowest_layer(stream_); }

  Result<> write(std::string_view request, milliseconds timeout) override {
    is_reusable_ = false;
    socket().expires_after(timeout);
    const error_code failed = wait_for([&](auto done) {
      asio::async_write(stream_, asio::buffer(request),
                        [done](error_code result, std::size_t) { done(result); });
    });
    if (failed) return exchange_error(failed);
    return {};
  }

  Result<ApiResponse> read(Body body, milliseconds timeout) override {
    begin_response();
    parser_->skip(body == Body::none);
    socket().expires_after(timeout);
    const error_code failed = wait_for([&](auto done) {
      beast::http::async_read(stream_, buffer_, *parser_,
                              [done](error_code result, std::size_t) { done(result); });
    });
    if (failed == beast::http::error::body_limit) {
      return Error{.code = ErrorCode::too_large, .message = "the daemon's answer is too large"};
    }
    if (failed) return exchange_error(failed);
    is_reusable_ = parser_->keep_alive();
    ApiResponse response = head();
    response.text = std::move(parser_->get().body());
    return response;
  }

  Result<ApiResponse> read_head(milliseconds timeout) override {
    begin_response();
    parser_->body_limit(boost::none);
    socket().expires_after(timeout);
    const error_code failed = wait_for([&](auto done) {
      beast::http::async_read_header(stream_, buffer_, *parser_,
                                     [done](error_code result, std::size_t) { done(result); });
    });
    if (failed) return exchange_error(failed);
    socket().expires_never();
    return head();
  }

  Result<std::string> read_piece(milliseconds silence_max,
                                 const std::function<bool()>& keep_going) override {
    std::string& body = parser_->get().body();
    while (body.empty() && !parser_->is_done()) {
      std::optional<error_code> result;
      beast::http::async_read_some(stream_, buffer_, *parser_,
                                   [&](error_code failed, std::size_t) { result = failed; });
      const auto give_up = std::chrono::steady_clock::now() + silence_max;
      io_->restart();
      std::optional<Error> stopped;
      while (!result) {
        io_->run_one_for(milliseconds(200));
        if (result || stopped) continue;
        if (keep_going && !keep_going()) {
          stopped = Error{.code = ErrorCode::canceled, .message = "stopped following"};
        } else if (std::chrono::steady_clock::now() > give_up) {
          stopped = exchange_error(beast::error::timeout);
        }
        // Closing ends the read, whose handler must have run before `result` goes.
        if (stopped) socket().close();
      }
      if (stopped) return *std::move(stopped);
      if (*result == beast::http::error::end_of_stream) break;
      if (*result) return exchange_error(*result);
    }
    return std::exchange(body, {});
  }

  bool is_reusable() override {
    pollfd idle{
        .fd = socket().socket().native_handle(), .events = POLLIN | POLLRDHUP, .revents = 0};
    return is_reusable_ && buffer_.size() == 0 && ::poll(&idle, 1, 0) == 0;
  }

 private:
  // Starts an operation and runs it to its end; the stream's own timer bounds it.
  template <class Start>
  error_code wait_for(Start start) {
    error_code result = asio::error::operation_aborted;
    start([&result](error_code failed) { result = failed; });
    io_->restart();
    io_->run();
    return result;
  }

  void begin_response() {
    is_reusable_ = false;
    parser_.emplace();
    parser_->body_limit(body_bytes_max);
    parser_->header_limit(64 << 10);
  }

  ApiResponse head() const {
    ApiResponse response{
        .status = static_cast<int>(parser_->get().result_int()), .headers = {}, .text = {}};
    for (const auto& field : parser_->get()) {
      std::string name(field.name_string());
      for (char& c : name) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
      response.headers.emplace(std::move(name), field.value());
    }
    return response;
  }

  std::unique_ptr<asio::io_context> io_;
  Stream stream_;
  beast::flat_buffer buffer_;
  std::optional<beast::http::response_parser<beast::http::string_body>> parser_;
  bool is_reusable_ = false;
};

Result<asio::ssl::context> client_tls(const ApiConnection::Limits& limits) {
  asio::ssl::context tls(asio::ssl::context::tls_client);
  error_code failed;
  tls.set_default_verify_paths(failed);
  tls.set_verify_mode(asio::ssl::verify_peer);
  if (limits.trusted_certificate) {
    tls.load_verify_file(limits.trusted_certificate->string(), failed);
    if (failed) {
      return Error{.code = ErrorCode::failed,
                   .message = "cannot use the certificate " + limits.trusted_certificate->string() +
                              ": " + failed.message()};
    }
  }
  return tls;
}

// Tries each address until one answers.
template <class Stream>
Result<> connect_to_one(StreamConnection<Stream>& connection, const ApiAddress& address,
                        const std::vector<Endpoint>& endpoints, milliseconds timeout) {
  error_code failed = asio::error::host_not_found;
  for (const auto& endpoint : endpoints) {
    failed = connection.connect(endpoint, timeout);
    if (!failed) return {};
    connection.socket().close();
  }
  return connect_error(address, failed);
}

Result<> secure(StreamConnection<TlsStream>& connection, const ApiAddress& address,
                milliseconds timeout) {
  auto& stream = connection.stream();
  stream.set_verify_callback(asio::ssl::host_name_verification(address.host));
  error_code is_no_ip;
  asio::ip::make_address(address.host, is_no_ip);
  if (is_no_ip) SSL_set_tlsext_host_name(stream.native_handle(), address.host.c_str());
  const error_code failed = connection.shake_hands(timeout);
  if (!failed) return {};
  if (failed == beast::error::timeout) return connect_error(address, failed);
  return Error{
      .code = ErrorCode::failed,
      .message = "no secure connection to " + address.to_string() + ": " + failed.message(),
      .hint = "If the daemon has a certificate of its own, name it as trusted."};
}

Result<std::unique_ptr<ApiConnection>> open_unchecked(const ApiAddress& address,
                                                      const ApiConnection::Limits& limits) {
  auto io = std::make_unique<asio::io_context>(1);
  const auto endpoints = TRY(resolve(*io, address));
  if (address.kind == ApiAddress::Kind::tls) {
    auto tls = TRY(client_tls(limits));
    auto connection = std::make_unique<StreamConnection<TlsStream>>(std::move(io), tls);
    TRY(connect_to_one(*connection, address, endpoints, limits.connect_timeout));
    TRY(secure(*connection, address, limits.connect_timeout));
    return std::unique_ptr<ApiConnection>(std::move(connection));
  }
  auto connection = std::make_unique<StreamConnection<PlainStream>>(std::move(io));
  TRY(connect_to_one(*connection, address, endpoints, limits.connect_timeout));
  return std::unique_ptr<ApiConnection>(std::move(connection));
}

}  // namespace

Result<std::unique_ptr<ApiConnection>> ApiConnection::open(const ApiAddress& address,
                                                           const Limits& limits) {
  try {
    return open_unchecked(address, limits);
  } catch (const std::exception& thrown) {
    return Error{
        .code = ErrorCode::internal,
        .message = "cannot set up a connection to " + address.to_string() + ": " + thrown.what()};
  }
}

}  // namespace slip
