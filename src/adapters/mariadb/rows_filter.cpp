// SPDX-License-Identifier: Apache-2.0
#include "adapters/mariadb/rows_filter.h"

#include <openssl/evp.h>
#include <zlib.h>

#include <algorithm>
#include <cctype>
#include <optional>
#include <vector>

#include "adapters/mariadb/little_endian.h"

namespace slip::mariadb {

namespace {

constexpr std::size_t kHeaderBytes = 19;
constexpr std::size_t kChecksumBytes = 4;
constexpr std::size_t kTypeAt = 4;
constexpr std::size_t kLengthAt = 9;
constexpr std::size_t kFlagsAt = kHeaderBytes + 6;  // of rows: behind the table's number
constexpr std::uint8_t kTableMap = 19;
constexpr unsigned kEndsStatement = 1;
constexpr std::string_view kBegin = "BINLOG '";
constexpr std::string_view kEnd = "'";
constexpr std::size_t kLineBytes = 57;  // 76 characters

std::uint8_t type_of(std::string_view event) {
  return static_cast<std::uint8_t>(event[kTypeAt]);
}

// Written, updated or deleted; MariaDB's compressed ones have numbers of their own.
bool is_of_rows(std::string_view event) {
  const std::uint8_t type = type_of(event);
  const bool is_plain = (type >= 20 && type <= 25) || (type >= 30 && type <= 32) || type == 39;
  return (is_plain || (type >= 166 && type <= 171)) && event.size() >= kFlagsAt + 2;
}

bool ends_statement(std::string_view event) {
  return (number_at(event, kFlagsAt, 2) & kEndsStatement) != 0;
}

std::uint32_t checksum_of(std::string_view event) {
  const std::string_view body = event.substr(0, event.size() - kChecksumBytes);
  // zlib does not change its input.
  return static_cast<std::uint32_t>(
      ::crc32(0, reinterpret_cast<const Bytef*>(body.data()), static_cast<uInt>(body.size())));
}

void let_it_end_statement(std::string& event) {
  const bool has_checksum =
      number_at(event, event.size() - kChecksumBytes, kChecksumBytes) == checksum_of(event);
  event[kFlagsAt] = static_cast<char>(static_cast<unsigned char>(event[kFlagsAt]) | kEndsStatement);
  if (!has_checksum) return;
  const std::uint32_t checksum = checksum_of(event);
  for (std::size_t at = 0; at < kChecksumBytes; ++at) {
    event[event.size() - kChecksumBytes + at] = static_cast<char>(checksum >> (8 * at) & 0xffU);
  }
}

// Each line by itself, as each event begins a new one. Nothing: it is no base64.
std::optional<std::string> decoded(std::string_view lines) {
  std::string bytes;
  while (!lines.empty()) {
    const auto end = std::min(lines.find('\n'), lines.size());
    const std::string_view line = lines.substr(0, end);
    lines.remove_prefix(std::min(end + 1, lines.size()));
    if (line.empty()) continue;
    std::string part(line.size() / 4 * 3, '\0');
    const int length = ::EVP_DecodeBlock(reinterpret_cast<unsigned char*>(part.data()),
                                         reinterpret_cast<const unsigned char*>(line.data()),
                                         static_cast<int>(line.size()));
    if (length < 0) return std::nullopt;
    part.resize(static_cast<std::size_t>(length));
    for (const char c : {line.back(), line.size() > 1 ? line[line.size() - 2] : 'A'}) {
      if (c == '=') part.pop_back();
    }
    bytes += part;
  }
  return bytes;
}

std::string encoded(std::string_view event) {
  std::string lines;
  for (std::size_t at = 0; at < event.size(); at += kLineBytes) {
    const std::string_view part = event.substr(at, kLineBytes);
    std::string line(part.size() / 3 * 4 + 5, '\0');
    const int length = ::EVP_EncodeBlock(reinterpret_cast<unsigned char*>(line.data()),
                                         reinterpret_cast<const unsigned char*>(part.data()),
                                         static_cast<int>(part.size()));
    line.resize(static_cast<std::size_t>(length));
    lines += line + "\n";
  }
  return lines;
}

// Nothing: it is not one event after the other.
std::optional<std::vector<std::string>> events_in(const std::string& bytes) {
  std::vector<std::string> events;
  for (std::size_t at = 0; at < bytes.size();) {
    const std::uint64_t length = number_at(bytes, at + kLengthAt, 4);
    if (length < kHeaderBytes || length > bytes.size() - at) return std::nullopt;
    events.push_back(bytes.substr(at, length));
    at += length;
  }
  return events;
}

bool says_rename(std::string_view line) {
  constexpr std::string_view word = "RENAME";
  const auto is_same = [](unsigned char c, char upper) { return std::toupper(c) == upper; };
  return std::search(line.begin(), line.end(), word.begin(), word.end(), is_same) != line.end();
}

}  // namespace

bool RowsFilter::is_left_out(std::string_view event) {
  const bool is_map = type_of(event) == kTableMap;
  if (!is_map && !is_of_rows(event)) return false;
  const std::uint64_t number = number_at(event, kHeaderBytes, 6);
  if (!is_map) return numbers_.contains(number);
  const auto table = table_in_map(event.substr(kHeaderBytes));
  if (!table || !tables_.contains(*table)) {
    numbers_.erase(number);
    return false;
  }
  numbers_.insert(number);
  return true;
}

// A statement's last rows say that they are: where they go, those before them have to.
Result<std::string> RowsFilter::without(const std::string& base64) {
  const auto bytes = decoded(base64);
  const auto events = bytes ? events_in(*bytes) : std::nullopt;
  if (!events || events->empty()) return base64;
  std::vector<std::string> kept;
  std::string* last_rows = nullptr;
  bool ends = false;
  for (const auto& event : *events) {
    if (is_left_out(event)) {
      ends = ends || (is_of_rows(event) && ends_statement(event));
      continue;
    }
    kept.push_back(event);
  }
  if (kept.size() == events->size()) {
    if (is_of_rows(kept.back())) is_open_ = !ends_statement(kept.back());
    return base64;
  }
  for (auto& event : kept) {
    if (is_of_rows(event)) last_rows = &event;
  }
  if (last_rows == nullptr && is_open_ && ends) {
    return Error{.code = ErrorCode::out_of_range,
                 .message =
                     "a statement of the database's log changed rows of MEMORY tables and of "
                     "others in a way in which they cannot be told apart",
                 .hint = "Choose the time of a point on the timeline."};
  }
  if (last_rows != nullptr && ends) let_it_end_statement(*last_rows);
  if (last_rows != nullptr) is_open_ = !ends_statement(*last_rows);
  // What is left without rows says nothing.
  const bool says_more = last_rows != nullptr || std::ranges::any_of(kept, [](const auto& event) {
                           return type_of(event) != kTableMap;
                         });
  if (!says_more) return std::string();
  std::string lines;
  for (const auto& event : kept) lines += encoded(event);
  return lines;
}

Result<> RowsFilter::take_line(std::string_view line, std::string& on) {
  const std::string_view text = line.substr(0, line.find('\n'));
  if (!is_within_) {
    if (text == kBegin) {
      is_within_ = true;
      statement_.clear();
      return {};
    }
    may_rename_ = may_rename_ || says_rename(text);
    on += line;
    return {};
  }
  if (!text.starts_with(kEnd)) {
    statement_ += line;
    return {};
  }
  is_within_ = false;
  const std::string kept = TRY(without(statement_));
  if (!kept.empty()) on += std::string(kBegin) + "\n" + kept + std::string(line);
  return {};
}

Result<std::string> RowsFilter::take(std::string_view piece) {
  std::string on;
  const bool is_last = piece.empty();
  line_ += piece;
  std::size_t begin = 0;
  for (auto end = line_.find('\n'); end != std::string::npos; end = line_.find('\n', begin)) {
    TRY(take_line(std::string_view(line_).substr(begin, end + 1 - begin), on));
    begin = end + 1;
  }
  line_.erase(0, begin);
  if (!is_last) return on;
  if (is_within_) on += std::string(kBegin) + "\n" + statement_;
  return on + std::exchange(line_, "");
}

}  // namespace slip::mariadb
