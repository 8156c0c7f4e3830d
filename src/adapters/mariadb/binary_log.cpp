#include "adapters/mariadb/binary_log.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <ctime>
#include <fstream>
#include <optional>

#include "adapters/mariadb/ingest.h"

namespace slip::mariadb {

namespace fs = std::filesystem;

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

std::map<std::uint64_t, fs::path> files_in(const fs::path& folder) {
  std::map<std::uint64_t, fs::path> files;
  std::error_code failed;
  for (const auto& entry : fs::directory_iterator(folder, failed)) {
    if (const auto number = number_of(entry.path().filename().string())) {
      files.emplace(*number, entry.path());
    }
  }
  return files;
}

Error not_whole(std::string message, std::string detail = "") {
  return Error{.code = ErrorCode::out_of_range,
               .message = std::move(message),
               .hint = "Choose the time of a point on the timeline.",
               .detail = std::move(detail)};
}

// From the clone's last file on; each must be there.
Result<std::vector<fs::path>> files_of(const LogReplay& replay) {
  const auto ours = files_in(replay.clone.log);
  auto theirs = files_in(replay.later.log);
  if (theirs.empty()) return not_whole("the database has kept no log of that time");
  if (!ours.empty()) {
    const std::uint64_t first = ours.rbegin()->first;
    theirs.erase(theirs.begin(), theirs.lower_bound(first));
    if (theirs.empty() || theirs.begin()->first != first) {
      return not_whole(fmt::format(
          "the database's log from then on is not whole: its file {:06} is missing", first));
    }
  }
  std::vector<fs::path> files;
  for (std::uint64_t expected = theirs.begin()->first; const auto& [number, path] : theirs) {
    if (number != expected) {
      return not_whole(fmt::format(
          "the database's log from then on is not whole: its file {:06} is missing", expected));
    }
    ++expected;
    files.push_back(path);
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

Command reader_of(const LogReplay& replay, const std::vector<fs::path>& files,
                  const std::string& position, const std::string& program) {
  Command reader{.argv = {program, "--no-defaults", "--verify-binlog-checksum",
                          "--stop-datetime=" + second_of(replay.until)},
                 .env = {{"TZ", "UTC"}},
                 .run_as = replay.user.name,
                 .deadline = std::chrono::hours(48)};
  if (!position.empty()) {
    reader.argv.push_back(replay.version.dialect->read_on_after(position));
  }
  for (const auto& file : files) reader.argv.push_back(file.string());
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
bool is_torn_end(const std::string& words, const fs::path& last) {
  constexpr std::size_t header_bytes = 19;
  constexpr std::size_t length_at = 9;
  constexpr std::size_t end_at = 13;
  const auto offset = offset_in(words);
  std::error_code failed;
  const auto size = fs::file_size(last, failed);
  if (failed || !offset || *offset > size) return false;
  if (size - *offset < header_bytes) return true;
  std::ifstream file(last, std::ios::binary);
  std::array<char, header_bytes> header{};
  file.seekg(static_cast<std::streamoff>(*offset));
  if (!file.read(header.data(), header.size())) return false;
  std::uint32_t length = 0;
  std::uint32_t end = 0;
  std::memcpy(&length, header.data() + length_at, sizeof length);
  std::memcpy(&end, header.data() + end_at, sizeof end);
  return *offset + length == end && end > size;
}

Result<> feed(const LogReplay& replay, const PrivateServer& server,
              const std::vector<fs::path>& files, const std::string& position) {
  const auto reader = reader_of(replay, files, position,
                                TRY(find_tool(replay.version, replay.version.dialect->log_reader)));
  Command client{.argv = {TRY(find_tool(replay.version, replay.version.dialect->client))},
                 .env = server.client_environment(),
                 .run_as = replay.user.name,
                 .deadline = std::chrono::hours(48)};
  for (auto& argument : server.client_arguments()) client.argv.push_back(std::move(argument));
  client.argv.insert(client.argv.end(), {"--binary-mode", "--max-allowed-packet=1G"});
  const PipedOutput output = TRY(run_piped(reader, client));
  if (output.to.exit_status != 0) {
    return explain_words(output.to.err, ErrorCode::failed,
                         "the database refuses a statement of its log");
  }
  // It may end well although it had to give up.
  const std::string& words = output.from.err;
  const bool is_whole = output.from.exit_status == 0 && words.find("ERROR") == std::string::npos;
  if (is_whole || is_torn_end(words, files.back())) return {};
  return not_whole("the database's log from then on cannot be read", words);
}

}  // namespace

Result<> replay_log(const LogReplay& replay) {
  const auto files = TRY(files_of(replay));
  const auto go_on = [&] {
    return !replay.progress || replay.progress("recovering the copy", std::nullopt);
  };
  auto server = TRY(PrivateServer::start(replay.version, replay.clone, replay.user, go_on,
                                         PrivateServer::BinaryLog::keep));
  std::string position;
  {
    auto session = TRY(server.session());
    const auto rows = TRY(session.query(std::string(session.dialect().gtids_query)));
    if (!rows.empty()) position = rows.front()[1].value_or("");
  }
  TRY(feed(replay, server, files, position));
  return server.stop();
}

namespace {

constexpr std::size_t kHeaderBytes = 19;  // of each event
constexpr std::streamoff kFirstEvent = 4;

struct EventHeader {
  std::uint32_t seconds;  // since 1970, by who wrote the event first
  std::uint32_t server;   // who that was
  std::uint32_t bytes;
};

std::optional<EventHeader> read_header(std::ifstream& file, std::streamoff at) {
  std::array<char, kHeaderBytes> bytes{};
  file.seekg(at);
  if (!file.read(bytes.data(), bytes.size())) return std::nullopt;
  EventHeader header{};
  std::memcpy(&header.seconds, bytes.data(), sizeof header.seconds);
  std::memcpy(&header.server, bytes.data() + 5, sizeof header.server);
  std::memcpy(&header.bytes, bytes.data() + 9, sizeof header.bytes);
  if (header.bytes < kHeaderBytes) return std::nullopt;
  return header;
}

}  // namespace

std::optional<Timestamp> newest_from_another(const fs::path& log, std::uint32_t own_server) {
  constexpr int files_max = 3;
  int looked_into = 0;
  const auto files = files_in(log);
  for (auto one = files.rbegin(); one != files.rend() && ++looked_into <= files_max; ++one) {
    std::ifstream file(one->second, std::ios::binary);
    std::optional<Timestamp> newest;
    for (std::streamoff at = kFirstEvent;;) {
      const auto header = read_header(file, at);
      if (!header) break;
      if (header->server != own_server && header->server != 0) {
        newest = Timestamp{std::int64_t{header->seconds} * 1000};
      }
      at += header->bytes;
    }
    if (newest) return newest;
  }
  return std::nullopt;
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
