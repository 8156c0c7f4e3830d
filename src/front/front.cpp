// SPDX-License-Identifier: Apache-2.0
#include "front/front.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <optional>
#include <thread>

#include "front/guest.h"

namespace slip {
namespace {

namespace asio = boost::asio;
using Failed = boost::system::error_code;

// Taken, and not begun with yet.
constexpr int arrivals_max = 500;

std::string address_of(const UniqueFd& client) {
  sockaddr_in peer{};
  socklen_t size = sizeof peer;
  if (::getpeername(client.get(), reinterpret_cast<sockaddr*>(&peer), &size) != 0) return "";
  char text[INET_ADDRSTRLEN] = "";
  ::inet_ntop(AF_INET, &peer.sin_addr, text, sizeof text);
  return text;
}

Result<> prepare(asio::ssl::context& tls, const ServerCertificate& certificate) {
  SSL_CTX_set_min_proto_version(tls.native_handle(), TLS1_2_VERSION);
  SSL_CTX_set_options(tls.native_handle(), SSL_OP_NO_RENEGOTIATION);
  Failed failed;
  tls.use_certificate_chain(asio::buffer(certificate.certificate), failed);
  if (!failed) {
    tls.use_private_key(asio::buffer(certificate.key.reveal()), asio::ssl::context::pem, failed);
  }
  if (!failed) return {};
  return Error{.code = ErrorCode::invalid_argument,
               .message = "cannot use a certificate for applications: " + failed.message()};
}

class AsioFront : public Front {
 public:
  explicit AsioFront(FrontOptions options)
      : options_(std::move(options)), guests_(options_.bounds) {}

  ~AsioFront() override {
    work_.reset();
    io_.stop();
    if (thread_.joinable()) thread_.join();
  }

  Result<> start() {
    TRY(prepare(*tls_, options_.certificate));
    thread_ = std::thread([this] { io_.run(); });
    return {};
  }

  Result<> use(const ServerCertificate& certificate) override {
    auto tls = std::make_shared<asio::ssl::context>(asio::ssl::context::tls_server);
    TRY(prepare(*tls, certificate));
    asio::post(io_, [this, tls] { tls_ = tls; });
    return {};
  }

  void take(Speech speech, UniqueFd client, UniqueFd inside) override {
    if (arrivals_ >= arrivals_max) return;
    ++arrivals_;
    // The queue wants what can be copied.
    const auto ends =
        std::make_shared<std::pair<UniqueFd, UniqueFd>>(std::move(client), std::move(inside));
    asio::post(io_, [this, speech, ends, place = place_] {
      --arrivals_;
      begin(speech, *ends);
    });
  }

  std::size_t connections() const override {
    return static_cast<std::size_t>(place_.use_count()) - 1;
  }

 private:
  void begin(Speech speech, std::pair<UniqueFd, UniqueFd>& ends) {
    const std::string address = address_of(ends.first);
    if (!guests_.make_room_for(address)) return;
    Failed failed;
    ClientSocket client(io_);
    client.assign(asio::ip::tcp::v4(), ends.first.get(), failed);
    if (failed) return;
    ends.first.release();
    InsideSocket inside(io_);
    inside.assign(asio::local::stream_protocol(), ends.second.get(), failed);
    if (failed) return;
    ends.second.release();
    guests_.add(address, serve_guest(speech, std::move(client), std::move(inside), *tls_, place_));
  }

  FrontOptions options_;
  // Held by each connection.
  const std::shared_ptr<const char> place_ = std::make_shared<const char>();
  std::atomic<int> arrivals_ = 0;
  Guests guests_;
  // Its guests keep what they need of it.
  std::shared_ptr<asio::ssl::context> tls_ =
      std::make_shared<asio::ssl::context>(asio::ssl::context::tls_server);
  asio::io_context io_{1};
  std::optional<asio::executor_work_guard<asio::io_context::executor_type>> work_{
      io_.get_executor()};
  std::thread thread_;
};

}  // namespace

Result<std::unique_ptr<Front>> Front::open(FrontOptions options) {
  auto front = std::make_unique<AsioFront>(std::move(options));
  TRY(front->start());
  return std::unique_ptr<Front>(std::move(front));
}

}  // namespace slip
