// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>

#include "base/result.h"

namespace slip::postgresql {

// One record of a write-ahead log (src/include/access/xlogrecord.h), the same in all versions from
// 13 to 18.
struct LogRecord {
  std::uint64_t at = 0;
  std::uint64_t previous = 0;  // where the record before it begins
  std::uint64_t end = 0;       // where the next one does, but for a page's header
  std::uint32_t transaction = 0;
  // Of the end of a transaction: when that was, in microseconds of Unix time.
  std::optional<std::int64_t> ended_us = {};
  bool is_commit = false;
  // Of the making of a tablespace: the directory that it was made in. Empty where the server chose.
  std::optional<std::string> made_tablespace = {};
};

// Reads records at given places of a log, of which it asks for files as it needs them.
class LogRecords {
 public:
  // Gives the content of a file by its number (`segment_number`), or nothing if there is none.
  using ReadFile = std::function<Result<std::optional<std::string>>(std::uint64_t number)>;
  LogRecords(std::uint64_t file_bytes, ReadFile read)
      : bytes_(file_bytes), read_(std::move(read)) {}

  // Nothing where the log ends: there is no record, or only a part of one.
  Result<std::optional<LogRecord>> at(std::uint64_t place);

 private:
  // The page that has the place; empty if there is none.
  Result<std::string_view> page(std::uint64_t place);
  // So many bytes of a record from there on, over page borders; moves `place` behind them.
  Result<std::optional<std::string>> take(std::uint64_t& place, std::size_t size);
  void skip(std::uint64_t& place, std::uint64_t size) const;

  std::uint64_t bytes_;
  ReadFile read_;
  std::map<std::uint64_t, std::optional<std::string>> files_;
};

}  // namespace slip::postgresql
