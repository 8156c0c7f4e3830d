// SPDX-License-Identifier: Apache-2.0
#include "web/http.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstring>
#include <optional>
#include <thread>

namespace web {
namespace {

// More than work at once: browsers open connections before they have something to ask.
constexpr int thread_count = 16;
constexpr std::size_t head_bytes_max = 16 * 1024;
constexpr std::size_t body_bytes_max = 64 * 1024;
constexpr auto request_patience = std::chrono::seconds(10);

class Socket {
 public:
  explicit Socket(int fd) : fd_(fd) {}
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;
  ~Socket() { ::close(fd_); }

  // False at the end of the stream, on an error, and when nothing came in time. Being held for a
  // bookmark interrupts a wait that has a limit.
  bool receive_more(std::string& data) const {
    char chunk[4096];
    ssize_t received = 0;
    do {
      received = ::recv(fd_, chunk, sizeof chunk, 0);
    } while (received < 0 && errno == EINTR);
    if (received <= 0) return false;
    data.append(chunk, static_cast<std::size_t>(received));
    return true;
  }

  void send_all(std::string_view data) const {
    while (!data.empty()) {
      const ssize_t sent = ::send(fd_, data.data(), data.size(), MSG_NOSIGNAL);
      if (sent < 0 && errno == EINTR) continue;
      if (sent <= 0) return;
      data.remove_prefix(static_cast<std::size_t>(sent));
    }
  }

  void limit_waiting() const {
    const timeval limit{request_patience.count(), 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    ::setsockopt(fd_, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
  }

  // Closing with unread input resets the connection, and the answer could be lost on its way.
  void finish() const {
    ::shutdown(fd_, SHUT_WR);
    std::string rest;
    while (rest.size() < body_bytes_max && receive_more(rest)) {
    }
  }

 private:
  int fd_;
};

Response refusal(int status, std::string why) {
  return {.status = status, .content_type = "text/plain; charset=utf-8", .body = std::move(why)};
}

const char* reason_phrase(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 303:
      return "See Other";
    case 400:
      return "Bad Request";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 413:
      return "Content Too Large";
    case 431:
      return "Request Header Fields Too Large";
    case 503:
      return "Service Unavailable";
    default:
      return "Error";
  }
}

std::string trimmed_lower_case(std::string_view text, bool lower) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  std::string result(text);
  if (lower) {
    std::transform(result.begin(), result.end(), result.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  }
  return result;
}

// The request line and the headers, without the empty line that ends them.
std::optional<Request> parse_head(std::string_view head) {
  const std::string_view line = head.substr(0, head.find("\r\n"));
  head.remove_prefix(std::min(head.size(), line.size() + 2));
  const std::size_t method_end = line.find(' ');
  const std::size_t target_end = line.rfind(' ');
  if (method_end == std::string_view::npos || target_end <= method_end + 1) return std::nullopt;
  if (!line.substr(target_end + 1).starts_with("HTTP/1.")) return std::nullopt;

  Request request;
  request.method = line.substr(0, method_end);
  const std::string_view target = line.substr(method_end + 1, target_end - method_end - 1);
  request.path = target.substr(0, target.find('?'));
  while (!head.empty()) {
    const std::string_view header = head.substr(0, head.find("\r\n"));
    head.remove_prefix(std::min(head.size(), header.size() + 2));
    const std::size_t colon = header.find(':');
    if (colon == std::string_view::npos || colon == 0) return std::nullopt;
    request.headers[trimmed_lower_case(header.substr(0, colon), true)] =
        trimmed_lower_case(header.substr(colon + 1), false);
  }
  return request;
}

// Nothing to answer where nobody asked: browsers connect in advance, and an answer that comes
// before the question would be taken for that of a later one.
tl::expected<Request, std::optional<Response>> receive(const Socket& socket) {
  const auto give_up = std::chrono::steady_clock::now() + request_patience;
  const auto too_slow = [&] { return std::chrono::steady_clock::now() > give_up; };
  std::string data;
  std::size_t head_end = std::string::npos;
  while ((head_end = data.find("\r\n\r\n")) == std::string::npos) {
    if (data.size() > head_bytes_max) break;
    if (too_slow() || !socket.receive_more(data)) {
      if (data.empty()) return tl::unexpected(std::nullopt);
      return tl::unexpected(refusal(400, "The request did not come in time.\n"));
    }
  }
  if (head_end > head_bytes_max) return tl::unexpected(refusal(431, "The head is too large.\n"));
  auto request = parse_head(std::string_view(data).substr(0, head_end));
  if (!request) return tl::unexpected(refusal(400, "This is not HTTP/1.\n"));
  if (request->headers.contains("transfer-encoding")) {
    return tl::unexpected(refusal(400, "Send the body with a Content-Length.\n"));
  }

  std::size_t length = 0;
  if (const auto found = request->headers.find("content-length"); found != request->headers.end()) {
    const std::string& text = found->second;
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), length);
    if (text.empty() || parsed.ec != std::errc() || parsed.ptr != text.data() + text.size()) {
      return tl::unexpected(refusal(400, "The Content-Length is not a number.\n"));
    }
  }
  if (length > body_bytes_max) return tl::unexpected(refusal(413, "The body is too large.\n"));
  request->body = data.substr(head_end + 4);
  while (request->body.size() < length) {
    if (too_slow() || !socket.receive_more(request->body)) {
      return tl::unexpected(refusal(400, "The request did not come in time.\n"));
    }
  }
  request->body.resize(length);
  return *std::move(request);
}

std::string as_bytes(const Response& response, bool with_body) {
  std::string bytes =
      "HTTP/1.1 " + std::to_string(response.status) + ' ' + reason_phrase(response.status) +
      "\r\n" + "Content-Type: " + response.content_type + "\r\n" +
      "Content-Length: " + std::to_string(response.body.size()) + "\r\n" +
      "Cache-Control: no-store\r\n"
      "X-Content-Type-Options: nosniff\r\n"
      "Content-Security-Policy: default-src 'self'; style-src 'self' 'unsafe-inline'\r\n"
      "Connection: close\r\n";
  if (!response.location.empty()) bytes += "Location: " + response.location + "\r\n";
  bytes += "\r\n";
  if (with_body) bytes += response.body;
  return bytes;
}

void answer_connections(int listener, Handler handler) {
  for (;;) {
    const int fd = ::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
    if (fd < 0) {
      // Out of descriptors or memory: others may free some meanwhile.
      if (errno != EINTR && errno != ECONNABORTED) {
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
      }
      continue;
    }
    const Socket socket(fd);
    socket.limit_waiting();
    const auto request = receive(socket);
    if (!request && !request.error()) continue;
    const bool head_only = request && request->method == "HEAD";
    socket.send_all(as_bytes(request ? handler(*request) : *request.error(), !head_only));
    socket.finish();
  }
}

}  // namespace

tl::expected<void, std::string> serve(std::uint16_t port, Handler handler) {
  const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int on = 1;
  ::setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      ::listen(listener, SOMAXCONN) != 0) {
    return tl::unexpected("cannot listen on 127.0.0.1:" + std::to_string(port) + ": " +
                          std::strerror(errno));
  }
  for (int i = 0; i < thread_count; ++i) {
    std::thread(answer_connections, listener, handler).detach();
  }
  return {};
}

}  // namespace web
