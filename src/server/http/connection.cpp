// SPDX-License-Identifier: Apache-2.0
#include "server/http/connection.h"

#include <array>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/basic_stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>
#include <optional>
#include <utility>

#include "server/http/event_stream.h"
#include "server/http/handler_call.h"
#include "server/http/problem.h"
#include "server/http/response_head.h"

namespace slip::http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using boost::system::error_code;
using PlainStream = beast::basic_stream<asio::generic::stream_protocol>;
using TlsStream = beast::ssl_stream<PlainStream>;

// How long a client may take to read our last words before the socket goes.
constexpr auto linger = std::chrono::seconds(2);

// Who is sent something in a coding that is not known cannot tell where it ends, and what follows
// may be taken for another request.
std::optional<Response> refuse_transfer_coding(const beast::http::fields& head) {
  const auto [first, last] = head.equal_range(beast::http::field::transfer_encoding);
  if (first == last) return std::nullopt;
  if (std::next(first) == last && beast::iequals(first->value(), "chunked")) return std::nullopt;
  return problem_with_status(
      501, {.code = ErrorCode::invalid_argument,
            .message = "the request is sent in a transfer coding that is not known here",
            .hint = "Send it chunked, or with its Content-Length."});
}

template <class Stream>
class StreamConnection final : public Connection,
                               public std::enable_shared_from_this<StreamConnection<Stream>> {
  static constexpr bool is_tls = std::is_same_v<Stream, TlsStream>;

 public:
  template <class... TlsContext>
  StreamConnection(Accepted accepted, ConnectionContext& context, TlsContext&... tls)
      : context_(context),
        stream_(std::move(accepted.socket), tls...),
        buffer_(context.options.header_bytes_max),
        heartbeat_(context.io),
        peer_(std::move(accepted.peer)),
        local_address_(std::move(accepted.local_address)) {}

  ~StreamConnection() override {
    if (subscription_) subscription_->detach();
    context_.registry.remove(this);
  }

  void start() override {
    if constexpr (is_tls) {
      socket().expires_after(context_.options.header_timeout);
      stream_.async_handshake(asio::ssl::stream_base::server, [self = self()](error_code failed) {
        if (!failed) self->read_header();
      });
    } else {
      read_header();
    }
  }

  void begin_stop() override {
    if (subscription_) return subscription_->close();
    if (phase_ == Phase::waiting && buffer_.size() == 0) abort();
  }

  void abort() override {
    phase_ = Phase::closing;
    is_given_up_ = true;
    context_.registry.remove(this);
    heartbeat_.cancel();
    socket().close();
  }

  const Peer& peer() const override { return peer_; }

  std::optional<Waiting> waiting() const override {
    if (subscription_) return Waiting{Waiting::For::events, last_progress_};
    if (phase_ == Phase::handling) return std::nullopt;
    return Waiting{Waiting::For::client, last_progress_};
  }

 private:
  // waiting: for the first byte of a request, or in the middle of its header, which is small enough
  // for its beginning to count as its client's last sign of life.
  enum class Phase { waiting, reading, handling, writing, closing };

  std::shared_ptr<StreamConnection> self() { return this->shared_from_this(); }
  void note_progress() { last_progress_ = std::chrono::steady_clock::now(); }
  PlainStream& socket() { return beast::get_lowest_layer(stream_); }

  void read_header() {
    if (context_.stopping && buffer_.size() == 0) return abort();
    phase_ = Phase::waiting;
    note_progress();
    answering_ = {};
    keep_ = AfterResponse::close_connection;
    parser_.emplace();
    parser_->header_limit(static_cast<std::uint32_t>(context_.options.header_bytes_max));
    parser_->body_limit(context_.options.body_bytes_max);
    socket().expires_after(context_.options.header_timeout);
    beast::http::async_read_header(
        stream_, buffer_, *parser_,
        [self = self()](error_code failed, std::size_t) { self->on_header(failed); });
  }

  void on_header(error_code failed) {
    if (is_given_up_) return;
    phase_ = Phase::reading;
    note_progress();
    if (failed) return on_read_error(failed);
    socket().expires_after(context_.options.body_timeout);
    if (auto refusal = refuse_transfer_coding(parser_->get())) {
      return deliver(*std::move(refusal));
    }
    take_head();
    if (!beast::iequals(parser_->get()[beast::http::field::expect], "100-continue")) {
      return read_body();
    }
    static constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";
    asio::async_write(stream_, asio::buffer(go_on),
                      [self = self()](error_code write_failed, std::size_t) {
                        if (!write_failed && !self->is_given_up_) self->read_body();
                      });
  }

  // Trailers come after this, and are part of no request: they could say anything once more.
  void take_head() {
    const auto& message = parser_->get();
    request_ = std::make_shared<Request>();
    request_->method = message.method_string();
    for (const auto& field : message) {
      request_->headers.add(field.name_string(), std::string(field.value()));
    }
    body_bytes_ = 0;
    parser_->eager(true);
  }

  // Chunks' headers and trailers count as well as what they hold.
  void read_body() {
    const auto& options = context_.options;
    while (!parser_->is_done() && buffer_.size() > 0) {
      error_code failed;
      const std::size_t taken = parser_->put(buffer_.data(), failed);
      buffer_.consume(taken);
      body_bytes_ += taken;
      if (body_bytes_ > options.body_bytes_max + options.header_bytes_max) {
        return on_read_error(beast::http::error::body_limit);
      }
      if (failed == beast::http::error::need_more || (!failed && taken == 0)) break;
      if (failed) return on_read_error(failed);
    }
    if (parser_->is_done()) return dispatch();
    const std::size_t room = buffer_.max_size() - buffer_.size();
    if (room == 0) return on_read_error(beast::http::error::buffer_overflow);
    stream_.async_read_some(buffer_.prepare(room),
                            [self = self()](error_code failed, std::size_t size) {
                              if (self->is_given_up_) return;
                              if (failed) return self->abort();
                              self->note_progress();
                              self->buffer_.commit(size);
                              self->read_body();
                            });
  }

  void on_read_error(error_code failed) {
    using beast::http::error;
    if (failed == error::header_limit) {
      return deliver(problem_with_status(
          431, {.code = ErrorCode::too_large, .message = "the request's header is too long"}));
    }
    if (failed == error::buffer_overflow) {
      return deliver(
          problem({.code = ErrorCode::too_large,
                   .message = "a chunk's header or the trailers are longer than " +
                              std::to_string(context_.options.header_bytes_max) + " bytes"}));
    }
    if (failed == error::body_limit) {
      return deliver(
          problem({.code = ErrorCode::too_large,
                   .message = "the request's body is larger than " +
                              std::to_string(context_.options.body_bytes_max) + " bytes"}));
    }
    const bool malformed = failed.category() == make_error_code(error::bad_target).category() &&
                           failed != error::end_of_stream && failed != error::partial_message;
    if (!malformed) return abort();
    deliver(problem({.code = ErrorCode::invalid_argument,
                     .message = "this is not a valid HTTP request: " + failed.message()}));
  }

  void dispatch() {
    phase_ = Phase::handling;
    // A handler may take longer than any read.
    socket().expires_never();
    auto message = parser_->release();
    keep_ = message.keep_alive() ? AfterResponse::keep_connection : AfterResponse::close_connection;
    const auto request = std::move(request_);
    request->body = std::move(message.body());
    request->peer = peer_;
    request->transport = is_tls ? Transport::tls : Transport::plain;
    auto refusal = admit(*request, message.target(), local_address_, context_.rules);
    answering_ = {.method = request->method,
                  .is_api = !request->path.empty() && request->path[0] == "api"};
    if (refusal) return deliver(*std::move(refusal));
    const auto caller = is_of_the_machine(peer_) ? Caller::of_the_machine : Caller::other;
    const Submitted submitted = context_.workers.submit(caller, [self = self(), request]() mutable {
      auto& io = self->context_.io;
      Response response =
          self->context_.stopping ? stopping_response() : call(self->context_.handler, *request);
      // The connection must end on the io thread, so this thread gives its hold on it away.
      asio::post(io, [self = std::move(self), response = std::move(response)]() mutable {
        self->deliver(std::move(response));
      });
    });
    if (submitted == Submitted::full) deliver(overload_response());
  }

  void deliver(Response response) {
    phase_ = Phase::writing;
    note_progress();
    if (context_.stopping || response.events) keep_ = AfterResponse::close_connection;
    out_head_ =
        response_head(response, answering_, keep_, context_.options.html_content_security_policy);
    if (response.events && has_body(response, answering_)) {
      return begin_events(std::move(response.events));
    }
    out_body_ = has_body(response, answering_) ? std::move(response.body) : std::string();
    socket().expires_after(context_.options.write_timeout);
    asio::async_write(
        stream_,
        std::array{asio::buffer(std::as_const(out_head_)), asio::buffer(std::as_const(out_body_))},
        [this, written = std::size_t{0}](error_code failed, std::size_t size) mutable {
          if (size > std::exchange(written, size)) note_progress();
          return asio::transfer_all()(failed, size);
        },
        [self = self()](error_code failed, std::size_t) {
          if (failed) return self->abort();
          self->out_body_ = {};
          if (self->keep_ == AfterResponse::keep_connection) return self->read_header();
          self->close_gently();
        });
  }

  // Waits for the client to have read everything: closing with unread input would make the kernel
  // send a reset, which can overtake the response.
  void close_gently() {
    phase_ = Phase::closing;
    socket().expires_after(linger);
    if constexpr (is_tls) {
      stream_.async_shutdown([self = self()](error_code) { self->end_sending(); });
    } else {
      end_sending();
    }
  }

  void end_sending() {
    error_code ignored;
    socket().socket().shutdown(asio::socket_base::shutdown_send, ignored);
    discard_input();
  }

  void discard_input() {
    socket().async_read_some(asio::buffer(scratch_),
                             [self = self()](error_code failed, std::size_t) {
                               if (failed) return self->abort();
                               self->discard_input();
                             });
  }

  void begin_events(std::shared_ptr<Subscription> subscription) {
    subscription_ = std::move(subscription);
    note_progress();
    if (context_.stopping) subscription_->close();
    // Post, never call: the one who pushes may hold locks.
    subscription_->attach([&io = context_.io, weak = this->weak_from_this()] {
      asio::post(io, [weak] {
        if (const auto connection = weak.lock()) connection->pump();
      });
    });
    socket().expires_never();
    watch_client();
    write_events(out_head_ + "retry: 1000\n\n");
    beat();
  }

  // A client of an event stream has nothing to say; this is how we learn that it has gone.
  void watch_client() {
    stream_.async_read_some(asio::buffer(scratch_),
                            [self = self()](error_code failed, std::size_t) {
                              if (failed) return self->abort();
                              self->watch_client();
                            });
  }

  void pump() {
    if (subscription_->has_overflowed()) return abort();
    if (is_writing_events_ || phase_ == Phase::closing) return;
    auto taken = subscription_->take();
    if (!taken.text.empty()) return write_events(std::move(taken.text));
    if (taken.state == Subscription::Taken::State::ended) finish_events();
  }

  void write_events(std::string text) {
    is_writing_events_ = true;
    out_body_ = std::move(text);
    socket().expires_after(context_.options.write_timeout);
    asio::async_write(stream_, asio::buffer(std::as_const(out_body_)),
                      [self = self()](error_code failed, std::size_t) {
                        self->is_writing_events_ = false;
                        if (failed) return self->abort();
                        self->pump();
                      });
  }

  void finish_events() {
    phase_ = Phase::closing;
    heartbeat_.cancel();
    if constexpr (is_tls) {
      return abort();
    } else {
      error_code ignored;
      socket().socket().shutdown(asio::socket_base::shutdown_send, ignored);
      heartbeat_.expires_after(linger);
      heartbeat_.async_wait([self = self()](error_code canceled) {
        if (!canceled) self->abort();
      });
    }
  }

  void beat() {
    heartbeat_.expires_after(context_.options.heartbeat_interval);
    heartbeat_.async_wait([self = self()](error_code canceled) {
      if (canceled || self->phase_ == Phase::closing) return;
      if (!self->is_writing_events_) self->write_events(": heartbeat\n\n");
      self->beat();
    });
  }

  ConnectionContext& context_;
  Stream stream_;
  beast::flat_buffer buffer_;
  std::optional<beast::http::request_parser<beast::http::string_body>> parser_;
  asio::steady_timer heartbeat_;
  const Peer peer_;
  const std::string local_address_;
  Phase phase_ = Phase::waiting;
  Answering answering_;
  AfterResponse keep_ = AfterResponse::close_connection;
  std::string out_head_;
  std::string out_body_;
  std::shared_ptr<Subscription> subscription_;
  bool is_writing_events_ = false;
  std::shared_ptr<Request> request_;  // between its head and its end
  std::size_t body_bytes_ = 0;        // of the request at hand, as they came
  std::chrono::steady_clock::time_point last_progress_ = std::chrono::steady_clock::now();
  bool is_given_up_ = false;
  std::array<char, 1024> scratch_;
};

}  // namespace

std::shared_ptr<Connection> make_connection(Accepted accepted, asio::ssl::context* tls,
                                            ConnectionContext& context) {
  std::shared_ptr<Connection> connection;
  if (tls != nullptr) {
    connection = std::make_shared<StreamConnection<TlsStream>>(std::move(accepted), context, *tls);
  } else {
    connection = std::make_shared<StreamConnection<PlainStream>>(std::move(accepted), context);
  }
  context.registry.add(connection);
  return connection;
}

}  // namespace slip::http
