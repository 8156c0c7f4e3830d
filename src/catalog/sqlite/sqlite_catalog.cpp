#include "catalog/sqlite/sqlite_catalog.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <system_error>

#include "base/fd.h"
#include "base/file.h"
#include "catalog/sqlite/connection.h"
#include "catalog/sqlite/migrations.h"
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

// The last connection to close removes the log; one that is there was left by a crash.
bool ended_uncleanly(const std::filesystem::path& path) {
  std::error_code none;
  const auto size = std::filesystem::file_size(path.string() + "-wal", none);
  return !none && size > 0;
}

Result<> check_whole(Connection& connection) {
  const auto rows = TRY(connection.query("PRAGMA quick_check(1)"));
  const std::string* verdict = rows.empty() ? nullptr : std::get_if<std::string>(&rows[0].at(0));
  if (verdict != nullptr && *verdict == "ok") return {};
  return Error{.code = ErrorCode::unavailable,
               .message = "the catalog is damaged",
               .hint = "Put back a copy of it, or rebuild it from the pool.",
               .detail = verdict == nullptr ? "" : *verdict};
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
                             std::unique_ptr<sqlite::Connection> connection)
    : path_(std::move(path)), connection_(std::move(connection)) {}

SqliteCatalog::~SqliteCatalog() = default;

Result<std::unique_ptr<SqliteCatalog>> SqliteCatalog::open(const std::filesystem::path& path,
                                                           Secrets* secrets) {
  const std::filesystem::path absolute = std::filesystem::absolute(path);
  TRY(sqlite::make_private(absolute));
  const bool unclean = sqlite::ended_uncleanly(absolute);
  auto connection = TRY(sqlite::Connection::open(absolute, sqlite::ConnectionMode::write));
  const std::string where = "open " + absolute.string();
  if (unclean) TRY(in_context(where, sqlite::check_whole(*connection)));
  TRY(in_context(where, sqlite::migrate(*connection, absolute, sqlite::migrations(), secrets)));
  return std::unique_ptr<SqliteCatalog>(new SqliteCatalog(absolute, std::move(connection)));
}

void SqliteCatalog::on_events(std::function<void()> listener) {
  const std::lock_guard lock(guard_);
  listeners_.push_back(std::move(listener));
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
    sqlite::Transaction transaction(*connection_, sqlite::UnitMode::write);
    sqlite::SqliteUnit unit(transaction);
    TRY(work(unit));
    if (transaction.broken()) return *transaction.broken();
    TRY(sqlite::commit(*connection_));
    has_events = transaction.has_events();
  }
  if (has_events) tell_listeners();
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

void SqliteCatalog::tell_listeners() {
  std::vector<std::function<void()>> listeners;
  {
    const std::lock_guard lock(guard_);
    listeners = listeners_;
  }
  for (const auto& listener : listeners) listener();
}

}  // namespace slip
