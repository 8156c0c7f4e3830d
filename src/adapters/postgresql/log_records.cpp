// SPDX-License-Identifier: Apache-2.0
#include "adapters/postgresql/log_records.h"

#include <algorithm>
#include <cstring>
#include <iterator>

namespace slip::postgresql {

namespace {

constexpr std::uint64_t kPage = 8192;
constexpr std::size_t kShortHeader = 24;
constexpr std::size_t kLongHeader = 40;  // of the first page of a file
constexpr std::size_t kRecordHeader = 24;
constexpr std::uint32_t kRecordMax = 1 << 20;  // no end of a transaction is longer

constexpr std::uint8_t kTransactions = 1;  // RM_XACT_ID
constexpr std::uint8_t kTablespaces = 5;   // RM_TBLSPC_ID
constexpr std::uint8_t kOperation = 0x70;  // XLOG_XACT_OPMASK
enum Operation : std::uint8_t {
  commit = 0x00,
  abort = 0x20,
  commit_prepared = 0x30,
  abort_prepared = 0x40,
};

// 2000-01-01, from which servers count.
constexpr std::int64_t kEpoch_us = 946'684'800'000'000;

template <class T>
T number_at(std::string_view bytes, std::size_t at) {
  T number{};
  std::memcpy(&number, bytes.data() + at, sizeof number);
  return number;
}

std::uint64_t aligned(std::uint64_t place) {
  return (place + 7) & ~std::uint64_t{7};
}

// Where the data of a record without blocks begins, behind the parts that say how long it is.
std::optional<std::size_t> data_at(std::string_view record) {
  constexpr std::uint8_t short_data = 255;
  constexpr std::uint8_t long_data = 254;
  constexpr std::uint8_t origin = 253;
  constexpr std::uint8_t top_transaction = 252;
  for (std::size_t at = kRecordHeader; at < record.size();) {
    switch (static_cast<std::uint8_t>(record[at])) {
      case short_data:
        return at + 2;
      case long_data:
        return at + 5;
      case origin:
        at += 3;
        break;
      case top_transaction:
        at += 5;
        break;
      default:
        return std::nullopt;
    }
  }
  return std::nullopt;
}

void read_end_of_transaction(std::string_view record, std::uint8_t info, LogRecord& found) {
  const auto operation = info & kOperation;
  found.is_commit = operation == commit || operation == commit_prepared;
  if (!found.is_commit && operation != abort && operation != abort_prepared) return;
  const auto data = data_at(record);
  if (data && *data + 8 <= record.size()) {
    found.ended_us = number_at<std::int64_t>(record, *data) + kEpoch_us;
  }
}

// XLOG_TBLSPC_CREATE: its number, and the path with a NUL behind it.
void read_tablespace(std::string_view record, std::uint8_t info, LogRecord& found) {
  constexpr std::size_t number = 4;
  const auto data = data_at(record);
  if ((info & 0xF0) != 0 || !data || *data + number > record.size()) return;
  const std::string_view path = record.substr(*data + number);
  found.made_tablespace = std::string(path.substr(0, path.find('\0')));
}

}  // namespace

Result<std::string_view> LogRecords::page(std::uint64_t place) {
  const std::uint64_t number = place / bytes_;
  auto known = files_.find(number);
  if (known == files_.end()) {
    // Those that are behind are not asked for again; a record lies in two at most, or is skipped.
    if (files_.size() > 1)
      files_.erase(number < files_.begin()->first ? std::prev(files_.end()) : files_.begin());
    known = files_.emplace(number, TRY(read_(number))).first;
  }
  const std::uint64_t begin = place % bytes_ / kPage * kPage;
  if (!known->second || known->second->size() < begin + kPage) return std::string_view();
  const std::string_view found = std::string_view(*known->second).substr(begin, kPage);
  // A file that was used before has pages of another time.
  const bool is_of_there = number_at<std::uint64_t>(found, 8) == place / kPage * kPage;
  return is_of_there ? found : std::string_view();
}

Result<std::optional<std::string>> LogRecords::take(std::uint64_t& place, std::size_t size) {
  std::string taken;
  while (taken.size() < size) {
    const std::string_view here = TRY(page(place));
    if (here.empty()) return std::optional<std::string>();
    if (place % kPage == 0) place += place % bytes_ == 0 ? kLongHeader : kShortHeader;
    const std::size_t from = place % kPage;
    const std::size_t some = std::min(size - taken.size(), kPage - from);
    taken += here.substr(from, some);
    place += some;
  }
  return std::optional(std::move(taken));
}

// As far as `take` goes, without what lies there: nothing is kept of what a record only says to be
// long, which may be any size.
void LogRecords::skip(std::uint64_t& place, std::uint64_t size) const {
  while (size > 0) {
    if (place % kPage == 0) place += place % bytes_ == 0 ? kLongHeader : kShortHeader;
    const std::uint64_t some = std::min(size, kPage - place % kPage);
    size -= some;
    place += some;
  }
}

Result<std::optional<LogRecord>> LogRecords::at(std::uint64_t place) {
  constexpr std::optional<LogRecord> none;
  place = aligned(place);
  // A place at a page's beginning means the first record on it.
  if (place % kPage == 0) place += place % bytes_ == 0 ? kLongHeader : kShortHeader;
  LogRecord found{.at = place};
  std::uint64_t next = place;
  auto record = TRY(take(next, kRecordHeader));
  if (!record) return none;
  const auto size = number_at<std::uint32_t>(*record, 0);
  if (size < kRecordHeader) return none;
  found.transaction = number_at<std::uint32_t>(*record, 4);
  found.previous = number_at<std::uint64_t>(*record, 8);
  const auto info = static_cast<std::uint8_t>((*record)[16]);
  const auto manager = static_cast<std::uint8_t>((*record)[17]);
  if (found.previous >= place) return none;
  if ((manager != kTransactions && manager != kTablespaces) || size > kRecordMax) {
    skip(next, size - kRecordHeader);
    found.end = aligned(next);
    return std::optional(found);
  }
  const auto rest = TRY(take(next, size - kRecordHeader));
  if (!rest) return none;
  found.end = aligned(next);
  *record += *rest;
  if (manager == kTransactions) {
    read_end_of_transaction(*record, info, found);
  } else {
    read_tablespace(*record, info, found);
  }
  return std::optional(found);
}

}  // namespace slip::postgresql
