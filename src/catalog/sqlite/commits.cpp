// SPDX-License-Identifier: Apache-2.0
#include "catalog/sqlite/commits.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <optional>
#include <string>

#include "base/log.h"
#include "base/system_error.h"
#include "catalog/sqlite/row_checksums.h"

namespace slip::sqlite {
namespace {

constexpr std::string_view commits_fact = "commits";
// Beyond that a full check would keep the start waiting: about a second for each 100 MiB.
constexpr std::int64_t full_check_bytes_max = std::int64_t{128} << 20;

std::int64_t number_in(std::string_view text) {
  std::int64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

// Twice, so that a damaged note is not taken for a large one.
std::string note_of(std::int64_t commits) {
  return fmt::format("{0:020} {0:020}\n", commits);
}

// Nothing: there is none yet, or it is damaged.
std::optional<std::int64_t> read_note(int note) {
  char text[64] = {};
  const ssize_t length = ::pread(note, text, sizeof text - 1, 0);
  if (length <= 0) return std::nullopt;
  std::string_view digits(text, 20);
  digits.remove_prefix(std::min(digits.find_first_not_of('0'), digits.size() - 1));
  const std::int64_t commits = number_in(digits);
  if (std::string_view(text, static_cast<std::size_t>(length)) == note_of(commits)) return commits;
  spdlog::warn("the note of how many writes the catalog has had is damaged; it is written anew");
  return std::nullopt;
}

}  // namespace

Result<> check_whole(Connection& connection) {
  const std::int64_t bytes =
      TRY(connection.number("PRAGMA page_count")) * TRY(connection.number("PRAGMA page_size"));
  const bool is_large = bytes > full_check_bytes_max;
  const auto rows =
      TRY(connection.query(is_large ? "PRAGMA quick_check(1)" : "PRAGMA integrity_check(1)"));
  const std::string* verdict = rows.empty() ? nullptr : std::get_if<std::string>(&rows[0].at(0));
  if (verdict == nullptr || *verdict != "ok") {
    return Error{.code = ErrorCode::unavailable,
                 .message = "the catalog is damaged",
                 .detail = verdict == nullptr ? "" : *verdict};
  }
  return verify_checksums(connection);
}

Result<std::int64_t> count_commits(Connection& connection) {
  if (TRY(connection.number("SELECT count(*) FROM sqlite_schema WHERE name = 'facts'")) == 0) {
    return 0;
  }
  const auto rows =
      TRY(connection.query("SELECT value FROM facts WHERE name = ?", {std::string(commits_fact)}));
  if (rows.empty()) return 0;
  const auto* text = std::get_if<std::string>(&rows[0].at(0));
  return text == nullptr ? 0 : number_in(*text);
}

Row commits_row(std::int64_t commits) {
  return fact_row(commits_fact, std::to_string(commits));
}

Result<UniqueFd> open_commit_note(const std::filesystem::path& path) {
  const std::string name = path.string() + ".commits";
  UniqueFd note(::open(name.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!note) return error_from_errno(errno, "open " + name);
  return note;
}

void note_commits(int note, std::int64_t commits) {
  const std::string text = note_of(commits);
  (void)!::pwrite(note, text.data(), text.size(), 0);
}

Result<> check_nothing_lost(Connection& connection, int note) {
  const auto noted = read_note(note);
  const std::int64_t there = TRY(count_commits(connection));
  if (!noted || there >= *noted) return {};
  return Error{.code = ErrorCode::unavailable,
               .message = fmt::format("the catalog has lost its last {} writes: its log is damaged "
                                      "or missing",
                                      *noted - there)};
}

}  // namespace slip::sqlite
