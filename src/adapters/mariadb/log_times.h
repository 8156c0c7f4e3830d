// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "adapters/mariadb/data_directory.h"
#include "adapters/mariadb/log_events.h"
#include "adapters/mariadb/session.h"
#include "adapters/mariadb/unlogged.h"
#include "base/result.h"
#include "base/time.h"
#include "ports/adapter.h"

namespace slip::mariadb {

// When a binary log was how long, by this machine's clock: what MariaDB's log does not say itself,
// as a session chooses the times that it has there (SET timestamp). Seen from outside, every second
// and with every snapshot, and noted beside the log, in lines of text, so that snapshots have it.
// Whoever is superuser of the copy may change it as he may the log: what is read is bounded, and
// believed of that copy only.

// At some moment from the first time to the second, with all of its millisecond, the log's end was
// there.
struct LogTime {
  Timestamp from;
  Timestamp to;
  LogPlace end;
  std::uint32_t mark = 0;  // of what lies before it: tells this log from another

  bool operator==(const LogTime&) const = default;
};

// Notes where the log's end is, if it is not where it was. Nothing to do where there is no log.
Result<> note_log_time(const Layout& layout, const RunUser& user);

// What was noted of the log that is there, from a place in it on.
struct LogTimes {
  std::vector<LogTime> seen;
  bool began_anew = false;  // after that place there was something else (RESET MASTER)
};
// `copy` is the log as it was when it had come to `from`: what had been noted by then may be of a
// log that was emptied before, and says nothing of what came since.
Result<LogTimes> read_log_times(const Directory& log, const LogFiles& files, LogPlace from,
                                const Directory& copy);

// Forgets what is from before `keep_since`.
Result<> trim_log_times(const Layout& layout, const RunUser& user, Timestamp keep_since);

// Notes them of a running server, and what it writes beside its log (unlogged.h).
class LogTimesWatch final : public LogWatch {
 public:
  // `open`: lets us into the server.
  LogTimesWatch(const Dialect& dialect, Layout layout, RunUser user,
                std::function<Result<Session>()> open)
      : dialect_(dialect),
        layout_(std::move(layout)),
        user_(std::move(user)),
        open_(std::move(open)) {}
  Result<> look() override;
  Result<> ask() override;

 private:
  const Dialect& dialect_;
  Layout layout_;
  RunUser user_;
  std::function<Result<Session>()> open_;
  UnloggedWatch unlogged_;
  std::optional<LogTime> noted_;  // last
  std::optional<LogTime> seen_;   // since, at the same place
  Timestamp changed_at_;
  bool grew_since_asked_ = false;
};

}  // namespace slip::mariadb
