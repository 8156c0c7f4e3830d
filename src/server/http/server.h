// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "server/http/message.h"

namespace slip::http {

struct TlsFiles {
  std::filesystem::path certificate_chain;  // PEM, the server's own first
  std::filesystem::path private_key;        // PEM
};

// Whether passwords and data may cross a network unencrypted.
enum class PlainTextBeyondLoopback { refuse, allow };

struct TcpListener {
  std::string address = "127.0.0.1";  // an IP address, or "localhost"
  std::uint16_t port = 8747;          // 0: the kernel chooses
  std::optional<TlsFiles> tls = {};
  PlainTextBeyondLoopback plain_text = PlainTextBeyondLoopback::refuse;
};

// Who may connect: every local user (the handler decides by the peer's uid), or only our own.
enum class UnixAccess { everyone, owner };

struct UnixListener {
  std::filesystem::path path;  // at most 107 bytes
  UnixAccess access = UnixAccess::everyone;
};

struct ServerOptions {
  std::vector<TcpListener> tcp = {};
  std::vector<UnixListener> unix_sockets = {};
  // Names this machine may be called by in Host, besides localhost, 127.0.0.1, [::1] and the
  // address the connection came in on.
  std::vector<std::string> host_names = {};
  std::string html_content_security_policy = "default-src 'self'";

  std::size_t threads = 8;
  // More of them, which answer only the machine's administrators (is_of_the_machine): those get in
  // while all others are taken.
  std::size_t reserved_threads = 4;
  std::size_t waiting_requests_max = 128;  // of each of the two
  // Connections: of all by TCP, of one client_of_address by TCP, and of one local user by unix
  // sockets, which nothing by TCP takes room from. Where there are too many, one that waits gives
  // way, of the peer that has most: the one whose client has done nothing for the longest, be it
  // between two requests or in the middle of one; event streams after all others.
  std::size_t connections_max = 512;
  std::size_t connections_of_peer_max = 128;
  std::size_t connections_of_local_user_max = 128;
  // Addresses of proxies, each as its canonical_address: what they say in X-Forwarded-For and
  // X-Forwarded-Proto is believed. Nobody else is.
  std::vector<std::string> trusted_proxies = {};
  std::size_t header_bytes_max = 16 << 10;  // also of one chunk's header, and of the trailers
  std::size_t body_bytes_max = 1 << 20;     // and as it is sent, no more than this and a header
  std::chrono::milliseconds header_timeout =
      std::chrono::seconds(30);  // also how long a kept connection may idle
  std::chrono::milliseconds body_timeout = std::chrono::seconds(30);
  std::chrono::milliseconds write_timeout = std::chrono::seconds(30);
  std::chrono::milliseconds heartbeat_interval = std::chrono::seconds(15);
  std::chrono::milliseconds stop_timeout = std::chrono::seconds(5);
};

using Handler = std::function<Response(const Request&)>;

// An HTTP/1.1 server that knows nothing of the product. Sockets are served by one thread, handlers
// are plain blocking code on a bounded pool: when all are taken and the queue is full, clients get
// 503; some threads are kept for the machine's administrators. An exception out of a handler is a
// 500. Requests that are malformed, too large, too slow, for a foreign Host or from a foreign
// Origin never reach the handler.
class Server {
 public:
  Server(ServerOptions options, Handler handler);
  // Stops.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // Listens on everything, or on nothing and says why. Once only.
  // A unix socket left by a dead process is replaced.
  // Errors: `invalid_argument` (an address that is none, an unencrypted one beyond loopback, a path
  // too long, no listener at all), `already_exists` (port or socket in use), `permission_denied`,
  // `not_found` and `failed` (certificate or key), `unavailable` (address not of this machine).
  Result<> start();

  // Takes no new requests, lets running ones finish, ends event streams, closes. What takes longer
  // than `stop_timeout` to be written is cut off; running handlers are always waited for.
  // Idempotent.
  void stop();

  // The port of the nth TCP listener, after start.
  std::uint16_t port(std::size_t listener = 0) const;

 private:
  class Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace slip::http
