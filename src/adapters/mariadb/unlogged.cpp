// SPDX-License-Identifier: Apache-2.0
#include "adapters/mariadb/unlogged.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <charconv>
#include <sstream>

#include "adapters/mariadb/dialect.h"

namespace slip::mariadb {

namespace {

constexpr const char* kUnlogged = "unlogged";
constexpr std::string_view kMark = " unlogged:";
constexpr std::size_t kBytesMax = 1 << 20;
constexpr std::size_t kSpansMax = 1000;  // kept
// A transaction leaves more in the redo log; what the server does for itself often less.
constexpr std::int64_t kRedoMin = 100;

std::string text_of(const std::vector<Unlogged>& spans) {
  std::string text;
  for (const auto& one : spans) text += fmt::format("{} {}\n", one.from.ms, one.to.ms);
  return text;
}

// When the server last wrote to its redo log.
Result<std::int64_t> redo_written_ns(const Dialect& dialect, const Directory& data) {
  std::int64_t newest = 0;
  for (const auto& name : TRY(dialect.redo_logs(data))) {
    const auto about = TRY(data.look(name));
    if (!about) continue;
    newest = std::max(newest, std::int64_t{about->st_mtim.tv_sec} * 1'000'000'000 +
                                  std::int64_t{about->st_mtim.tv_nsec});
  }
  return newest;
}

std::string_view mark_in(const std::optional<std::string>& mark) {
  if (!mark) return {};
  const auto at = mark->rfind(kMark);
  return at == std::string::npos ? std::string_view() : std::string_view(*mark).substr(at);
}

}  // namespace

Result<std::vector<Unlogged>> read_unlogged(const Directory& log) {
  std::vector<Unlogged> spans;
  const auto text = log.read(kUnlogged, kBytesMax);
  if (!text && text.error().code == ErrorCode::not_found) return spans;
  if (!text) return text.error();
  std::istringstream lines(*text);
  for (Unlogged one; lines >> one.from.ms >> one.to.ms;) spans.push_back(one);
  return spans;
}

Result<> note_unlogged(const Layout& layout, const RunUser& user, const Unlogged& written) {
  const Directory log = TRY(layout.top->open_directory(kLog));
  auto spans = read_unlogged(log).value_or(std::vector<Unlogged>());
  // A load that goes on for long is one.
  const bool goes_on = !spans.empty() && spans.back().to >= written.from;
  if (goes_on) {
    spans.back().to = written.to;
  } else {
    spans.push_back(written);
  }
  if (spans.size() > kSpansMax) spans.erase(spans.begin());
  return log.write_durably(kUnlogged, text_of(spans), {.mode = 0600, .owner = user.ids});
}

Result<std::string> unlogged_mark(const Layout& layout) {
  const auto log = layout.top->open_directory(kLog);
  if (!log) return std::string();
  const auto spans = read_unlogged(*log);
  if (!spans || spans->empty()) return std::string();
  return std::string(kMark) + std::to_string(spans->back().to.ms);
}

bool has_unlogged_between(const std::optional<std::string>& mark,
                          const std::optional<std::string>& other) {
  return mark && other && mark_in(mark) != mark_in(other);
}

Result<UnloggedWatch::Counters> UnloggedWatch::read(Session& session) {
  Counters counters;
  const auto take = [](const Row& row, std::int64_t& into) {
    const std::string value = row[1].value_or("");
    std::int64_t number = 0;
    std::from_chars(value.data(), value.data() + value.size(), number);
    into += number;
  };
  std::int64_t handled = 0;
  bool knows_rows = false;
  for (const Row& row : TRY(session.query(
           "SHOW GLOBAL STATUS WHERE Variable_name IN ('Handler_prepare', 'Handler_write', "
           "'Handler_update', 'Handler_delete', 'Innodb_rows_inserted', 'Innodb_rows_updated', "
           "'Innodb_rows_deleted', 'Innodb_os_log_written') OR Variable_name RLIKE "
           "'^Com_(create|drop|alter|rename|truncate)(_(table|index|db|view|trigger|procedure|"
           "function|event|sequence))?$'"))) {
    const std::string name = row[0].value_or("");
    if (name == "Handler_prepare") {
      take(row, counters.prepared);
    } else if (name == "Innodb_os_log_written") {
      take(row, counters.redo);
    } else if (name.starts_with("Com_")) {
      take(row, counters.definitions);
    } else if (name.starts_with("Innodb_rows")) {
      knows_rows = true;  // without those of the server's own tables
      take(row, counters.rows);
    } else {
      take(row, handled);
    }
  }
  if (!knows_rows) counters.rows = handled;
  for (const Row& row :
       TRY(session.query("SELECT NAME, COUNT FROM information_schema.INNODB_METRICS WHERE NAME IN "
                         "('trx_rw_commits', 'trx_rollbacks')"))) {
    take(row, row[0] == "trx_rollbacks" ? counters.rolled_back : counters.committed);
  }
  return counters;
}

Result<std::optional<Unlogged>> UnloggedWatch::ask(const Directory& data, const Dialect& dialect,
                                                   bool log_grew,
                                                   const std::function<Result<Session>()>& open,
                                                   Timestamp now) {
  const std::int64_t written = TRY(redo_written_ns(dialect, data));
  const Timestamp since = std::exchange(last_, now);
  if (before_ && !log_grew && written == redo_written_ns_) return std::optional<Unlogged>();
  redo_written_ns_ = written;
  auto session = TRY(open());
  const Counters found = TRY(read(session));
  const bool is_logged = !before_ || log_grew || found.prepared != before_->prepared;
  if (is_logged) {
    before_ = found;
    return std::optional<Unlogged>();
  }
  // A rollback is a commit, too, for InnoDB.
  const std::int64_t committed =
      found.committed - before_->committed - (found.rolled_back - before_->rolled_back);
  if (committed <= 0) return std::optional<Unlogged>();
  // Rows may have been changed long before they are committed.
  const bool by_somebody =
      (found.rows > before_->rows || found.definitions > before_->definitions) &&
      found.redo - before_->redo >= kRedoMin;
  if (!by_somebody) {
    before_->committed = found.committed;
    before_->rolled_back = found.rolled_back;
    return std::optional<Unlogged>();
  }
  before_ = found;
  return std::optional(Unlogged{.from = since, .to = now});
}

}  // namespace slip::mariadb
