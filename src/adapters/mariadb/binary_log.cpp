// SPDX-License-Identifier: Apache-2.0
#include "adapters/mariadb/binary_log.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <ctime>

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

std::uint32_t field_at(const HeaderBytes& bytes, std::size_t at) {
  std::uint32_t number = 0;
  std::memcpy(&number, bytes.data() + at, sizeof number);
  return number;
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

}  // namespace

Result<LogFiles> binlog_files_in(const Directory& log) {
  LogFiles files;
  for (auto& [name, type] : TRY(log.list())) {
    const auto number = number_of(name);
    if (number && type == std::filesystem::file_type::regular) {
      files.emplace(*number, std::move(name));
    }
  }
  return files;
}

Result<> check_log_files(const Directory& log) {
  for (const auto& [name, type] : TRY(log.list())) {
    if (!number_of(name) || type == std::filesystem::file_type::regular) continue;
    return Error{.code = ErrorCode::precondition_failed,
                 .message = (log.path() / name).string() +
                            " is no regular file, and a file of the database's log is called so",
                 .hint = "Choose the time of a point on the timeline."};
  }
  return {};
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
    const std::uint32_t server = field_at(header, 5);
    const std::uint32_t bytes = field_at(header, 9);
    if (bytes < kHeaderBytes) break;
    if (server != own_server && server != 0) {
      newest = Timestamp{std::int64_t{field_at(header, 0)} * 1000};
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
