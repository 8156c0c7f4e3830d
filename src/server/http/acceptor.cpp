#include "server/http/acceptor.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "base/log.h"
#include "server/http/handler_call.h"
#include "server/http/response_head.h"

namespace slip::http {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

enum class End { local, remote };

// The IP address of one end of a connection, without port.
std::string ip_address(int fd, End end) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  const int failed =
      end == End::local ? ::getsockname(fd, generic, &size) : ::getpeername(fd, generic, &size);
  if (failed != 0) return "";
  char text[INET6_ADDRSTRLEN] = "";
  const void* bytes =
      address.ss_family == AF_INET
          ? static_cast<const void*>(&reinterpret_cast<sockaddr_in&>(address).sin_addr)
          : &reinterpret_cast<sockaddr_in6&>(address).sin6_addr;
  ::inet_ntop(address.ss_family, bytes, text, sizeof text);
  return text;
}

std::optional<uid_t> peer_uid(int fd) {
  ucred credentials{};
  socklen_t size = sizeof credentials;
  if (::getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &credentials, &size) != 0) return std::nullopt;
  return credentials.uid;
}

int protocol_of(int family) {
  return family == AF_UNIX ? 0 : IPPROTO_TCP;
}

}  // namespace

Acceptor::Acceptor(asio::io_context& io, int family, UniqueFd listening, asio::ssl::context* tls)
    : family_(family),
      acceptor_(io, asio::generic::stream_protocol(family, protocol_of(family)),
                listening.release()),
      pause_(io),
      tls_(tls) {}

void Acceptor::start(ConnectionContext& context) {
  context_ = &context;
  accept();
}

void Acceptor::close() {
  error_code ignored;
  acceptor_.close(ignored);
  pause_.cancel();
}

void Acceptor::accept() {
  acceptor_.async_accept([self = shared_from_this()](error_code failed, Socket socket) {
    if (!self->acceptor_.is_open()) return;
    if (!failed) {
      self->begin(std::move(socket));
      return self->accept();
    }
    // Mostly too many open files: trying again at once would only burn the processor.
    spdlog::warn("Cannot accept a connection: {}", failed.message());
    self->pause_.expires_after(std::chrono::milliseconds(200));
    self->pause_.async_wait([self](error_code canceled) {
      if (!canceled && self->acceptor_.is_open()) self->accept();
    });
  });
}

void Acceptor::begin(Socket socket) {
  if (context_->registry.size() >= context_->options.connections_max) {
    return turn_away(std::move(socket));
  }
  const int fd = socket.native_handle();
  Accepted accepted{.socket = std::move(socket), .peer = {}, .local_address = {}};
  if (family_ == AF_UNIX) {
    accepted.peer = {.kind = Peer::Kind::unix_socket, .address = {}, .uid = peer_uid(fd)};
  } else {
    const int on = 1;
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    accepted.peer = {
        .kind = Peer::Kind::tcp, .address = ip_address(fd, End::remote), .uid = std::nullopt};
    accepted.local_address = ip_address(fd, End::local);
  }
  make_connection(std::move(accepted), tls_, *context_)->start();
}

void Acceptor::turn_away(Socket socket) {
  if (tls_ != nullptr) return;
  const Response response = overload_response();
  const std::string text =
      response_head(response, {}, AfterResponse::close_connection, "") + response.body;
  // It fits the socket's empty buffer, so one attempt is enough.
  ::send(socket.native_handle(), text.data(), text.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
}

}  // namespace slip::http
