// SPDX-License-Identifier: Apache-2.0
#include "adapters/mariadb/replay_range.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <memory>

#include "adapters/mariadb/binary_log.h"
#include "adapters/mariadb/log_times.h"
#include "adapters/mariadb/unlogged.h"
#include "base/system_error.h"

namespace slip::mariadb {

namespace {

constexpr std::uint64_t kFirstEvent = 4;
// Between two looks at a log so far apart, nobody looked.
constexpr Duration kLookedMax{3000};

Error not_whole(std::string message) {
  return Error{.code = ErrorCode::out_of_range,
               .message = std::move(message),
               .hint = "Choose the time of a point on the timeline."};
}

Error missing(std::uint64_t file) {
  return not_whole(
      fmt::format("the database's log from then on is not whole: its file {:06} is missing", file));
}

Error begun_anew() {
  return not_whole(
      "the database's log was emptied after the point before that time (RESET MASTER, RESET BINARY "
      "LOGS AND GTIDS), and what it had is gone with it");
}

// But for the mark in its first event that says whether the file is being written to.
Result<bool> begins_alike(const Directory& one, const Directory& other, const std::string& name,
                          std::uint64_t bytes) {
  constexpr std::uint64_t flags_at = kFirstEvent + 17;
  constexpr std::size_t piece = 256 << 10;
  const UniqueFd first = TRY(one.open_file(name));
  const UniqueFd second = TRY(other.open_file(name));
  std::string here(piece, '\0');
  std::string there(piece, '\0');
  for (std::uint64_t at = 0; at < bytes;) {
    const std::size_t want = std::min<std::uint64_t>(piece, bytes - at);
    const ssize_t got = ::pread(first.get(), here.data(), want, static_cast<off_t>(at));
    if (got < 0) return error_from_errno(errno, "read " + name);
    if (got == 0) return false;
    const auto length = static_cast<std::size_t>(got);
    if (::pread(second.get(), there.data(), length, static_cast<off_t>(at)) != got) return false;
    if (at == 0 && length > flags_at) here[flags_at] = there[flags_at];
    if (std::memcmp(here.data(), there.data(), length) != 0) return false;
    at += length;
  }
  return true;
}

// How far the log is known to have come around a time.
struct Around {
  LogPlace before;                          // all up to here was committed before it
  std::optional<Timestamp> before_at = {};  // when that was seen
  std::optional<LogPlace> after = {};       // what comes after this was committed after it
  std::optional<Timestamp> after_at = {};   // when that was seen

  bool was_looked_at() const {
    return before_at && after_at && *after_at - *before_at <= kLookedMax;
  }
};

// What was noted with a snapshot may stand before what was seen earlier.
Around around(const std::vector<LogTime>& seen, LogPlace from, Timestamp until) {
  Around found{.before = from};
  for (const auto& one : seen) {
    if (one.to < until) {
      found.before = std::max(found.before, one.end);
      found.before_at = std::max(found.before_at.value_or(one.to), one.to);
    }
    if (one.from >= until && (!found.after_at || one.to < *found.after_at)) {
      found.after = one.end;
      found.after_at = one.to;
    }
  }
  if (found.after) found.after = std::max(*found.after, found.before);
  return found;
}

// Says of groups, in their order, which is the first that is not wanted any more.
class Cut {
 public:
  virtual ~Cut() = default;
  // False: neither this one nor any after it.
  virtual bool takes(const LogGroup& group) = 0;
  // True: what comes after the cut must be told, too.
  virtual bool asks_on() const { return false; }
  virtual void tell_rest(const LogGroup&) {}
  virtual Result<> verdict() const { return {}; }
};

// By the clock of the server that has committed them.
class CutByServer final : public Cut {
 public:
  explicit CutByServer(Timestamp until) : until_us_(until.ms * 1000) {}
  bool takes(const LogGroup& group) override {
    is_known_ = group.committed_us.has_value();
    return !is_known_ || *group.committed_us < until_us_;
  }
  Result<> verdict() const override {
    if (is_known_) return {};
    return not_whole(
        "where that time is in the database's log is not known: it does not say when the last "
        "transaction before was committed (one without a GTID, or with a tag)");
  }

 private:
  std::int64_t until_us_;
  bool is_known_ = true;  // of the last that was asked for
};

// By what was seen of the log from outside and, for what lies between two looks, by what sessions
// say: a time of after the second look is none, as nobody can have begun after he had committed.
class CutByLooks final : public Cut {
 public:
  CutByLooks(Around around, Timestamp until, LogOf of)
      : around_(around), until_s_(until.ms / 1000), of_(of) {}

  bool takes(const LogGroup& group) override {
    if (group.end <= around_.before) return true;
    if (around_.after && group.end > *around_.after) return false;
    if (around_.before_at && group.session_s + 1 < around_.before_at->ms / 1000) is_early_ = true;
    return group.session_s < until_s_ || is_too_late(group);
  }
  bool asks_on() const override { return !around_.was_looked_at(); }
  void tell_rest(const LogGroup& group) override {
    if (around_.after && group.end > *around_.after) return;
    if (group.session_s + 1 < until_s_) ++early_after_;
    if (group.session_s >= until_s_) ++late_after_;
  }
  // Of production sessions take long, and say when they began.
  Result<> verdict() const override {
    if (around_.was_looked_at()) return {};
    const bool is_known =
        of_ == LogOf::follower ? early_after_ * 10 <= late_after_ : early_after_ == 0 && !is_early_;
    if (is_known) return {};
    return not_whole(
        "where that time is in the database's log is not known: sessions with clocks of their own "
        "(SET timestamp), or that took long, have written around then, and nobody has looked on");
  }

 private:
  bool is_too_late(const LogGroup& group) const {
    return around_.after_at && group.session_s > around_.after_at->ms / 1000;
  }

  Around around_;
  std::int64_t until_s_;
  LogOf of_;
  bool is_early_ = false;
  std::int64_t early_after_ = 0;
  std::int64_t late_after_ = 0;
};

std::unique_ptr<Cut> cut_of(const LogGroup& first, const LogTimes& times, LogPlace from,
                            Timestamp until, LogOf of) {
  if (first.committed_us && of == LogOf::branch) return std::make_unique<CutByServer>(until);
  // A follower's looks are by this machine's clock, and of when a change arrived.
  const Around looks =
      of == LogOf::branch ? around(times.seen, from, until) : Around{.before = from};
  return std::make_unique<CutByLooks>(looks, until, of);
}

// MySQL's followers have production's own time of the commit.
LogGroup by_production(LogGroup group) {
  if (group.first_committed_us) group.session_s = *group.first_committed_us / 1'000'000;
  return group;
}

Error cannot_be_repeated(const LogGroup& group) {
  return Error{
      .code = ErrorCode::out_of_range,
      .message = fmt::format("the database's log has a statement that may come to something else "
                             "when it is carried out again, about at {}: {}...",
                             to_rfc3339(Timestamp{group.session_s * 1000}), group.statement),
      .hint =
          "Choose a time before it, or that of a point on the timeline. Sessions that change "
          "rows with binlog_format=ROW, the default, do not write such."};
}

// What was written beside the log after the copy was taken.
Result<> check_all_is_logged(const LogEnds& logs, Timestamp until) {
  const auto before = TRY(read_unlogged(logs.copy));
  for (const auto& one : TRY(read_unlogged(logs.later))) {
    const bool is_known =
        std::ranges::any_of(before, [&](const Unlogged& had) { return had.to >= one.to; });
    if (is_known || one.from >= until) continue;
    return Error{
        .code = ErrorCode::out_of_range,
        .message = fmt::format("from {} to {} something was written that is not in the database's "
                               "log, by a session that has switched it off (sql_log_bin=0), as "
                               "dumps of servers with GTIDs do",
                               to_rfc3339(one.from), to_rfc3339(one.to)),
        .hint = "Choose a time before it, or that of a point on the timeline."};
  }
  return {};
}

void add_piece(ReplayRange& range, const LogFiles& files, const LogGroup& group) {
  if (range.pieces.empty() || range.pieces.back().file != group.begin.file) {
    range.pieces.push_back({.file = group.begin.file,
                            .name = files.at(group.begin.file),
                            .begin = group.begin.offset,
                            .end = 0});
  }
  range.pieces.back().end = group.end.offset;
}

// FNV-1a.
std::uint64_t hashed(std::uint64_t hash, std::string_view text) {
  constexpr std::uint64_t prime = 1099511628211ULL;
  if (hash == 0) hash = 14695981039346656037ULL;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * prime;
  return hash;
}

}  // namespace

// What changes no rows is of neither kind.
void Committed::add(const LogGroup& group) {
  const char kind = group.is_transactional ? 't' : group.tables.empty() ? '-' : 'n';
  const bool is_two = group.makes_table && !group.tables.empty();
  if (is_two) add(group.id, '-');
  add(group.id, kind);
}

void Committed::add(const std::string& name, char kind) {
  order = hashed(order, name + '\n');
  kinds = hashed(kinds, std::string_view(&kind, 1));
  ++count;
  last = name;
}

Result<LogPlace> find_log_start(const LogEnds& logs) {
  TRY(check_log_files(logs.copy));
  TRY(check_log_files(logs.later));
  const auto ours = TRY(binlog_files_in(logs.copy));
  const auto theirs = TRY(binlog_files_in(logs.later));
  if (theirs.empty()) return not_whole("the database has kept no log of that time");
  const std::uint64_t first = ours.empty() ? 1 : ours.rbegin()->first;
  std::uint64_t expected = first;
  for (auto one = theirs.lower_bound(first); one != theirs.end(); ++one, ++expected) {
    if (one->first != expected) return missing(expected);
  }
  if (expected == first) {
    return theirs.rbegin()->first < first ? begun_anew() : missing(first);
  }
  if (ours.empty()) return LogPlace{first, kFirstEvent};
  const auto start = TRY(end_of_groups(logs.copy, ours, first));
  const bool goes_on = TRY(begins_alike(logs.copy, logs.later, theirs.at(first), start.offset));
  return goes_on ? Result<LogPlace>(start) : begun_anew();
}

Result<ReplayRange> find_replay_range(const LogEnds& logs, Timestamp until, LogOf of) {
  const LogPlace from = TRY(find_log_start(logs));
  const auto files = TRY(binlog_files_in(logs.later));
  const LogTimes times = TRY(read_log_times(logs.later, files, from, logs.copy));
  if (times.began_anew) return begun_anew();
  if (of == LogOf::branch) TRY(check_all_is_logged(logs, until));
  ReplayRange range;
  std::unique_ptr<Cut> cut;
  bool is_over = false;
  std::optional<LogGroup> refused;
  TRY(read_groups(logs.later, files, from, [&](const LogGroup& found) {
    const LogGroup group = of == LogOf::follower ? by_production(found) : found;
    if (!cut) cut = cut_of(group, times, from, until, of);
    if (is_over) {
      cut->tell_rest(group);
      return true;
    }
    // What has no end was not committed.
    if (!group.is_whole || !cut->takes(group)) {
      is_over = true;
      cut->tell_rest(group);
      return cut->asks_on();
    }
    if (!group.statement.empty() && !refused) refused = group;
    range.committed.add(group);
    range.changes_definitions = range.changes_definitions || !group.definition.empty();
    if (group.makes_table && !group.tables.empty()) range.filled[group.id] = group.tables;
    add_piece(range, files, group);
    return true;
  }));
  if (cut) TRY(cut->verdict());
  if (refused) return cannot_be_repeated(*refused);
  return range;
}

Result<std::vector<std::string>> definitions_from(const Directory& log, LogPlace from) {
  std::vector<std::string> found;
  const auto files = TRY(binlog_files_in(log));
  TRY(read_groups(log, files, from, [&](const LogGroup& group) {
    if (!group.definition.empty()) found.push_back(group.definition);
    return true;
  }));
  return found;
}

Result<Committed> committed_but_for(const Directory& later, const std::vector<LogPiece>& pieces,
                                    const std::set<TableName>& tables) {
  Committed committed;
  const auto files = TRY(binlog_files_in(later));
  for (const auto& piece : pieces) {
    const LogPlace end{piece.file, piece.end};
    TRY(read_groups(later, files, {piece.file, piece.begin}, [&](const LogGroup& group) {
      if (!group.is_whole || group.end > end) return false;
      const bool is_of_these = !group.tables.empty() && std::ranges::includes(tables, group.tables);
      if (!is_of_these) {
        committed.add(group);
      } else if (group.has_statements) {
        LogGroup rest = group;
        rest.tables.clear();
        committed.add(rest);
      }
      return true;
    }));
  }
  return committed;
}

Result<Committed> committed_after(const Directory& log, std::uint64_t file,
                                  const FilledTables& filled) {
  const auto files = TRY(binlog_files_in(log));
  Committed committed;
  std::optional<LogGroup> made;  // a table whose rows may come next
  TRY(read_groups(log, files, {file + 1, 0}, [&](const LogGroup& group) {
    if (!group.is_whole) return true;
    const bool are_its_rows = made && !group.has_statements && group.tables == filled.at(made->id);
    LogGroup counted = group;
    if (are_its_rows) counted.id = made->id;
    committed.add(counted);
    made.reset();
    if (group.makes_table && group.tables.empty() && filled.contains(group.id)) made = group;
    return true;
  }));
  return committed;
}

}  // namespace slip::mariadb
