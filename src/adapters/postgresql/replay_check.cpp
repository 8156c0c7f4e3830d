// SPDX-License-Identifier: Apache-2.0
#include "adapters/postgresql/replay_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>

#include "adapters/postgresql/log_files.h"
#include "adapters/postgresql/log_records.h"

namespace slip::postgresql {

namespace {

// By how much a commit may be in the log before one that has an earlier time: servers take the time
// first, and write then.
constexpr std::int64_t kOvertaking_us = 1'000'000;
constexpr int kLookBack = 100'000;  // records

// Where a server's own timeline begins, and of which one it goes on.
struct Fork {
  std::uint32_t parent = 0;
  std::uint64_t at = 0;
};

// From the newest "0000000A.history", whose last line is "9<tab>0/3000060<tab>reason".
Result<std::optional<Fork>> newest_fork(const Directory& log) {
  std::string newest;
  for (const auto& entry : TRY(log.list())) {
    if (entry.name.size() == 16 && entry.name.ends_with(".history")) {
      newest = std::max(newest, entry.name);
    }
  }
  if (newest.empty()) return std::optional<Fork>();
  std::istringstream lines(TRY(log.read(newest, 1 << 20)));
  std::optional<Fork> last;
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    Fork fork;
    std::string place;
    if (!(words >> fork.parent >> place)) continue;
    const auto at = read_lsn(place);
    if (!at) continue;
    fork.at = *at;
    last = fork;
  }
  return last;
}

std::string in_words(std::int64_t us) {
  return to_rfc3339(Timestamp{us / 1000});
}

Error ended_elsewhere(const std::string& why) {
  return Error{.code = ErrorCode::out_of_range,
               .message = "the log was replayed, but not to the moment asked for: " + why,
               .hint = "Nothing was changed. Choose the time of a point on the timeline."};
}

// The end of a transaction that comes last before that record.
Result<std::optional<LogRecord>> last_before(LogRecords& records, LogRecord from) {
  for (int i = 0; i < kLookBack && from.previous != 0; ++i) {
    const auto before = TRY(records.at(from.previous));
    if (!before) break;
    if (before->ended_us) return before;
    from = *before;
  }
  return std::optional<LogRecord>();
}

Result<> check_stop(LogRecords& records, std::uint64_t at, std::int64_t until_us,
                    std::uint64_t file_bytes) {
  const auto next = TRY(records.at(at));
  const std::string place = fmt::format("{:X}/{:X}", at >> 32, at & 0xFFFFFFFF);
  if (!next) return ended_elsewhere("at " + place + ", where it ended, the log has no record");
  if (!next->ended_us) {
    return ended_elsewhere("at " + place + ", where it ended, no transaction ended");
  }
  if (*next->ended_us <= until_us) {
    return ended_elsewhere("the next transaction, at " + place + ", ended at " +
                           in_words(*next->ended_us));
  }
  const auto last = TRY(last_before(records, *next));
  if (last && *last->ended_us > until_us) {
    return ended_elsewhere("the last transaction replayed ended at " + in_words(*last->ended_us));
  }
  for (auto later = next; later && later->end / file_bytes == at / file_bytes;
       later = TRY(records.at(later->end))) {
    if (!later->ended_us || *later->ended_us > until_us - kOvertaking_us) continue;
    return ended_elsewhere("after transactions of " + in_words(*next->ended_us) +
                           " the log has one of " + in_words(*later->ended_us) +
                           ": the server's clock was set back, so that there are two such moments");
  }
  return {};
}

}  // namespace

Result<> check_replay(const Layout& layout, const Confinement& confinement, const RunUser& user) {
  const auto target = TRY(replay_target(layout));
  if (!target) return {};
  const Directory data = TRY(layout.open_data());
  const auto fork = TRY(newest_fork(TRY(data.open_directory("pg_wal"))));
  if (!fork) return ended_elsewhere("the server has not begun a timeline of its own");
  if (target->last_record) {
    if (fork->at > *target->last_record) return {};
    return ended_elsewhere("it ended before the log's last record");
  }
  const std::uint64_t bytes = TRY(segment_bytes(data));
  const LogFiles files(layout, confinement, user, fork->parent, bytes);
  LogRecords records(bytes, [&](std::uint64_t number) { return files.read(number); });
  return check_stop(records, fork->at, target->until.ms * 1000 + 999, bytes);
}

}  // namespace slip::postgresql
