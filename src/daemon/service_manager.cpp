// SPDX-License-Identifier: Apache-2.0
#include "daemon/service_manager.h"

#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdlib>
#include <string_view>

#include "base/fd.h"
#include "base/system_error.h"

namespace slip {

Result<> tell_service_manager(const std::string& lines) {
  const char* given = std::getenv("NOTIFY_SOCKET");
  if (given == nullptr) return {};
  const std::string_view name = given;
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (name.size() < 2 || name.size() >= sizeof address.sun_path ||
      (name.front() != '/' && name.front() != '@')) {
    return Error{.code = ErrorCode::invalid_argument,
                 .message = "NOTIFY_SOCKET is not the name of a socket",
                 .hint = "Unset it, or start the daemon by systemd."};
  }
  std::ranges::copy(name, address.sun_path);
  // "@" stands for the NUL byte that names outside of the file system begin with.
  if (name.front() == '@') address.sun_path[0] = '\0';
  const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size());

  const UniqueFd socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!socket) return error_from_errno(errno, "make a socket");
  if (::sendto(socket.get(), lines.data(), lines.size(), MSG_NOSIGNAL,
               reinterpret_cast<const sockaddr*>(&address), length) < 0) {
    return error_from_errno(errno, "tell the service manager at " + std::string(name));
  }
  return {};
}

}  // namespace slip
