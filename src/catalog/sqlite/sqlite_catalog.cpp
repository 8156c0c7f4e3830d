// SPDX-License-Identifier: Apache-2.0
#include "catalog/sqlite/sqlite_catalog.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <system_error>

#include "base/fd.h"
#include "base/file.h"
#include "catalog/sqlite/commits.h"
#include "catalog/sqlite/connection.h"
#include "catalog/sqlite/migrations.h"
#include "catalog/sqlite/row_checksums.h"
#include "catalog/sqlite/unit.h"

namespace slip {
namespace sqlite {
namespace {

constexpr std::size_t idle_readers_max = 4;

// Takes back what was not committed when it goes out of scope, by an exception too.
class RollBackGuard {
 public:
  explicit RollBackGuard(Connection& connection) : connection_(connection) {}
  ~RollBackGuard() { connection_.roll_back(); }
  RollBackGuard(const RollBackGuard&) = delete;
  RollBackGuard& operator=(const RollBackGuard&) = delete;

 private:
  Connection& connection_;
};

// Marks this thread as the writer while it lives.
class WriterMark {
 public:
  explicit WriterMark(std::atomic<std::thread::id>& writer) : writer_(writer) {
    writer_ = std::this_thread::get_id();
  }
  ~WriterMark() { writer_ = std::thread::id(); }
  WriterMark(const WriterMark&) = delete;
  WriterMark& operator=(const WriterMark&) = delete;

 private:
  std::atomic<std::thread::id>& writer_;
};

// The library would make the file readable for everybody.
Result<> make_private(const std::filesystem::path& path) {
  const UniqueFd file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!file) return error_from_errno(errno, "open " + path.string());
  struct stat status = {};
  if (::fstat(file.get(), &status) != 0) {
    return error_from_errno(errno, "look at " + path.string());
  }
  if ((status.st_mode & 07777) != 0600 && ::fchmod(file.get(), 0600) != 0) {
    return error_from_errno(errno, "make " + path.string() + " private");
  }
  return fsync_directory(path.parent_path());
}

// Says which reference leads nowhere, which the library does not.
Error broken_reference(Connection& connection, Error refused) {
  const auto rows = connection.query("PRAGMA foreign_key_check");
  if (!rows || rows->empty()) return refused;
  const Row& first = rows->front();
  const auto* from = std::get_if<std::string>(&first.at(0));
  const auto* to = std::get_if<std::string>(&first.at(2));
  if (from == nullptr || to == nullptr) return refused;
  refused.message = "one of the " + *from + " mentions one of the " + *to + " that does not exist";
  return refused;
}

Result<> commit(Connection& connection) {
  Result<> done = connection.run("COMMIT");
  if (done || done.error().code != ErrorCode::internal) return done;
  return broken_reference(connection, std::move(done).error());
}

}  // namespace
}  // namespace sqlite

SqliteCatalog::SqliteCatalog(std::filesystem::path path,
                             std::unique_ptr<sqlite::Connection> connection, UniqueFd note,
                             std::int64_t commits)
    : path_(std::move(path)),
      note_(std::move(note)),
      commits_(commits),
      connection_(std::move(connection)) {}

SqliteCatalog::~SqliteCatalog() = default;

Result<std::unique_ptr<SqliteCatalog>> SqliteCatalog::open(const std::filesystem::path& path,
                                                           Secrets* secrets) {
  const std::filesystem::path absolute = std::filesystem::absolute(path);
  TRY(sqlite::make_private(absolute));
  const std::string where = "open " + absolute.string();
  UniqueFd note = TRY(sqlite::open_commit_note(absolute));
  {
    // Whoever can write tidies the log away, and what can still be saved from it.
    const auto looking = TRY(sqlite::Connection::open(absolute, sqlite::ConnectionMode::read));
    TRY(in_context(where, sqlite::check_whole(*looking)));
    TRY(in_context(where, sqlite::check_nothing_lost(*looking, note.get())));
  }
  auto connection = TRY(sqlite::Connection::open(absolute, sqlite::ConnectionMode::write));
  TRY(in_context(where, sqlite::migrate(*connection, absolute, sqlite::migrations(), secrets)));
  const std::int64_t commits = TRY(sqlite::count_commits(*connection));
  return std::unique_ptr<SqliteCatalog>(
      new SqliteCatalog(absolute, std::move(connection), std::move(note), commits));
}

Result<std::int64_t> SqliteCatalog::check(const std::filesystem::path& path) {
  const std::string where = "check " + path.string();
  auto connection =
      TRY(in_context(where, sqlite::Connection::open(path, sqlite::ConnectionMode::read_alone)));
  TRY(in_context(where, sqlite::check_whole(*connection)));
  return in_context(where, sqlite::count_commits(*connection));
}

Result<std::int64_t> SqliteCatalog::count(const std::filesystem::path& path) {
  const auto connection = TRY(sqlite::Connection::open(path, sqlite::ConnectionMode::read_alone));
  return in_context("look at " + path.string(), sqlite::count_commits(*connection));
}

Result<std::int64_t> SqliteCatalog::copy_to(const std::filesystem::path& path) {
  const std::filesystem::path partial = path.string() + ".partial";
  TRY(sqlite::make_private(partial));
  auto reader = TRY(take_reader());
  TRY(reader->copy_to(partial));
  give_back(std::move(reader));
  const UniqueFd file(::open(partial.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file || ::fsync(file.get()) != 0) {
    return error_from_errno(errno, "sync " + partial.string());
  }
  const auto copy = TRY(sqlite::Connection::open(partial, sqlite::ConnectionMode::read_alone));
  const std::int64_t commits = TRY(sqlite::count_commits(*copy));
  if (::rename(partial.c_str(), path.c_str()) != 0) {
    return error_from_errno(errno, "rename " + partial.string());
  }
  TRY(fsync_directory(path.parent_path()));
  return commits;
}

Result<> SqliteCatalog::do_read(const UnitWork& work) {
  std::unique_ptr<sqlite::Connection> reader = TRY(take_reader());
  Result<> outcome;
  {
    const sqlite::RollBackGuard guard(*reader);
    TRY(reader->run("BEGIN"));
    sqlite::Transaction transaction(*reader, sqlite::UnitMode::read);
    sqlite::SqliteUnit unit(transaction);
    outcome = work(unit);
    if (transaction.broken()) {
      if (!outcome) return outcome;
      return *transaction.broken();
    }
  }
  give_back(std::move(reader));
  return outcome;
}

Result<> SqliteCatalog::do_write(const UnitWork& work) {
  if (writer_.load() == std::this_thread::get_id()) {
    return Error{.code = ErrorCode::internal,
                 .message = "a write of the catalog was begun inside another"};
  }
  bool has_events = false;
  {
    const std::lock_guard lock(writing_);
    const sqlite::WriterMark mark(writer_);
    const sqlite::RollBackGuard guard(*connection_);
    TRY(connection_->run("BEGIN IMMEDIATE"));
    const std::int64_t before = connection_->changes();
    sqlite::Transaction transaction(*connection_, sqlite::UnitMode::write);
    sqlite::SqliteUnit unit(transaction);
    TRY(work(unit));
    if (transaction.broken()) return *transaction.broken();
    const bool has_changed = connection_->changes() != before;
    if (has_changed) {
      TRY(connection_->run(sqlite::put_fact_sql, sqlite::commits_row(commits_.load() + 1)));
    }
    TRY(sqlite::commit(*connection_));
    if (has_changed) sqlite::note_commits(note_.get(), ++commits_);
    has_events = transaction.has_events();
  }
  if (has_events) tell_of_events();
  return {};
}

Result<std::unique_ptr<sqlite::Connection>> SqliteCatalog::take_reader() {
  {
    const std::lock_guard lock(guard_);
    if (!idle_readers_.empty()) {
      auto reader = std::move(idle_readers_.back());
      idle_readers_.pop_back();
      return reader;
    }
  }
  return sqlite::Connection::open(path_, sqlite::ConnectionMode::read);
}

void SqliteCatalog::give_back(std::unique_ptr<sqlite::Connection> reader) {
  const std::lock_guard lock(guard_);
  if (idle_readers_.size() < sqlite::idle_readers_max) idle_readers_.push_back(std::move(reader));
}

}  // namespace slip
