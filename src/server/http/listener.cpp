// SPDX-License-Identifier: Apache-2.0
#include "server/http/listener.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cerrno>
#include <cstring>

#include "base/file.h"

namespace slip::http {
namespace {

struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t size = 0;
  sockaddr* get() { return reinterpret_cast<sockaddr*>(&storage); }
};

Result<SocketAddress> parse_address(const TcpListener& listener) {
  const std::string text = listener.address == "localhost" ? "127.0.0.1" : listener.address;
  SocketAddress out;
  auto* v4 = reinterpret_cast<sockaddr_in*>(&out.storage);
  auto* v6 = reinterpret_cast<sockaddr_in6*>(&out.storage);
  if (::inet_pton(AF_INET, text.c_str(), &v4->sin_addr) == 1) {
    v4->sin_family = AF_INET;
    v4->sin_port = htons(listener.port);
    out.size = sizeof(sockaddr_in);
  } else if (::inet_pton(AF_INET6, text.c_str(), &v6->sin6_addr) == 1) {
    v6->sin6_family = AF_INET6;
    v6->sin6_port = htons(listener.port);
    out.size = sizeof(sockaddr_in6);
  } else {
    return Error{.code = ErrorCode::invalid_argument,
                 .message = fmt::format("cannot listen on \"{}\": not an IP address", text),
                 .hint = "Use an address of this machine, e.g. 127.0.0.1."};
  }
  return out;
}

bool is_loopback(const SocketAddress& address) {
  if (address.storage.ss_family == AF_INET) {
    const auto& v4 = reinterpret_cast<const sockaddr_in&>(address.storage);
    return ntohl(v4.sin_addr.s_addr) >> 24 == 127;
  }
  const auto& v6 = reinterpret_cast<const sockaddr_in6&>(address.storage);
  return IN6_IS_ADDR_LOOPBACK(&v6.sin6_addr);
}

Error listen_error(int errno_value, const std::string& where) {
  const auto refuse = [&](ErrorCode code, std::string why, std::string hint) {
    return Error{.code = code,
                 .message = "cannot listen on " + where + ": " + std::move(why),
                 .hint = std::move(hint)};
  };
  switch (errno_value) {
    case EADDRINUSE:
      return refuse(ErrorCode::already_exists, "another program uses it already",
                    "Stop that program, or configure another address.");
    case EADDRNOTAVAIL:
      return refuse(ErrorCode::unavailable, "this machine has no such address",
                    "Use an address of this machine, e.g. 127.0.0.1.");
    case EACCES:
    case EPERM:
      return refuse(ErrorCode::permission_denied, "not permitted",
                    "Ports below 1024 need root; a socket needs a directory one may write to.");
    default:
      return error_from_errno(errno_value, "cannot listen on " + where);
  }
}

std::uint16_t bound_port(int fd) {
  SocketAddress address;
  address.size = sizeof address.storage;
  ::getsockname(fd, address.get(), &address.size);
  return ntohs(address.storage.ss_family == AF_INET
                   ? reinterpret_cast<sockaddr_in&>(address.storage).sin_port
                   : reinterpret_cast<sockaddr_in6&>(address.storage).sin6_port);
}

constexpr int type = SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK;

// Removes a socket on which nobody listens any more.
Result<> remove_stale_socket(const sockaddr_un& address) {
  struct stat found {};
  if (::lstat(address.sun_path, &found) != 0) {
    return errno == ENOENT ? Result<>() : listen_error(errno, address.sun_path);
  }
  if (!S_ISSOCK(found.st_mode)) return listen_error(EADDRINUSE, address.sun_path);
  const UniqueFd probe(::socket(AF_UNIX, type, 0));
  const int connected =
      ::connect(probe.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address);
  if (connected == 0 || errno != ECONNREFUSED) return listen_error(EADDRINUSE, address.sun_path);
  if (::unlink(address.sun_path) != 0) return listen_error(errno, address.sun_path);
  return {};
}

}  // namespace

Result<ListeningTcp> listen_tcp(const TcpListener& listener) {
  SocketAddress address = TRY(parse_address(listener));
  const std::string where = fmt::format("{}:{}", listener.address, listener.port);
  if (!is_loopback(address) && !listener.tls &&
      listener.plain_text == PlainTextBeyondLoopback::refuse) {
    return Error{.code = ErrorCode::invalid_argument,
                 .message = fmt::format("will not listen on {} without TLS: passwords and data "
                                        "would cross the network unencrypted",
                                        where),
                 .hint =
                     "Give --reach NAME instead, or a certificate and key; or listen on 127.0.0.1, "
                     "or explicitly allow unencrypted connections."};
  }
  ListeningTcp out{.fd = UniqueFd(::socket(address.storage.ss_family, type, 0)),
                   .family = address.storage.ss_family};
  const int on = 1;
  ::setsockopt(out.fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (out.family == AF_INET6) {
    ::setsockopt(out.fd.get(), IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
  }
  if (!out.fd || ::bind(out.fd.get(), address.get(), address.size) != 0 ||
      ::listen(out.fd.get(), SOMAXCONN) != 0) {
    return listen_error(errno, where);
  }
  out.port = bound_port(out.fd.get());
  return out;
}

Result<ListeningUnix> ListeningUnix::open(const UnixListener& listener) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string path = listener.path.string();
  if (path.empty() || path.size() >= sizeof address.sun_path) {
    return Error{
        .code = ErrorCode::invalid_argument,
        .message = fmt::format("cannot listen on the socket \"{}\": its path has {} bytes, "
                               "and must have 1 to 107",
                               path, path.size()),
        .hint = "Use a shorter directory."};
  }
  std::memcpy(address.sun_path, path.c_str(), path.size());
  TRY(remove_stale_socket(address));
  ListeningUnix out;
  out.fd = UniqueFd(::socket(AF_UNIX, type, 0));
  if (!out.fd ||
      ::bind(out.fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    return listen_error(errno, path);
  }
  out.path_ = listener.path;
  struct stat made {};
  // Nobody can connect before listen, so nobody can use the socket with the wrong mode.
  if (::lstat(path.c_str(), &made) != 0 ||
      ::chmod(path.c_str(), listener.access == UnixAccess::everyone ? 0666 : 0600) != 0 ||
      ::listen(out.fd.get(), SOMAXCONN) != 0) {
    return listen_error(errno, path);
  }
  out.device_ = made.st_dev;
  out.inode_ = made.st_ino;
  return out;
}

ListeningUnix::~ListeningUnix() {
  struct stat found {};
  const bool still_ours = fd && ::lstat(path_.c_str(), &found) == 0 && found.st_dev == device_ &&
                          found.st_ino == inode_;
  if (still_ours) ::unlink(path_.c_str());
}

}  // namespace slip::http
