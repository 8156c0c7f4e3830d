// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "adapters/mariadb/data_directory.h"
#include "adapters/mariadb/session.h"
#include "base/result.h"
#include "base/time.h"

namespace slip::mariadb {

// What is written beside the binary log, by sessions that have switched it off (sql_log_bin = 0),
// as dumps of servers with GTIDs do. The server does not tell of them; but a transaction that the
// log has is prepared first, and one that it has not is only committed. It is noticed while nobody
// else writes, for rows of InnoDB and for definitions of tables; noted beside the log, so that
// snapshots have it.

// Between these times, both by this machine's clock.
struct Unlogged {
  Timestamp from;
  Timestamp to;
  bool operator==(const Unlogged&) const = default;
};
Result<std::vector<Unlogged>> read_unlogged(const Directory& log);
Result<> note_unlogged(const Layout& layout, const RunUser& user, const Unlogged& written);

// Goes with a position's mark, so that what the log does not tell is a change all the same.
Result<std::string> unlogged_mark(const Layout& layout);
// True if there is more of it at the one than at the other.
bool has_unlogged_between(const std::optional<std::string>& mark,
                          const std::optional<std::string>& other);

// Tells it by the server's counters, from one time that it is asked to the next.
class UnloggedWatch {
 public:
  // Asks the server only if it has written to its redo log since. `log_grew`: the binary log has
  // something that it had not last time. Errors: `unavailable`.
  Result<std::optional<Unlogged>> ask(const Directory& data, const Dialect& dialect, bool log_grew,
                                      const std::function<Result<Session>()>& open, Timestamp now);

 private:
  struct Counters {
    std::int64_t prepared = 0;
    std::int64_t rows = 0;         // inserted, updated and deleted
    std::int64_t definitions = 0;  // of tables and the like, made, changed and dropped
    std::int64_t committed = 0;
    std::int64_t rolled_back = 0;
    std::int64_t redo = 0;  // bytes
  };
  static Result<Counters> read(Session& session);

  std::optional<Counters> before_;  // the last that are accounted for
  std::int64_t redo_written_ns_ = 0;
  Timestamp last_;
};

}  // namespace slip::mariadb
