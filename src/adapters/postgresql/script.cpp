// SPDX-License-Identifier: Apache-2.0
#include "adapters/postgresql/script.h"

#include <chrono>
#include <thread>

#include "adapters/postgresql/session.h"

namespace slip::postgresql {
namespace {

constexpr auto kEndPatience = std::chrono::seconds(10);
constexpr auto kRewritePatience = std::chrono::hours(48);

// The end of what is said, at most `max` bytes.
class Tail {
 public:
  explicit Tail(std::size_t max) : max_(max) {}
  void add(const std::string& line) {
    text_ += line + "\n";
    if (text_.size() > 2 * max_ + 4096) cut();
  }
  std::string take() {
    cut();
    return std::move(text_);
  }

 private:
  void cut() {
    if (text_.size() > max_) text_.erase(0, text_.size() - max_);
  }
  std::size_t max_;
  std::string text_;
};

// The server's process of the session has ended, and with it its transaction, when this returns.
void end(const ScriptPlace& place, Session& session) {
  auto other = Session::open_local(place.server, kAnswerPatience);
  if (!other) return;
  const std::string backend = std::to_string(session.backend());
  const auto deadline = std::chrono::steady_clock::now() + kEndPatience;
  while (std::chrono::steady_clock::now() < deadline) {
    const auto rows = other->query(
        "SELECT pg_terminate_backend(pid), pg_sleep(0.02) FROM pg_stat_activity WHERE pid = $1",
        {backend});
    if (!rows || rows->empty()) return;
  }
}

Result<Session> open(const ScriptPlace& place) {
  auto session = Session::open_for_script(place.server, place.database, kAnswerPatience);
  if (!session && session.error().code == ErrorCode::not_found) {
    return Error{.code = ErrorCode::failed,
                 .message = "there is no database \"" + place.database + "\""};
  }
  return session;
}

// Tables and materialized views, their files or those of their TOAST tables written since then, by
// a clock that may have been set back a little.
constexpr const char* kWrittenSince = R"sql(
SELECT format('%I.%I', n.nspname, c.relname)
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE c.relkind IN ('r', 'm') AND c.relpersistence <> 't'
   AND (n.nspname NOT IN ('pg_catalog', 'pg_toast', 'information_schema')
        OR c.relname = 'pg_largeobject')
   AND EXISTS (
     SELECT FROM (VALUES (c.oid), (c.reltoastrelid)) f(rel),
       LATERAL generate_series(0, pg_relation_size(f.rel) / (1024 * 1024 * 1024)) part,
       LATERAL pg_stat_file(pg_relation_filepath(f.rel)
                            || CASE part WHEN 0 THEN '' ELSE '.' || part END, true) s
      WHERE f.rel <> 0
        AND s.modification >= to_timestamp($1::float8 / 1000) - interval '1 minute')
 ORDER BY 1)sql";

Result<> forget_in(const ScriptPlace& place, Timestamp since, const Session::Talk& talk) {
  auto session = TRY(open(place));
  TRY(session.run("CHECKPOINT", talk));
  const auto written = TRY(session.query(kWrittenSince, {std::to_string(since.ms)}, talk.patience));
  for (const auto& row : written) {
    TRY(session.run("VACUUM (FULL, ANALYZE) " + row.front().value_or(""), talk));
  }
  // The statistics that there were, too, held values.
  TRY(session.run("VACUUM FULL pg_catalog.pg_statistic", talk));
  return session.run("VACUUM FULL pg_catalog.pg_statistic_ext_data", talk);
}

// A file of the log stays until it has been archived, which happens beside us.
Result<> remove_older_log(Session& session, const Session::Talk& talk) {
  constexpr auto kPatience = std::chrono::seconds(60);
  constexpr auto kPause = std::chrono::milliseconds(50);
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  while (true) {
    TRY(session.run("CHECKPOINT", talk));
    const auto older =
        TRY(session.query("SELECT name FROM pg_ls_waldir() WHERE name ~ '^[0-9A-F]{24}$'"
                          " AND name < pg_walfile_name(pg_current_wal_lsn())"));
    if (older.empty()) return {};
    if (std::chrono::steady_clock::now() > deadline) {
      return Error{.code = ErrorCode::failed,
                   .message = "the PostgreSQL server keeps the file " +
                              older.front().front().value_or("") +
                              " of its log, which holds what was there before"};
    }
    std::this_thread::sleep_for(kPause);
  }
}

}  // namespace

Result<std::string> run_script(const ScriptPlace& place, const SqlScript& script) {
  auto session = TRY(open(place));
  Tail tail(script.output_max);
  const auto ran = session.run(script.text, {.patience = script.time_limit,
                                             .go_on = script.keep_going,
                                             .said = [&](const auto& line) { tail.add(line); }});
  if (ran) return tail.take();
  Error error = ran.error();
  if (error.code == ErrorCode::timed_out || error.code == ErrorCode::canceled) end(place, session);
  error.detail = tail.take() + error.detail;
  return error;
}

Result<> forget_the_past(const ScriptPlace& place, Timestamp since,
                         const std::function<bool()>& keep_going) {
  auto session = TRY(Session::open_local(place.server, kAnswerPatience));
  const Session::Talk talk{.patience = kRewritePatience, .go_on = keep_going};
  for (const auto& row :
       TRY(session.query("SELECT datname FROM pg_database WHERE datallowconn ORDER BY 1"))) {
    ScriptPlace one = place;
    one.database = row.front().value_or("");
    TRY(in_context("database " + one.database, forget_in(one, since, talk)));
  }
  // A checkpoint removes the log before it, but in whole files.
  TRY(session.run("CHECKPOINT", talk));
  TRY(session.run("SELECT pg_switch_wal()", talk));
  return remove_older_log(session, talk);
}

}  // namespace slip::postgresql
