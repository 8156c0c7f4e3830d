// SPDX-License-Identifier: Apache-2.0
#include "adapters/redis/session.h"

#include <poll.h>
#include <sys/socket.h>

#include <cerrno>
#include <sstream>

#include "adapters/support/server_line.h"

namespace slip::redis {

namespace {

using SteadyClock = std::chrono::steady_clock;

Error broke() {
  return Error{.code = ErrorCode::unavailable, .message = "the connection to the server broke"};
}

Error no_answer() {
  return Error{.code = ErrorCode::timed_out, .message = "the server does not answer"};
}

// Also where the other side keeps us busy all the time.
Result<> check_time(SteadyClock::time_point deadline) {
  return SteadyClock::now() < deadline ? Result<>() : no_answer();
}

Result<> wait_for(int fd, short what, SteadyClock::time_point deadline) {
  for (;;) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - SteadyClock::now());
    if (left.count() <= 0) return no_answer();
    pollfd one{.fd = fd, .events = what, .revents = 0};
    const int happened = ::poll(&one, 1, static_cast<int>(left.count()));
    if (happened > 0) return {};
    if (happened < 0 && errno != EINTR) return broke();
  }
}

Result<> send_all(int fd, std::string_view bytes, SteadyClock::time_point deadline) {
  while (!bytes.empty()) {
    TRY(check_time(deadline));
    const ssize_t sent = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    } else if (errno == EAGAIN) {
      TRY(wait_for(fd, POLLOUT, deadline));
    } else if (errno != EINTR) {
      return broke();
    }
  }
  return {};
}

Result<Reply> receive(int fd, SteadyClock::time_point deadline) {
  std::string come;
  char buffer[16 << 10];
  for (;;) {
    TRY(check_time(deadline));
    const ssize_t got = ::recv(fd, buffer, sizeof buffer, MSG_DONTWAIT);
    if (got > 0) {
      come.append(buffer, static_cast<std::size_t>(got));
      if (auto reply = TRY(read_reply(come))) return *std::move(reply);
    } else if (got < 0 && errno == EAGAIN) {
      TRY(wait_for(fd, POLLIN, deadline));
    } else if (got == 0 || errno != EINTR) {
      return broke();
    }
  }
}

Error refused(const std::string& said) {
  Error error{.code = ErrorCode::failed, .message = "the server refused a command", .detail = said};
  for (const char* word : {"LOADING", "BUSY", "MASTERDOWN", "TRYAGAIN"}) {
    if (!said.starts_with(word)) continue;
    error.code = ErrorCode::unavailable;
    error.message = "the server is busy";
  }
  for (const char* word : {"WRONGPASS", "NOAUTH", "NOPERM"}) {
    if (!said.starts_with(word)) continue;
    error.code = ErrorCode::permission_denied;
    error.message = "the server refuses the login";
  }
  return error;
}

Result<> check_word(const Reply& reply, const std::string& word) {
  if (reply.texts.size() == 1 && reply.text() == word) return {};
  return Error{.code = ErrorCode::failed,
               .message = "what listens in the server's place is no Redis server"};
}

}  // namespace

Result<Session> Session::open(const LocalServer& server, const Login& login, Duration patience) {
  Session session(TRY(connect_to_server({.directory = server.directory,
                                         .name = server.run / kSocketName,
                                         .user = server.user,
                                         .what = "the Redis server"})),
                  patience);
  TRY(check_word(TRY(session.ask({"AUTH", login.user, login.password})), "OK"));
  const auto pong = session.ask({"PING"});
  if (pong) {
    TRY(check_word(*pong, "PONG"));
  } else if (!pong.error().detail.starts_with("MISCONF")) {
    // On a full disk it refuses this, like writes, but answers all else.
    return pong.error();
  }
  return session;
}

Result<Reply> Session::ask(const std::vector<std::string>& words) {
  const auto deadline = SteadyClock::now() + patience_;
  TRY(send_all(fd_.get(), request(words), deadline));
  Reply reply = TRY(receive(fd_.get(), deadline));
  if (reply.error) return refused(*reply.error);
  return reply;
}

Result<std::map<std::string, std::string>> Session::info(const std::string& section) {
  const Reply reply = TRY(ask({"INFO", section}));
  std::map<std::string, std::string> values;
  std::istringstream lines(reply.text());
  for (std::string line; std::getline(lines, line);) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    const auto colon = line.find(':');
    if (colon != std::string::npos) values[line.substr(0, colon)] = line.substr(colon + 1);
  }
  return values;
}

}  // namespace slip::redis
