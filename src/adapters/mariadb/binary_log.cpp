#include "adapters/mariadb/binary_log.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <ctime>

#include "adapters/mariadb/ingest.h"
#include "base/system_error.h"

namespace slip::mariadb {

namespace {

constexpr std::string_view kPrefix = "binlog.";

std::optional<std::uint64_t> number_of(std::string_view name) {
  if (!name.starts_with(kPrefix)) return std::nullopt;
  name.remove_prefix(kPrefix.size());
  std::uint64_t number = 0;
  const auto [end, failed] = std::from_chars(name.data(), name.data() + name.size(), number);
  if (failed != std::errc() || end != name.data() + name.size()) return std::nullopt;
  return number;
}

// An event's beginning.
constexpr std::size_t kHeaderBytes = 19;
using HeaderBytes = std::array<char, kHeaderBytes>;

bool read_at(int fd, std::uint64_t at, HeaderBytes& bytes) {
  return ::pread(fd, bytes.data(), bytes.size(), static_cast<off_t>(at)) ==
         static_cast<ssize_t>(bytes.size());
}

std::uint32_t number_at(const HeaderBytes& bytes, std::size_t at) {
  std::uint32_t number = 0;
  std::memcpy(&number, bytes.data() + at, sizeof number);
  return number;
}

Error not_whole(std::string message, std::string detail = "") {
  return Error{.code = ErrorCode::out_of_range,
               .message = std::move(message),
               .hint = "Choose the time of a point on the timeline.",
               .detail = std::move(detail)};
}

// Their names, from the clone's last file on; each must be there.
Result<std::vector<std::string>> files_of(const Replay& replay, const Directory& later) {
  const auto ours = TRY(binlog_files_in(TRY(replay.clone.layout.top->open_directory(kLog))));
  auto theirs = TRY(binlog_files_in(later));
  if (theirs.empty()) return not_whole("the database has kept no log of that time");
  if (!ours.empty()) {
    const std::uint64_t first = ours.rbegin()->first;
    theirs.erase(theirs.begin(), theirs.lower_bound(first));
    if (theirs.empty() || theirs.begin()->first != first) {
      return not_whole(fmt::format(
          "the database's log from then on is not whole: its file {:06} is missing", first));
    }
  }
  std::vector<std::string> files;
  for (std::uint64_t expected = theirs.begin()->first; const auto& [number, name] : theirs) {
    if (number != expected) {
      return not_whole(fmt::format(
          "the database's log from then on is not whole: its file {:06} is missing", expected));
    }
    ++expected;
    files.push_back(name);
  }
  return files;
}

// "2026-11-22 14:03:07", UTC.
std::string second_of(Timestamp at) {
  const std::time_t seconds = at.ms / 1000;
  std::tm fields{};
  ::gmtime_r(&seconds, &fields);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S", &fields);
  return text;
}

Command reader_of(const Replay& replay, const std::vector<std::string>& files,
                  const std::string& position, const std::string& program) {
  Command reader{.argv = {program, "--no-defaults", "--verify-binlog-checksum",
                          "--stop-datetime=" + second_of(replay.until)},
                 .env = {{"TZ", "UTC"}},
                 .run_as = replay.clone.user.name,
                 .deadline = std::chrono::hours(48)};
  if (!position.empty()) {
    reader.argv.push_back(replay.clone.version.dialect->read_on_after(position));
  }
  for (const auto& file : files) reader.argv.push_back(replay.later.log() / file);
  reader.watch = [&replay](std::string_view) {
    return !replay.progress || replay.progress("replaying the log", std::nullopt);
  };
  return reader;
}

// Where the reader gave up: "Could not read entry at offset 325: ...".
std::optional<std::uint64_t> offset_in(const std::string& words) {
  constexpr std::string_view mark = "entry at offset ";
  const auto at = words.rfind(mark);
  std::uint64_t offset = 0;
  if (at == std::string::npos) return std::nullopt;
  const char* begin = words.data() + at + mark.size();
  const auto [end, failed] = std::from_chars(begin, words.data() + words.size(), offset);
  return failed == std::errc() ? std::optional(offset) : std::nullopt;
}

// The end of the last file may lack the rest of what was being written when the snapshot was taken:
// nobody had been told that it was committed. Such an entry says at its beginning where it would
// have ended; one that was damaged does not.
Result<bool> is_torn_end(const std::string& words, const Directory& log, const std::string& last) {
  constexpr std::size_t length_at = 9;
  constexpr std::size_t end_at = 13;
  const UniqueFd file = TRY(log.open_file(last));
  struct stat about {};
  if (::fstat(file.get(), &about) != 0) return error_from_errno(errno, "look at " + last);
  const auto size = static_cast<std::uint64_t>(about.st_size);
  const auto offset = offset_in(words);
  if (!offset || *offset > size) return false;
  if (size - *offset < kHeaderBytes) return true;
  HeaderBytes header{};
  if (!read_at(file.get(), *offset, header)) return false;
  const std::uint32_t end = number_at(header, end_at);
  return *offset + number_at(header, length_at) == end && end > size;
}

Result<> feed(const Replay& replay, const PrivateServer& server, const Directory& log,
              const std::vector<std::string>& files, const std::string& position) {
  const ServerVersion& version = replay.clone.version;
  const Confinement& confinement = *replay.clone.confinement;
  // All of the later directory, whose own parts may be anything.
  auto places = replay.clone.places();
  places.readable.push_back(replay.later.top->path());
  places.writable.clear();
  const Command reader = TRY(confinement.confine(
      reader_of(replay, files, position, TRY(find_tool(version, version.dialect->log_reader))),
      places));
  Command client{.argv = {TRY(find_tool(version, version.dialect->client))},
                 .env = server.client_environment(),
                 .run_as = replay.clone.user.name,
                 .deadline = std::chrono::hours(48)};
  for (auto& argument : server.client_arguments()) client.argv.push_back(std::move(argument));
  client.argv.insert(client.argv.end(),
                     {"--binary-mode", "--local-infile=0", "--max-allowed-packet=1G"});
  client = TRY(confinement.confine(std::move(client), server.client_places()));
  const PipedOutput output = TRY(run_piped(reader, client));
  if (output.to.exit_status != 0) {
    return explain_words(output.to.err, ErrorCode::failed,
                         "the database refuses a statement of its log");
  }
  // It may end well although it had to give up.
  const std::string& words = output.from.err;
  const bool is_whole = output.from.exit_status == 0 && words.find("ERROR") == std::string::npos;
  if (is_whole || TRY(is_torn_end(words, log, files.back()))) return {};
  return not_whole("the database's log from then on cannot be read", words);
}

}  // namespace

Result<std::map<std::uint64_t, std::string>> binlog_files_in(const Directory& log) {
  std::map<std::uint64_t, std::string> files;
  for (auto& [name, type] : TRY(log.list())) {
    const auto number = number_of(name);
    if (number && type == std::filesystem::file_type::regular) {
      files.emplace(*number, std::move(name));
    }
  }
  return files;
}

Result<> replay_log(const Replay& replay) {
  const Directory log = TRY(replay.later.top->open_directory(kLog));
  const auto files = TRY(files_of(replay, log));
  const auto go_on = [&] {
    return !replay.progress || replay.progress("recovering the copy", std::nullopt);
  };
  auto server = TRY(PrivateServer::start(replay.clone, go_on, PrivateServer::BinaryLog::keep));
  std::string position;
  {
    auto session = TRY(server.session());
    const auto rows = TRY(session.query(std::string(session.dialect().gtids_query)));
    if (!rows.empty()) position = rows.front()[1].value_or("");
  }
  TRY(feed(replay, server, log, files, position));
  return server.stop();
}

namespace {

constexpr std::uint64_t kFirstEvent = 4;
// Of one file; a full one of the usual size has fewer.
constexpr int kEventsMax = 2'000'000;

// When the newest event of another server came about that the file has.
std::optional<Timestamp> newest_in(int file, std::uint32_t own_server) {
  std::optional<Timestamp> newest;
  HeaderBytes header{};
  std::uint64_t at = kFirstEvent;
  for (int count = 0; count < kEventsMax && read_at(file, at, header); ++count) {
    const std::uint32_t server = number_at(header, 5);
    const std::uint32_t bytes = number_at(header, 9);
    if (bytes < kHeaderBytes) break;
    if (server != own_server && server != 0) {
      newest = Timestamp{std::int64_t{number_at(header, 0)} * 1000};
    }
    at += bytes;
  }
  return newest;
}

}  // namespace

Result<std::optional<Timestamp>> newest_from_another(const Directory& log,
                                                     std::uint32_t own_server) {
  constexpr int files_max = 3;
  int looked_into = 0;
  const auto files = TRY(binlog_files_in(log));
  for (auto one = files.rbegin(); one != files.rend() && ++looked_into <= files_max; ++one) {
    const auto file = log.open_file(one->second);
    if (!file && file.error().code == ErrorCode::not_found) continue;
    if (!file) return file.error();
    if (const auto newest = newest_in(file->get(), own_server)) return newest;
  }
  return std::optional<Timestamp>();
}

Result<> purge_log(Session& session, Timestamp keep_since) {
  TRY(session.query("SET time_zone = '+00:00'"));
  TRY(session.query("PURGE BINARY LOGS BEFORE " + session.quote_text(second_of(keep_since))));
  return {};
}

namespace {

struct Place {
  std::uint64_t file = 0;
  std::int64_t offset = 0;
};

// Of "0-1-42 binlog.000003:1234".
std::optional<Place> place_in(std::string_view position) {
  position = position.substr(position.rfind(' ') + 1);
  const auto colon = position.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const auto file = number_of(position.substr(0, colon));
  const auto rest = position.substr(colon + 1);
  Place place;
  const auto [end, failed] = std::from_chars(rest.data(), rest.data() + rest.size(), place.offset);
  if (!file || failed != std::errc()) return std::nullopt;
  place.file = *file;
  return place;
}

}  // namespace

std::int64_t log_between(std::string_view from, std::string_view to, std::int64_t file_bytes) {
  const auto first = place_in(from);
  const auto last = place_in(to);
  if (!first || !last || last->file < first->file) return 0;
  const auto files = static_cast<std::int64_t>(last->file - first->file);
  if (files == 0) return std::max<std::int64_t>(0, last->offset - first->offset);
  return (files - 1) * file_bytes + last->offset;
}

}  // namespace slip::mariadb
