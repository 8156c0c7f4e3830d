// SPDX-License-Identifier: Apache-2.0
#include "adapters/mariadb/log_times.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>

#include "adapters/mariadb/binary_log.h"
#include "base/system_error.h"

namespace slip::mariadb {

namespace {

constexpr const char* kTimes = "times";
constexpr std::size_t kTimesMax = 32 << 20;
constexpr std::size_t kLineMax = 100;
constexpr Duration kStillNoted{60'000};
// Below this nothing is rewritten for being old.
constexpr std::size_t kTrimFrom = 256 << 10;

// Of the last bytes before a place, which no other log has there.
constexpr std::size_t kMarkBytes = 64;
// No file that is whole is shorter.
constexpr std::uint64_t kFileMin = 2 * kMarkBytes;

std::optional<std::uint32_t> mark_at(int file, std::uint64_t offset) {
  unsigned char bytes[kMarkBytes];
  if (offset < kFileMin) return std::nullopt;
  const auto from = static_cast<off_t>(offset - sizeof bytes);
  if (::pread(file, bytes, sizeof bytes, from) != static_cast<ssize_t>(sizeof bytes)) {
    return std::nullopt;
  }
  std::uint32_t mark = 2166136261U;  // FNV-1a
  for (const unsigned char byte : bytes) mark = (mark ^ byte) * 16777619U;
  return mark;
}

// Nothing: there is no log, or a file of it is just being made.
Result<std::optional<LogTime>> end_now(const Directory& log) {
  const Timestamp from = machine_time();
  const auto files = TRY(binlog_files_in(log));
  if (files.empty()) return std::optional<LogTime>();
  const auto& [number, name] = *files.rbegin();
  const auto file = log.open_file(name);
  if (!file && file.error().code == ErrorCode::not_found) return std::optional<LogTime>();
  if (!file) return file.error();
  struct stat about {};
  if (::fstat(file->get(), &about) != 0) return error_from_errno(errno, "look at " + name);
  const auto size = static_cast<std::uint64_t>(about.st_size);
  const Timestamp to = machine_time();
  const auto mark = mark_at(file->get(), size);
  if (!mark) return std::optional<LogTime>();
  return std::optional(LogTime{.from = from, .to = to, .end = {number, size}, .mark = *mark});
}

std::string line_of(const LogTime& time) {
  return fmt::format("{} {} {} {} {}\n", time.from.ms, time.to.ms, time.end.file, time.end.offset,
                     time.mark);
}

std::optional<LogTime> read_line(std::string_view line) {
  LogTime time;
  const char* at = line.data();
  const char* end = line.data() + line.size();
  const auto take = [&](auto& number) {
    while (at != end && *at == ' ') ++at;
    const auto read = std::from_chars(at, end, number);
    at = read.ptr;
    return read.ec == std::errc();
  };
  const bool is_whole = take(time.from.ms) && take(time.to.ms) && take(time.end.file) &&
                        take(time.end.offset) && take(time.mark);
  return is_whole && at == end ? std::optional(time) : std::nullopt;
}

// One after the other, as there may be millions.
template <class Take>
Result<> read_lines(std::string_view text, Take take) {
  while (!text.empty()) {
    const auto end = text.find('\n');
    if (end == std::string_view::npos) break;  // torn off
    if (const auto time = read_line(text.substr(0, end))) TRY(take(*time));
    text.remove_prefix(end + 1);
  }
  return {};
}

bool is_same(const LogTime& one, const LogTime& other) {
  return one.end == other.end && one.mark == other.mark;
}

// A name that leads to nothing that can be written to is replaced.
Result<UniqueFd> open_to_append(const Directory& log, const RunUser& user) {
  auto there = log.open_file(kTimes);
  if (!there) {
    TRY(log.remove(kTimes));
    there = log.create_file(kTimes, {.mode = 0600, .owner = user.ids});
    if (!there) return there;
  }
  return in_context("open the times of a binary log", reopen(there->get(), O_WRONLY | O_APPEND));
}

Result<> append(const Directory& log, const RunUser& user, const std::string& lines) {
  const UniqueFd file = TRY(open_to_append(log, user));
  struct stat about {};
  if (::fstat(file.get(), &about) != 0) return error_from_errno(errno, "look at a log's times");
  // Somebody else has filled it; what cannot be read back is of no use.
  const bool is_full = static_cast<std::size_t>(about.st_size) > kTimesMax - (kTimesMax / 4);
  if (is_full && ::ftruncate(file.get(), 0) != 0) {
    return error_from_errno(errno, "begin a log's times anew");
  }
  if (::write(file.get(), lines.data(), lines.size()) == static_cast<ssize_t>(lines.size())) {
    return {};
  }
  return error_from_errno(errno, "note the time of a binary log");
}

Result<std::optional<LogTime>> last_noted(const Directory& log) {
  const auto file = log.open_file(kTimes);
  if (!file) return std::optional<LogTime>();
  struct stat about {};
  if (::fstat(file->get(), &about) != 0) return error_from_errno(errno, "look at a log's times");
  std::string end(kLineMax * 2, '\0');
  const off_t from = std::max<off_t>(0, about.st_size - static_cast<off_t>(end.size()));
  const ssize_t got = ::pread(file->get(), end.data(), end.size(), from);
  if (got < 0) return error_from_errno(errno, "read a log's times");
  end.resize(static_cast<std::size_t>(got));
  std::optional<LogTime> last;
  TRY(read_lines(end, [&](const LogTime& time) -> Result<> {
    last = time;
    return {};
  }));
  return last;
}

}  // namespace

Result<> note_log_time(const Layout& layout, const RunUser& user) {
  const auto log = layout.top->open_directory(kLog);
  if (!log && log.error().code == ErrorCode::not_found) return {};
  if (!log) return log.error();
  const auto end = TRY(end_now(*log));
  if (!end) return {};
  const auto noted = TRY(last_noted(*log));
  if (noted && is_same(*noted, *end) && noted->to == end->to) return {};
  return append(*log, user, line_of(*end));
}

Result<> LogTimesWatch::ask() {
  const Directory data = TRY(layout_.top->open_directory(kData));
  const auto found = TRY(unlogged_.ask(data, dialect_, grew_since_asked_, open_, machine_time()));
  grew_since_asked_ = false;
  return found ? note_unlogged(layout_, user_, *found) : Result<>();
}

Result<> LogTimesWatch::look() {
  const Directory log = TRY(layout_.top->open_directory(kLog));
  const auto end = TRY(end_now(log));
  if (!end) return {};
  // What is snapshot right after a change must have the last time before it. After a while of
  // nothing that is noted with the change, so that what is idle writes nothing.
  const bool is_still = noted_ && is_same(*noted_, *end);
  if (is_still && end->to - changed_at_ > kStillNoted) {
    seen_ = end;
    return {};
  }
  if (!is_still) {
    changed_at_ = end->to;
    grew_since_asked_ = true;
  }
  std::string lines = !is_still && seen_ ? line_of(*seen_) : "";
  lines += line_of(*end);
  seen_.reset();
  noted_ = end;
  return append(log, user_, lines);
}

namespace {

// Whether what is noted is of the log that is there.
enum class Fits { yes, no, longer };

class FilesThere {
 public:
  FilesThere(const Directory& log, const LogFiles& files) : log_(log), files_(files) {}

  Result<Fits> fits(const LogTime& time) {
    if (last_ && is_same(*last_, time)) return last_fits_;
    last_ = time;
    last_fits_ = TRY(find_out(time));
    return last_fits_;
  }

 private:
  Result<Fits> find_out(const LogTime& time) {
    const auto name = files_.find(time.end.file);
    if (name == files_.end()) return Fits::no;
    auto file = files_open_.find(time.end.file);
    if (file == files_open_.end()) {
      file = files_open_.emplace(time.end.file, TRY(log_.open_file(name->second))).first;
    }
    struct stat about {};
    if (::fstat(file->second.get(), &about) != 0) {
      return error_from_errno(errno, "look at " + name->second);
    }
    if (static_cast<std::uint64_t>(about.st_size) < time.end.offset) return Fits::longer;
    return mark_at(file->second.get(), time.end.offset) == time.mark ? Fits::yes : Fits::no;
  }

  const Directory& log_;
  const LogFiles& files_;
  std::map<std::uint64_t, UniqueFd> files_open_;
  std::optional<LogTime> last_;
  Fits last_fits_ = Fits::no;
};

}  // namespace

Result<LogTimes> read_log_times(const Directory& log, const LogFiles& files, LogPlace from,
                                const Directory& copy) {
  LogTimes times;
  const auto text = log.read(kTimes, kTimesMax);
  if (!text) return times;
  FilesThere there(log, files);
  // Not found where it has been trimmed away, with all before it.
  const auto last_of_copy = TRY(last_noted(copy));
  bool is_of_copy = last_of_copy && text->find(line_of(*last_of_copy)) != std::string::npos;
  // An end that was not on disk yet is lost with the power; what comes then, comes in another file.
  std::optional<LogTime> lost;
  TRY(read_lines(*text, [&](const LogTime& time) -> Result<> {
    const bool was_before = is_of_copy;
    if (is_of_copy && time == *last_of_copy) is_of_copy = false;
    if (time.end < from) return {};
    const Fits fits = TRY(there.fits(time));
    if (was_before && fits != Fits::yes) return {};
    if (fits == Fits::longer) lost = time;
    if (fits == Fits::no ||
        (fits == Fits::yes && lost && time.from > lost->from && time.end < lost->end)) {
      times.began_anew = true;
    }
    if (fits == Fits::yes) times.seen.push_back(time);
    return {};
  }));
  return times;
}

Result<> trim_log_times(const Layout& layout, const RunUser& user, Timestamp keep_since) {
  const auto log = layout.top->open_directory(kLog);
  if (!log) return {};
  const auto text = log->read(kTimes, kTimesMax);
  if (!text || text->size() < kTrimFrom) return {};
  std::string kept;
  TRY(read_lines(*text, [&](const LogTime& time) -> Result<> {
    if (time.to >= keep_since) kept += line_of(time);
    return {};
  }));
  if (kept.size() > text->size() / 2) return {};
  return log->write_durably(kTimes, kept, {.mode = 0600, .owner = user.ids});
}

}  // namespace slip::mariadb
