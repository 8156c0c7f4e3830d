// SPDX-License-Identifier: Apache-2.0
#include "adapters/mariadb/log_events.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "adapters/mariadb/little_endian.h"
#include "adapters/mariadb/log_statements.h"
#include "base/system_error.h"

namespace slip::mariadb {

namespace {

constexpr std::uint64_t kFirstEvent = 4;
constexpr std::string_view kMagic = "\xfe\x62\x69\x6e";
constexpr std::size_t kHeaderBytes = 19;
constexpr std::size_t kChecksumBytes = 4;
constexpr std::size_t kBodyMax = 1 << 20;  // of a statement, the rest of which nobody asks for

namespace event {
constexpr std::uint8_t query = 2;
constexpr std::uint8_t stop = 3;
constexpr std::uint8_t rotate = 4;
constexpr std::uint8_t format = 15;
constexpr std::uint8_t xid = 16;
constexpr std::uint8_t begin_load = 17;
constexpr std::uint8_t execute_load = 18;
constexpr std::uint8_t table_map = 19;
constexpr std::uint8_t incident = 26;
constexpr std::uint8_t gtid_mysql = 33;
constexpr std::uint8_t gtid_anonymous = 34;
constexpr std::uint8_t previous_gtids = 35;
constexpr std::uint8_t xa_prepare = 38;
constexpr std::uint8_t payload = 40;
constexpr std::uint8_t gtid_tagged = 42;
constexpr std::uint8_t checkpoint = 161;
constexpr std::uint8_t gtid_mariadb = 162;
constexpr std::uint8_t gtid_list = 163;
constexpr std::uint8_t encryption = 164;
constexpr std::uint8_t query_compressed = 165;
}  // namespace event

struct Event {
  std::uint64_t at = 0;
  std::uint32_t bytes = 0;
  std::uint8_t type = 0;
  std::int64_t second = 0;
  std::uint32_t server = 0;
  std::uint64_t end() const { return at + bytes; }
};

Error unreadable(const std::string& name, std::uint64_t at, const std::string& why) {
  return Error{
      .code = ErrorCode::out_of_range,
      .message = "the database's log from then on cannot be read: its file " + name + " " + why,
      .hint = "Choose the time of a point on the timeline.",
      .detail = fmt::format("at byte {} of {}", at, name)};
}

// One file's events, one after the other.
class LogFile {
 public:
  static Result<LogFile> open(const Directory& log, const std::string& name) {
    LogFile file(name, TRY(log.open_file(name)));
    struct stat about {};
    if (::fstat(file.file_.get(), &about) != 0) return error_from_errno(errno, "look at " + name);
    file.size_ = static_cast<std::uint64_t>(about.st_size);
    return file;
  }

  const std::string& name() const { return name_; }
  std::uint64_t size() const { return size_; }

  Result<> check_beginning() {
    if (size_ <= kFirstEvent) return {};  // of a server that was cut off as it made it
    if (TRY(bytes_at(0, kFirstEvent)) != kMagic) {
      return unreadable(name_, 0, "is not one of a binary log, or is encrypted");
    }
    return {};
  }

  // Nothing: no whole event begins there.
  Result<std::optional<Event>> event_at(std::uint64_t at) {
    if (at + kHeaderBytes > size_) return std::optional<Event>();
    const std::string_view header = TRY(bytes_at(at, kHeaderBytes));
    const Event found{.at = at,
                      .bytes = static_cast<std::uint32_t>(number_at(header, 9, 4)),
                      .type = static_cast<std::uint8_t>(header[4]),
                      .second = static_cast<std::int64_t>(number_at(header, 0, 4)),
                      .server = static_cast<std::uint32_t>(number_at(header, 5, 4))};
    // What is torn says where it would have ended; what is damaged does not. A relayed or
    // compressed one may say 0.
    const std::uint64_t end = number_at(header, 13, 4);
    const bool agrees = end == 0 || end == (found.end() & 0xffffffff);
    if (found.bytes < kHeaderBytes || !agrees) return unreadable(name_, at, "is damaged");
    if (found.end() > size_) return std::optional<Event>();
    return std::optional(found);
  }

  // What follows the header, as much as is of use, without the checksum.
  Result<std::string> body_of(const Event& event) {
    const std::size_t most = event.bytes - kHeaderBytes;
    const std::size_t less = has_checksums_ ? std::min(kChecksumBytes, most) : 0;
    const std::size_t length = std::min(most - less, kBodyMax);
    return std::string(TRY(bytes_at(event.at + kHeaderBytes, length)));
  }

  // "[version 2][server 50][created 4][header length 1][post-header lengths][algorithm 1][crc 4]"
  Result<> take_format(const Event& event) {
    if (event.bytes < kHeaderBytes + 57 + 5)
      return unreadable(name_, event.at, "is of an old form");
    has_checksums_ = TRY(bytes_at(event.end() - kChecksumBytes - 1, 1))[0] == 1;
    return {};
  }

 private:
  LogFile(std::string name, UniqueFd file) : name_(std::move(name)), file_(std::move(file)) {}

  // Valid until the next call.
  Result<std::string_view> bytes_at(std::uint64_t at, std::size_t length) {
    if (at < begin_ || at + length > begin_ + buffer_.size()) {
      constexpr std::size_t ahead = 256 << 10;
      buffer_.resize(std::max(length, ahead));
      const ssize_t got =
          ::pread(file_.get(), buffer_.data(), buffer_.size(), static_cast<off_t>(at));
      if (got < 0) return error_from_errno(errno, "read " + name_);
      buffer_.resize(static_cast<std::size_t>(got));
      begin_ = at;
    }
    if (at + length > begin_ + buffer_.size()) return unreadable(name_, at, "has become shorter");
    return std::string_view(buffer_).substr(at - begin_, length);
  }

  std::string name_;
  UniqueFd file_;
  std::uint64_t size_ = 0;
  bool has_checksums_ = true;
  std::string buffer_;
  std::uint64_t begin_ = 0;  // of what the buffer has
};

// A statement of MariaDB's compressed form: a byte with how many say its length, these, and what
// zlib made of it. Nothing: it is of another form.
std::optional<std::string> uncompressed(std::string_view packed) {
  if (packed.empty()) return std::nullopt;
  const auto form = static_cast<unsigned char>(packed[0]);
  const std::size_t digits = form & 0x07U;
  if ((form & 0x80U) == 0 || (form & 0x70U) != 0 || packed.size() < 1 + digits) return std::nullopt;
  std::uint64_t length = 0;
  for (std::size_t at = 1; at <= digits; ++at) {
    length = length << 8U | static_cast<unsigned char>(packed[at]);
  }
  std::string text(std::min<std::uint64_t>(length, kBodyMax), '\0');
  z_stream stream{};
  if (::inflateInit(&stream) != Z_OK) return std::nullopt;
  // zlib does not change its input.
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data() + 1 + digits));
  stream.avail_in = static_cast<uInt>(packed.size() - 1 - digits);
  stream.next_out = reinterpret_cast<Bytef*>(text.data());
  stream.avail_out = static_cast<uInt>(text.size());
  const int ended = ::inflate(&stream, Z_SYNC_FLUSH);
  text.resize(text.size() - stream.avail_out);
  ::inflateEnd(&stream);
  if (ended != Z_OK && ended != Z_STREAM_END && ended != Z_BUF_ERROR) return std::nullopt;
  return text;
}

// "[thread 4][seconds 4][database length 1][error 2][variables' length 2][variables][database]\0"
std::optional<std::string> statement_in(std::string_view body, std::uint8_t type) {
  constexpr std::size_t fixed = 13;
  if (body.size() < fixed) return std::nullopt;
  const std::size_t before = fixed + number_at(body, 11, 2) + number_at(body, 8, 1) + 1;
  if (before > body.size()) return std::nullopt;
  body.remove_prefix(before);
  return type == event::query_compressed ? uncompressed(body) : std::string(body);
}

std::string uuid_text(std::string_view bytes) {
  std::string text;
  for (std::size_t at = 0; at < 16 && at < bytes.size(); ++at) {
    if (at == 4 || at == 6 || at == 8 || at == 10) text += '-';
    text += fmt::format("{:02x}", static_cast<unsigned char>(bytes[at]));
  }
  return text;
}

// How a group ends.
enum class Commit { at_once, at_commit, at_first_statement };

struct Open {
  LogGroup group;
  Commit ending = Commit::at_first_statement;
  bool is_mariadb = false;
};

// "[number 8][domain 4][flags 1]"; its flags say whether it is one statement by itself.
void take_mariadb_gtid(std::string_view body, const Event& event, Open& open) {
  constexpr unsigned standalone = 1;
  open.group.id =
      fmt::format("{}-{}-{}", number_at(body, 8, 4), event.server, number_at(body, 0, 8));
  const bool is_alone = (number_at(body, 12, 1) & standalone) != 0;
  open.is_mariadb = true;
  open.ending = is_alone ? Commit::at_first_statement : Commit::at_commit;
}

// "[flags 1][server 16][number 8][2][last committed 8][number 8][committed 7][there first 7]"
void take_mysql_gtid(std::string_view body, Open& open) {
  constexpr std::size_t stamps_at = 42;
  constexpr std::uint64_t has_first = std::uint64_t{1} << 55U;
  open.group.id =
      fmt::format("{}:{}", uuid_text(body.substr(std::min<std::size_t>(1, body.size()))),
                  number_at(body, 17, 8));
  if (body.size() < stamps_at + 7) return;
  const std::uint64_t stamp = number_at(body, stamps_at, 7);
  const auto committed = static_cast<std::int64_t>(stamp & ~has_first);
  open.group.committed_us = committed;
  open.group.first_committed_us = (stamp & has_first) != 0
                                      ? static_cast<std::int64_t>(number_at(body, stamps_at + 7, 7))
                                      : committed;
}

bool begins_with(std::string_view text, std::string_view word) {
  return text.size() >= word.size() && std::ranges::equal(text.substr(0, word.size()), word, {},
                                                          [](char c) { return std::toupper(c); });
}

// As servers write it down where its rows follow, whatever its session has said.
bool makes_table(std::string_view text) {
  return begins_with(text, "CREATE TABLE ") || begins_with(text, "CREATE OR REPLACE TABLE ");
}

void note_statement(Open& open, std::string_view text) {
  constexpr std::size_t shown_max = 60;
  if (!open.group.statement.empty() || !may_come_out_differently(text)) return;
  open.group.statement = text.substr(0, shown_max);
}

// True if the group ends with it.
bool take_statement(Open& open, const std::optional<std::string>& text) {
  if (!text) {
    open.group.statement = "a statement of an unknown form";
    return open.ending == Commit::at_first_statement;
  }
  const bool begins = begins_with(*text, "BEGIN") || begins_with(*text, "XA START");
  if (begins && open.ending == Commit::at_first_statement) {
    open.ending = Commit::at_commit;
    return false;
  }
  note_statement(open, *text);
  if (changes_definitions(*text)) open.group.definition = *text;
  if (open.ending == Commit::at_commit && (*text == "COMMIT" || *text == "ROLLBACK")) return true;
  if (open.is_mariadb && !open.group.has_statements) open.group.makes_table = makes_table(*text);
  open.group.has_statements = true;
  return open.ending == Commit::at_first_statement;
}

// Goes through the files.
class Reader {
 public:
  Reader(const Directory& log, const LogFiles& files,
         const std::function<bool(const LogGroup&)>& tell)
      : log_(log), files_(files), tell_(tell) {}

  Result<> read(LogPlace from) {
    for (auto one = files_.lower_bound(from.file); one != files_.end(); ++one) {
      const bool is_last = std::next(one) == files_.end();
      const std::uint64_t begin = one->first == from.file ? from.offset : kFirstEvent;
      auto file = TRY(LogFile::open(log_, one->second));
      TRY(file.check_beginning());
      end_ = {one->first, kFirstEvent};
      if (!TRY(read_events(file, one->first, std::max(begin, kFirstEvent), is_last))) return {};
    }
    return {};
  }
  LogPlace end() const { return end_; }

 private:
  // False: nothing more is wanted.
  Result<bool> read_events(LogFile& file, std::uint64_t number, std::uint64_t begin, bool is_last) {
    std::optional<Open> open;
    std::uint64_t at = kFirstEvent;
    for (;;) {
      const auto found = TRY(file.event_at(at));
      if (!found) break;
      if (found->type == event::format) TRY(file.take_format(*found));
      if (found->type == event::encryption) return unreadable(file.name(), at, "is encrypted");
      if (found->type == event::incident) {
        return unreadable(file.name(), at, "tells of an incident: something is missing from it");
      }
      at = found->end();
      // The format is at the file's beginning, wherever one goes on from.
      if (found->type == event::format && at < begin) at = begin;
      if (!TRY(take(file, number, *found, open))) return false;
    }
    if (!open && at == file.size()) return true;
    if (!is_last && open) return unreadable(file.name(), at, "ends within a transaction");
    return open ? tell_(open->group) : true;
  }

  Result<bool> take(LogFile& file, std::uint64_t number, const Event& found,
                    std::optional<Open>& open) {
    if (is_gtid(found.type)) {
      open = Open{};
      open->group.begin = {number, found.at};
      open->group.session_s = found.second;
      const std::string body = TRY(file.body_of(found));
      if (found.type == event::gtid_mariadb) take_mariadb_gtid(body, found, *open);
      if (found.type == event::gtid_mysql) take_mysql_gtid(body, *open);
      if (open->group.id.empty()) open->group.id = fmt::format("{}:{}", number, found.at);
      return true;
    }
    if (!open) {
      end_ = {number, found.end()};
      return true;
    }
    if (!TRY(ends(file, found, *open))) return true;
    open->group.end = {number, found.end()};
    open->group.is_whole = true;
    end_ = open->group.end;
    const bool goes_on = tell_(open->group);
    open.reset();
    return goes_on;
  }

  static bool is_gtid(std::uint8_t type) {
    return type == event::gtid_mariadb || type == event::gtid_mysql ||
           type == event::gtid_anonymous || type == event::gtid_tagged;
  }

  static Result<bool> ends(LogFile& file, const Event& found, Open& open) {
    switch (found.type) {
      case event::xid:
      case event::xa_prepare:
      case event::payload:
        open.group.is_transactional = true;
        return true;
      case event::query:
      case event::query_compressed:
        return take_statement(open, statement_in(TRY(file.body_of(found)), found.type));
      case event::table_map:
        if (auto table = table_in_map(TRY(file.body_of(found)))) {
          open.group.tables.insert(*std::move(table));
        }
        return false;
      case event::begin_load:
      case event::execute_load:
        open.group.statement = "LOAD DATA";
        return open.ending == Commit::at_first_statement && found.type == event::execute_load;
      default:
        return false;
    }
  }

  const Directory& log_;
  const LogFiles& files_;
  const std::function<bool(const LogGroup&)>& tell_;
  LogPlace end_;
};

}  // namespace

Result<> read_groups(const Directory& log, const LogFiles& files, LogPlace from,
                     const std::function<bool(const LogGroup&)>& tell) {
  return Reader(log, files, tell).read(from);
}

Result<LogPlace> end_of_groups(const Directory& log, const LogFiles& files, std::uint64_t file) {
  LogFiles one;
  if (const auto found = files.find(file); found != files.end()) one.insert(*found);
  const std::function<bool(const LogGroup&)> all = [](const LogGroup&) { return true; };
  Reader reader(log, one, all);
  TRY(reader.read({file, kFirstEvent}));
  return std::max(reader.end(), LogPlace{file, kFirstEvent});
}

}  // namespace slip::mariadb
