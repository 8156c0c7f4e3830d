// SPDX-License-Identifier: Apache-2.0
#include "adapters/postgresql/session_wait.h"

#include <libpq-fe.h>
#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/system_error.h"

namespace slip::postgresql {
namespace {

constexpr std::chrono::milliseconds kAskInterval(200);
constexpr std::size_t kWordsMax = 8192;

}  // namespace

std::string server_words(const char* words) {
  std::string_view left(words, ::strnlen(words, kWordsMax));
  std::string kept;
  while (!left.empty()) {
    const auto line = left.substr(0, left.find('\n'));
    left.remove_prefix(std::min(line.size() + 1, left.size()));
    if (line.starts_with("LOCATION:")) continue;
    kept.append(line).append("\n");
  }
  while (!kept.empty() && (kept.back() == '\n' || kept.back() == ' ')) kept.pop_back();
  return kept;
}

Error broken_connection(const PGconn* connection) {
  return Error{.code = ErrorCode::unavailable,
               .message = "the connection to the PostgreSQL server broke",
               .hint = "",
               .context = {},
               .detail = server_words(PQerrorMessage(connection))};
}

Wait::Wait(pg_conn* connection, ServerLine* line, Until until)
    : connection_(connection),
      line_(line),
      until_(std::move(until)),
      deadline_(SteadyClock::now() + until_.patience) {
  go_on();
}

void Wait::go_on() {
  if (line_ != nullptr) line_->allow(kAnswerMax);
}

Result<> Wait::may_go_on() {
  const auto now = SteadyClock::now();
  if (now >= deadline_) {
    return Error{.code = ErrorCode::timed_out, .message = until_.too_late};
  }
  if (!until_.go_on || now < ask_next_) return {};
  ask_next_ = now + kAskInterval;
  if (until_.go_on()) return {};
  return Error{.code = ErrorCode::canceled, .message = "the script was ended"};
}

Result<short> Wait::events(short wanted) {
  TRY(may_go_on());
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline_ - SteadyClock::now());
  pollfd waiting{.fd = PQsocket(connection_), .events = wanted, .revents = 0};
  auto patience = std::clamp(left, std::chrono::milliseconds(0), kAskInterval);
  if (line_ != nullptr) {
    if (!TRY(line_->pass(waiting.fd, wanted, patience))) return short{0};
    patience = {};
  }
  const int ready = ::poll(&waiting, 1, static_cast<int>(patience.count()));
  if (ready < 0 && errno != EINTR) return error_from_errno(errno, "wait for a PostgreSQL server");
  return ready > 0 ? waiting.revents : short{0};
}

Result<> Wait::take_in() {
  if (PQconsumeInput(connection_) == 0) return broken_connection(connection_);
  // Nobody listens for them, and libpq would keep them all.
  while (PGnotify* one = PQnotifies(connection_)) PQfreemem(one);
  return {};
}

Result<> Wait::sent() {
  for (;;) {
    const int left = PQflush(connection_);
    if (left == 0) return {};
    if (left < 0) return broken_connection(connection_);
    // It may have to say something before it takes more.
    const short ready = TRY(events(POLLIN | POLLOUT));
    if ((ready & POLLIN) != 0) TRY(take_in());
  }
}

Result<> Wait::result() {
  TRY(may_go_on());
  while (PQisBusy(connection_) != 0) TRY(more());
  return {};
}

Result<> Wait::more() {
  for (;;) {
    if (TRY(events(POLLIN)) != 0) return take_in();
  }
}

}  // namespace slip::postgresql
