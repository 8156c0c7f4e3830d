// SPDX-License-Identifier: Apache-2.0
#include "adapters/mariadb/dump_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <regex>

#include "adapters/mariadb/lines.h"
#include "base/system_error.h"
#include "base/words_in.h"

namespace slip::mariadb {

namespace fs = std::filesystem;

namespace {

Error broken(const fs::path& path, const std::string& why) {
  return Error{.code = ErrorCode::invalid_argument,
               .message = "the dump " + path.string() + " " + why};
}

// A name as SQL writes it: plain, or in quotes with those inside doubled.
std::string read_name(const std::string& text) {
  if (text.empty() || (text.front() != '`' && text.front() != '\'')) return text;
  std::string name;
  for (std::size_t at = 1; at + 1 < text.size(); ++at) {
    name += text[at];
    if (text[at] == text.front()) ++at;
  }
  return name;
}

const std::string kName = "(`(?:[^`]|``)*`|'(?:[^']|'')*'|[A-Za-z0-9_.$%-]+)";

constexpr std::string_view kFlush = "/*! FLUSH PRIVILEGES";

// One pass over a dump's lines.
class Scan {
 public:
  void line(const std::string& text, std::int64_t number);
  bool is_whole() const { return !by_dump_program_ || complete_; }
  DumpContent result() && { return std::move(content_); }

 private:
  void comment(const std::string& text);
  void gtids(const std::string& text);
  void statement(const std::string& text);
  void names(const std::string& text, std::int64_t number);

  DumpContent content_;
  bool by_dump_program_ = false;
  bool complete_ = false;
  bool within_gtids_ = false;
};

void Scan::line(const std::string& text, std::int64_t number) {
  // Rows begin with INSERT or a parenthesis, and have no line breaks within.
  if (within_gtids_) {
    gtids(text);
  } else if (text.starts_with("SET @@GLOBAL.GTID_PURGED=")) {
    gtids(text.substr(std::min(text.find("*/"), text.size())));
  } else if (text.starts_with("--")) {
    comment(text);
  } else if (text.starts_with(kFlush) || text.starts_with("FLUSH PRIVILEGES")) {
    content_.takes_over_accounts = true;
  } else if (text.starts_with("CREATE ") || text.starts_with("/*!") || text.starts_with("/*M!")) {
    if (text.size() < 4096) statement(text);
    if (text.starts_with("CREATE SEQUENCE ")) content_.makes_sequences = true;
    if (text.starts_with("CREATE DATABASE ")) names(text, number);
  } else if ((text.starts_with(") ENGINE") || text.starts_with("  `")) && text.size() < 4096) {
    names(text, number);  // of a table's definition
  }
}

// ") ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin", "  `a` varchar(9) CHARACTER SET
// latin1 COLLATE latin1_bin NOT NULL,"; what is in quotes are words of people's.
void Scan::names(const std::string& text, std::int64_t number) {
  static const std::regex quoted("'(?:[^'\\\\]|''|\\\\.)*'");
  static const std::regex named("\\b(ENGINE=|CHARSET=|CHARACTER SET |COLLATE[ =])([A-Za-z0-9_]+)");
  const std::string plain = std::regex_replace(text, quoted, "''");
  for (std::sregex_iterator one(plain.begin(), plain.end(), named), end; one != end; ++one) {
    const std::string key = (*one)[1];
    NamedPlaces& places = key.starts_with("ENGINE")  ? content_.engines
                          : key.starts_with("COLLA") ? content_.collations
                                                     : content_.character_sets;
    places.try_emplace((*one)[2], DumpPlace{.line = number});
  }
}

// MySQL's: in quotes, each origin's on a line of its own, the first quote on the first line.
void Scan::gtids(const std::string& text) {
  const auto begin = within_gtids_ ? 0 : text.find('\'') + 1;
  const auto end = text.find('\'', begin);
  if (!within_gtids_ && begin == 0) return;
  content_.gtid += text.substr(begin, end == std::string::npos ? end : end - begin);
  within_gtids_ = end == std::string::npos;
}

void Scan::comment(const std::string& text) {
  static const std::regex binlog(
      "(?:MASTER|SOURCE)_LOG_FILE='([^']+)', (?:MASTER|SOURCE)_LOG_POS=([0-9]+)");
  static const std::regex gtid("SET GLOBAL gtid_slave_pos='([^']*)'");
  // "-- MariaDB dump 10.19  Distrib 10.11.6-MariaDB, for ...", "-- MySQL dump 10.13 Distrib 8.0.36,
  // for ..."; MariaDB's programs called themselves MySQL's for long.
  static const std::regex program("^-- (?:MariaDB|MySQL) dump .*Distrib ([0-9.]+)(-MariaDB)?");
  static const std::regex server("^-- Server version\\s+([0-9.]+)(.*MariaDB)?");
  if (text.starts_with("-- MariaDB dump ") || text.starts_with("-- MySQL dump ")) {
    by_dump_program_ = true;
    complete_ = false;
    if (const auto found = words_in(text, program)) {
      content_.origin = (found->at(2).empty() ? "MySQL " : "MariaDB ") + found->at(1);
    }
  } else if (by_dump_program_ && text.starts_with("-- Server version")) {
    // Either product's program dumps the other's server, too.
    if (const auto found = words_in(text, server)) {
      const std::string product = found->at(2).empty() ? "MySQL " : "MariaDB ";
      if (!content_.origin.starts_with(product)) content_.origin = product + found->at(1);
    }
  } else if (text.starts_with("-- Dump completed")) {
    complete_ = true;
  } else if (const auto place = words_in(text, binlog)) {
    content_.binlog_position = place->at(1) + ":" + place->at(2);
  } else if (const auto done = words_in(text, gtid)) {
    content_.gtid = done->at(1);
  }
}

void Scan::statement(const std::string& text) {
  static const std::regex definer("DEFINER ?= ?" + kName + "(?:@" + kName + ")?");
  static const std::regex make_account("^CREATE USER (?:IF NOT EXISTS )?" + kName + "@" + kName);
  static const std::regex database(
      "^CREATE (?:DATABASE|SCHEMA) (?:/\\*!32312 )?"
      "(?:IF NOT EXISTS(?:\\*/)? )?" +
      kName);
  static const std::regex table("^CREATE TABLE (?:IF NOT EXISTS )?" + kName);
  std::smatch found;
  if (std::regex_search(text, found, table)) content_.tables_made.push_back(read_name(found[1]));
  if (std::regex_search(text, found, definer)) {
    const Account account{.user = read_name(found[1]), .host = read_name(found[2])};
    if (account.user != "CURRENT_USER") content_.definers.insert(account);
  }
  if (std::regex_search(text, found, make_account)) {
    content_.accounts_made.insert({.user = read_name(found[1]), .host = read_name(found[2])});
  }
  if (std::regex_search(text, found, database)) {
    content_.databases_made.insert(read_name(found[1]));
  }
}

}  // namespace

Result<UniqueFd> open_dump(const fs::path& path) {
  UniqueFd file(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  if (!file) return error_from_errno(errno, "open the dump " + path.string());
  struct stat about {};
  if (::fstat(file.get(), &about) != 0) {
    return error_from_errno(errno, "look at the dump " + path.string());
  }
  if (!S_ISREG(about.st_mode)) return broken(path, "is not a regular file");
  return file;
}

namespace {

bool is_text(std::string_view head) {
  return packing_of(head) == Packing::none && head.find('\0') == std::string_view::npos;
}

Error no_text(const fs::path& shown) {
  return broken(shown, "is neither SQL nor SQL compressed by gzip, zstd, xz, lz4 or bzip2");
}

}  // namespace

Result<Packing> detect_packing(int dump, const fs::path& shown) {
  std::string head(512, '\0');
  const ssize_t count = ::pread(dump, head.data(), head.size(), 0);
  if (count < 0) return error_from_errno(errno, "read the dump " + shown.string());
  head.resize(static_cast<std::size_t>(count));
  if (head.empty()) return broken(shown, "is empty");
  const Packing packing = packing_of(head);
  if (packing == Packing::none && !is_text(head)) return no_text(shown);
  if (head.starts_with("<?xml")) {
    return Error{.code = ErrorCode::invalid_argument,
                 .message = "the dump " + shown.string() + " is XML, which brings no tables",
                 .hint = "Make it as SQL: without --xml."};
  }
  return packing;
}

Result<DumpContent> scan_dump(int dump, const fs::path& shown, const std::function<bool()>& go_on) {
  constexpr std::uint64_t often = 16 << 20;
  Lines lines(dump, shown);
  Scan scan;
  std::int64_t number = 0;
  std::uint64_t asked_at = 0;
  bool is_comment = false;
  bool is_open = false;
  for (Lines::Piece piece; TRY(lines.next(piece));) {
    if (piece.begins) is_comment = piece.text.starts_with("--");
    const auto last = piece.text.find_last_not_of(" \t\r");
    if (last != std::string_view::npos) is_open = !is_comment && piece.text[last] != ';';
    if (go_on && lines.bytes() - asked_at >= often) {
      asked_at = lines.bytes();
      if (!go_on()) return Error{.code = ErrorCode::canceled, .message = "canceled"};
    }
    if (!piece.begins) continue;
    ++number;
    if (number == 1 && !is_text(piece.text)) return no_text(shown);
    std::string text(piece.text);
    if (text.ends_with('\r')) text.pop_back();
    scan.line(text, number);
  }
  if (!scan.is_whole()) return broken(shown, "is broken: it ends in the middle");
  auto content = std::move(scan).result();
  content.bytes = lines.bytes();
  content.ends_in_statement = is_open;
  return content;
}

void add_content(DumpContent& all, const DumpContent& part, const std::string& file) {
  const auto add_places = [&file](NamedPlaces& to, const NamedPlaces& from) {
    for (const auto& [name, place] : from) to.try_emplace(name, DumpPlace{file, place.line});
  };
  all.bytes += part.bytes;
  all.takes_over_accounts = all.takes_over_accounts || part.takes_over_accounts;
  if (all.origin.empty()) all.origin = part.origin;
  all.definers.insert(part.definers.begin(), part.definers.end());
  all.accounts_made.insert(part.accounts_made.begin(), part.accounts_made.end());
  all.databases_made.insert(part.databases_made.begin(), part.databases_made.end());
  add_places(all.engines, part.engines);
  add_places(all.character_sets, part.character_sets);
  add_places(all.collations, part.collations);
}

}  // namespace slip::mariadb
