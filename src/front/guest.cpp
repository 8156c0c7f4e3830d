// SPDX-License-Identifier: Apache-2.0
#include "front/guest.h"

#include <algorithm>
#include <boost/asio/read.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <chrono>
#include <string>
#include <vector>

namespace slip {
namespace {

namespace asio = boost::asio;
using Failed = boost::system::error_code;

// Until it is known that a connection is encrypted.
constexpr std::chrono::seconds patience{15};
// For a client to read why it was refused.
constexpr std::chrono::seconds farewell{2};
constexpr std::size_t buffer_bytes = 16 << 10;

// What goes one way.
struct Flow {
  std::vector<char> buffer = std::vector<char>(buffer_bytes);
  std::chrono::steady_clock::time_point last = std::chrono::steady_clock::now();
};

// Copies what comes from one end to the other until there is no more, or a failure: `done` is told.
template <class From, class To, class Done>
void pump(From& from, To& to, Flow& flow, Done done) {
  from.async_read_some(asio::buffer(flow.buffer), [&, done](Failed failed, std::size_t got) {
    if (failed) return done(failed);
    asio::async_write(to, asio::buffer(flow.buffer.data(), got),
                      [&, done](Failed lost, std::size_t) {
                        if (lost) return done(lost);
                        flow.last = std::chrono::steady_clock::now();
                        pump(from, to, flow, done);
                      });
  });
}

class RelayedGuest : public Guest, public std::enable_shared_from_this<RelayedGuest> {
 public:
  RelayedGuest(Speech speech, ClientSocket client, InsideSocket inside, asio::ssl::context& tls,
               std::shared_ptr<const char> place)
      : place_(std::move(place)),
        speech_(speech),
        stream_(std::move(client), tls),
        inside_(std::move(inside)),
        timer_(stream_.get_executor()) {}

  State state() const override {
    return {.is_through = is_through_, .silent_since = std::max(outward_.last, inward_.last)};
  }

  void close() override {
    Failed ignored;
    timer_.cancel();
    client().close(ignored);
    inside_.close(ignored);
  }

  void start() {
    limit(patience);
    switch (speech_) {
      case Speech::postgresql:
        return read_postgresql();
      case Speech::mysql:
        return read_mysql();
      case Speech::any:
        return look_at_first_byte();
    }
  }

 private:
  ClientSocket& client() { return stream_.next_layer(); }

  void limit(std::chrono::seconds span) {
    timer_.expires_after(span);
    timer_.async_wait([self = shared_from_this()](Failed failed) {
      if (!failed) self->close();
    });
  }

  void refuse() {
    limit(farewell);
    answer_ = refusal_of(speech_);
    asio::async_write(client(), asio::buffer(answer_),
                      [self = shared_from_this()](Failed failed, std::size_t) {
                        if (failed) return self->close();
                        Failed ignored;
                        self->client().shutdown(ClientSocket::shutdown_send, ignored);
                        self->drain();
                      });
  }

  // A connection that is closed with something unread takes the answer with it.
  void drain() {
    client().async_read_some(asio::buffer(inward_.buffer),
                             [self = shared_from_this()](Failed failed, std::size_t) {
                               failed ? self->close() : self->drain();
                             });
  }

  // `read` bytes of the client's go first.
  template <class Bytes>
  void pass_on(const Bytes& read) {
    answer_.assign(read.begin(), read.end());
    asio::async_write(inside_, asio::buffer(answer_),
                      [self = shared_from_this()](Failed failed, std::size_t) {
                        failed ? self->close() : self->relay_inward();
                      });
  }

  void relay_inward() {
    is_through_ = true;
    timer_.cancel();
    pump(client(), inside_, inward_, [self = shared_from_this()](Failed failed) {
      self->one_way_ended(failed, self->inside_);
    });
    if (!answered_) relay_outward();
  }

  void relay_outward() {
    answered_ = true;
    pump(inside_, client(), outward_, [self = shared_from_this()](Failed failed) {
      self->one_way_ended(failed, self->client());
    });
  }

  // The end of one direction is passed on by itself; with both, nobody holds the guest any more.
  template <class To>
  void one_way_ended(Failed failed, To& to) {
    if (failed != asio::error::eof) return close();
    Failed ignored;
    to.shutdown(To::shutdown_send, ignored);
  }

  void read_postgresql() {
    asio::async_read(client(), asio::buffer(postgresql_),
                     [self = shared_from_this()](Failed failed, std::size_t) {
                       failed ? self->close() : self->answer_postgresql();
                     });
  }

  void answer_postgresql() {
    switch (intent_of(postgresql_)) {
      case PostgresqlIntent::begins_tls:
      case PostgresqlIntent::cancels:
        return pass_on(postgresql_);
      case PostgresqlIntent::asks_for_tls:
        return offer_postgresql_tls();
      case PostgresqlIntent::asks_for_gss:
        return decline_gss();
      case PostgresqlIntent::goes_on_plain:
        return refuse();
    }
  }

  void decline_gss() {
    answer_ = "N";
    asio::async_write(client(), asio::buffer(answer_),
                      [self = shared_from_this()](Failed failed, std::size_t) {
                        failed ? self->close() : self->read_postgresql();
                      });
  }

  // Only where the server says that it has TLS, "S", too: else the client would go on without.
  void offer_postgresql_tls() {
    asio::async_write(inside_, asio::buffer(postgresql_),
                      [self = shared_from_this()](Failed failed, std::size_t) {
                        failed ? self->close() : self->read_postgresql_offer();
                      });
  }

  void read_postgresql_offer() {
    asio::async_read(inside_, asio::buffer(outward_.buffer.data(), 1),
                     [self = shared_from_this()](Failed failed, std::size_t) {
                       if (failed) return self->close();
                       if (self->outward_.buffer.front() != 'S') return self->refuse();
                       self->tell_client_of_offer();
                     });
  }

  void tell_client_of_offer() {
    asio::async_write(client(), asio::buffer(outward_.buffer.data(), 1),
                      [self = shared_from_this()](Failed failed, std::size_t) {
                        failed ? self->close() : self->relay_inward();
                      });
  }

  // The server speaks first.
  void read_mysql() {
    relay_outward();
    asio::async_read(client(), asio::buffer(mysql_),
                     [self = shared_from_this()](Failed failed, std::size_t) {
                       if (failed) return self->close();
                       if (!asks_for_tls(self->mysql_)) return self->refuse();
                       self->pass_on(self->mysql_);
                     });
  }

  void look_at_first_byte() {
    client().async_wait(ClientSocket::wait_read, [self = shared_from_this()](Failed failed) {
      std::uint8_t first = 0;
      Failed lost = failed;
      if (!lost) {
        self->client().receive(asio::buffer(&first, 1), ClientSocket::message_peek, lost);
      }
      if (lost) return self->close();
      begins_tls(first) ? self->shake_hands() : self->refuse();
    });
  }

  void shake_hands() {
    stream_.async_handshake(asio::ssl::stream_base::server,
                            [self = shared_from_this()](Failed failed) {
                              failed ? self->close() : self->relay_decrypted();
                            });
  }

  void relay_decrypted() {
    is_through_ = true;
    timer_.cancel();
    pump(stream_, inside_, inward_, [self = shared_from_this()](Failed failed) {
      const bool ended = failed == asio::error::eof || failed == asio::ssl::error::stream_truncated;
      self->one_way_ended(ended ? Failed(asio::error::eof) : failed, self->inside_);
    });
    pump(inside_, stream_, outward_, [self = shared_from_this()](Failed failed) {
      failed == asio::error::eof ? self->end_decrypted() : self->close();
    });
  }

  void end_decrypted() {
    limit(farewell);
    stream_.async_shutdown([self = shared_from_this()](Failed) { self->close(); });
  }

  const std::shared_ptr<const char> place_;
  Speech speech_;
  asio::ssl::stream<ClientSocket> stream_;  // plain where a database has TLS itself
  InsideSocket inside_;
  asio::steady_timer timer_;
  PostgresqlBeginning postgresql_{};
  MysqlBeginning mysql_{};
  std::string answer_;
  Flow outward_;
  Flow inward_;
  bool answered_ = false;  // what the server says is on its way
  bool is_through_ = false;
};

}  // namespace

std::shared_ptr<Guest> serve_guest(Speech speech, ClientSocket client, InsideSocket inside,
                                   asio::ssl::context& tls, std::shared_ptr<const char> place) {
  Failed ignored;
  client.set_option(asio::ip::tcp::no_delay(true), ignored);
  client.set_option(asio::socket_base::keep_alive(true), ignored);
  const auto guest = std::make_shared<RelayedGuest>(speech, std::move(client), std::move(inside),
                                                    tls, std::move(place));
  guest->start();
  return guest;
}

}  // namespace slip
