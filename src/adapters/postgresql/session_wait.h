// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "adapters/support/server_line.h"
#include "base/result.h"
#include "base/time.h"

struct pg_conn;

namespace slip::postgresql {

// Waits for one answer of a server that may be stuck or hostile. A server can prolong every loop
// that takes what it says, so each asks in every turn whether to go on. Nothing blocks in libpq:
// its connection does not wait by itself.
class Wait {
 public:
  struct Until {
    Duration patience;
    std::function<bool()> go_on = {};  // asked several times a second
    std::string too_late;              // what to say then
  };
  // `line` lies between libpq and a server of ours; nothing: it is connected by itself.
  Wait(pg_conn* connection, ServerLine* line, Until until);

  // The server may say so much again: nobody keeps what it has said until now.
  void go_on();

  // Errors: `timed_out`, `canceled`.
  Result<> may_go_on();
  // Until the server has taken what libpq has to send. Errors: also `unavailable`.
  Result<> sent();
  // Until there is a whole result, or none to come. Errors: as `sent`.
  Result<> result();
  // Until the server has said more. Errors: as `sent`.
  Result<> more();

 private:
  using SteadyClock = std::chrono::steady_clock;
  // Some milliseconds, or until there is one of these events.
  Result<short> events(short wanted);
  Result<> take_in();

  pg_conn* connection_;
  ServerLine* line_;
  Until until_;
  SteadyClock::time_point deadline_;
  SteadyClock::time_point ask_next_;
};

// What a server may say to one statement, or between two results of one: libpq gathers that. As
// MariaDB's sessions take; what we ask for is small.
inline constexpr std::size_t kAnswerMax = 64UL << 20U;

// libpq's verbose words for what went wrong, without the lines that name places in the server's
// source, and no more of them than people read.
std::string server_words(const char* words);
// `unavailable`: the connection is of no more use.
Error broken_connection(const pg_conn* connection);

}  // namespace slip::postgresql
