// SPDX-License-Identifier: Apache-2.0
#include "adapters/files/health_check.h"

#include <poll.h>
#include <sys/socket.h>

#include <cerrno>
#include <charconv>

namespace slip::files {

namespace {

using SteadyClock = std::chrono::steady_clock;

Error not_yet(std::string message) {
  return Error{.code = ErrorCode::unavailable, .message = std::move(message)};
}

bool wait_for(int fd, short events, SteadyClock::time_point deadline) {
  for (;;) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - SteadyClock::now());
    if (left.count() <= 0) return false;
    pollfd waiting{.fd = fd, .events = events, .revents = 0};
    const int ready = ::poll(&waiting, 1, static_cast<int>(left.count()));
    if (ready > 0) return true;
    if (ready < 0 && errno != EINTR) return false;
  }
}

bool is_connected(const UniqueFd& fd, SteadyClock::time_point deadline) {
  int failed = 0;
  socklen_t size = sizeof failed;
  return wait_for(fd.get(), POLLOUT, deadline) &&
         ::getsockopt(fd.get(), SOL_SOCKET, SO_ERROR, &failed, &size) == 0 && failed == 0;
}

}  // namespace

Result<> check_health(const UniqueFd& fd, std::uint16_t port, const std::string& path,
                      Duration patience) {
  const auto deadline = SteadyClock::now() + patience;
  if (!is_connected(fd, deadline)) {
    return not_yet("the application does not listen on its port yet");
  }
  if (path.empty()) return {};
  const std::string request = "GET " + path +
                              " HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(port) +
                              "\r\nConnection: close\r\n\r\n";
  // A fresh connection's buffer takes so short a request whole.
  if (::send(fd.get(), request.data(), request.size(), MSG_NOSIGNAL) !=
      static_cast<ssize_t>(request.size())) {
    return not_yet("the application does not take a request yet");
  }
  std::string answer;
  while (answer.size() < 12) {
    char buffer[256];
    if (!wait_for(fd.get(), POLLIN, deadline)) return not_yet("the application does not answer");
    const ssize_t got = ::recv(fd.get(), buffer, sizeof buffer, 0);
    if (got <= 0) return not_yet("the application closes connections without an answer");
    answer.append(buffer, static_cast<std::size_t>(got));
  }
  int status = 0;
  std::from_chars(answer.data() + 9, answer.data() + 12, status);
  if (!answer.starts_with("HTTP/1.") || status < 100 || status >= 500) {
    return not_yet("the application answers its health check " + path + " with " +
                   answer.substr(0, answer.find_first_of("\r\n")));
  }
  return {};
}

}  // namespace slip::files
