// SPDX-License-Identifier: Apache-2.0
#include "server/http/acceptor.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <map>

#include "base/log.h"
#include "server/http/address.h"
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
  return canonical_address(text).value_or(text);
}

std::optional<uid_t> peer_uid(int fd) {
  ucred credentials{};
  socklen_t size = sizeof credentials;
  if (::getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &credentials, &size) != 0) return std::nullopt;
  return credentials.uid;
}

using Connections = std::vector<std::shared_ptr<Connection>>;

// Whom a connection counts against.
std::string name_of(const Peer& peer) {
  if (peer.kind == Peer::Kind::tcp) return client_of_address(peer.address);
  return "uid " + (peer.uid ? std::to_string(*peer.uid) : "unknown");
}

std::size_t most_of(const Peer& peer, const ServerOptions& options) {
  if (peer.kind == Peer::Kind::unix_socket) return options.connections_of_local_user_max;
  const auto& proxies = options.trusted_proxies;
  const bool is_proxy = std::ranges::find(proxies, peer.address) != proxies.end();
  return is_proxy ? options.connections_max : options.connections_of_peer_max;
}

// Whose one connection is given up for another's. The clock alone would not do: who sends a byte
// now and then on many would outlast everybody else.
bool gives_way_before(const Waiting& one, std::size_t of_one, const Waiting& other,
                      std::size_t of_other) {
  if (one.what != other.what) return one.what == Waiting::For::client;
  if (of_one != of_other) return of_one > of_other;
  return one.since < other.since;
}

// Closes one that waits, of the peer that has most; false if none does.
bool give_way(const std::vector<const Connections*>& peers) {
  std::shared_ptr<Connection> chosen;
  Waiting chosen_waits;
  std::size_t of_chosen = 0;
  for (const auto* connections : peers) {
    for (const auto& one : *connections) {
      const auto waits = one->waiting();
      if (!waits) continue;
      if (chosen && !gives_way_before(*waits, connections->size(), chosen_waits, of_chosen)) {
        continue;
      }
      chosen = one;
      chosen_waits = *waits;
      of_chosen = connections->size();
    }
  }
  if (!chosen) return false;
  chosen->abort();
  return true;
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
  if (!has_room_for(accepted.peer)) return turn_away(std::move(accepted.socket));
  make_connection(std::move(accepted), tls_, *context_)->start();
}

bool Acceptor::has_room_for(const Peer& peer) {
  const ServerOptions& options = context_->options;
  std::map<std::string, Connections> of_peers;
  std::size_t by_tcp = 0;
  for (auto& one : context_->registry.all()) {
    if (one->peer().kind == Peer::Kind::tcp) ++by_tcp;
    of_peers[name_of(one->peer())].push_back(std::move(one));
  }
  const Connections& own = of_peers[name_of(peer)];
  if (own.size() >= most_of(peer, options)) return give_way({&own});
  if (peer.kind == Peer::Kind::unix_socket || by_tcp < options.connections_max) return true;
  std::vector<const Connections*> by_tcp_of_peers;
  for (const auto& [name, connections] : of_peers) {
    if (connections.empty() || connections[0]->peer().kind != Peer::Kind::tcp) continue;
    by_tcp_of_peers.push_back(&connections);
  }
  return give_way(by_tcp_of_peers);
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
