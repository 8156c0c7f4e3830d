// SPDX-License-Identifier: Apache-2.0
#include "front/front.h"

#include <openssl/ssl.h>

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

// Each takes four file descriptors here and in the forwarder, and two buffers.
constexpr int guests_max = 2000;

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
      : options_(std::move(options)), tls_(asio::ssl::context::tls_server) {}

  ~AsioFront() override {
    work_.reset();
    io_.stop();
    if (thread_.joinable()) thread_.join();
  }

  Result<> start() {
    TRY(prepare(tls_, options_.certificate));
    thread_ = std::thread([this] { io_.run(); });
    return {};
  }

  void take(std::uint16_t port, UniqueFd client, UniqueFd inside) override {
    if (guests_ >= guests_max) return;
    ++guests_;
    std::shared_ptr<void> token(nullptr, [&guests = guests_](void*) { --guests; });
    // The queue wants what can be copied.
    const auto ends =
        std::make_shared<std::pair<UniqueFd, UniqueFd>>(std::move(client), std::move(inside));
    asio::post(io_, [this, port, ends, token] { begin(port, *ends, token); });
  }

 private:
  void begin(std::uint16_t port, std::pair<UniqueFd, UniqueFd>& ends, std::shared_ptr<void> token) {
    Failed failed;
    ClientSocket client(io_);
    client.assign(asio::ip::tcp::v4(), ends.first.get(), failed);
    if (failed) return;
    ends.first.release();
    InsideSocket inside(io_);
    inside.assign(asio::local::stream_protocol(), ends.second.get(), failed);
    if (failed) return;
    ends.second.release();
    serve_guest(options_.speech(port), std::move(client), std::move(inside), tls_,
                std::move(token));
  }

  FrontOptions options_;
  std::atomic<int> guests_ = 0;
  asio::ssl::context tls_;
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
