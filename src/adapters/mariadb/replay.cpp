// SPDX-License-Identifier: Apache-2.0
#include "adapters/mariadb/replay.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

#include "adapters/mariadb/binary_log.h"
#include "adapters/mariadb/definition_files.h"
#include "adapters/mariadb/ingest.h"
#include "adapters/mariadb/log_statements.h"
#include "adapters/mariadb/memory_tables.h"
#include "adapters/mariadb/rows_filter.h"
#include "adapters/mariadb/unlogged.h"
#include "base/filtered_pipe.h"
#include "base/system_error.h"
#include "base/temporary_directory.h"

namespace slip::mariadb {

namespace {

constexpr auto kPatience = std::chrono::hours(48);

// Each file by itself, between two places: a reader that is given several, or a time to stop at,
// has ended after the first of them and said that all is well (MDEV-35528).
Command reader_of(const Replay& replay, const LogPiece& piece, const std::string& program,
                  const std::filesystem::path& scratch) {
  Command reader{
      .argv = {program, "--no-defaults", "--verify-binlog-checksum",
               "--local-load=" + scratch.string(), fmt::format("--start-position={}", piece.begin),
               fmt::format("--stop-position={}", piece.end)},
      .env = {{"TZ", "UTC"}, {"TMPDIR", scratch.string()}},
      .run_as = replay.clone.user.name,
      .deadline = kPatience};
  const auto& options = replay.clone.version.dialect->log_reader_options;
  reader.argv.insert(reader.argv.end(), options.begin(), options.end());
  reader.argv.push_back(replay.later.log() / piece.name);
  reader.watch = [&replay](std::string_view) {
    return !replay.progress || replay.progress("replaying the log", std::nullopt);
  };
  return reader;
}

Command client_of(const Replay& replay, const PrivateServer& server, const std::string& program) {
  Command client{.argv = {program},
                 .env = server.client_environment(),
                 .run_as = replay.clone.user.name,
                 .deadline = kPatience};
  for (auto& argument : server.client_arguments()) client.argv.push_back(std::move(argument));
  client.argv.insert(client.argv.end(),
                     {"--binary-mode", "--local-infile=0", "--max-allowed-packet=1G"});
  return client;
}

// `filter`: nothing where all goes on.
Result<> feed(const Replay& replay, const PrivateServer& server, const LogPiece& piece,
              RowsFilter* filter) {
  const ServerVersion& version = replay.clone.version;
  const Confinement& confinement = *replay.clone.confinement;
  const TemporaryDirectory scratch;  // what the reader leaves goes with it
  if (const auto& ids = replay.clone.user.ids;
      ids && ::chown(scratch.path().c_str(), ids->uid, ids->gid) != 0) {
    return error_from_errno(errno, "change the owner of " + scratch.path().string());
  }
  // All of the later directory, whose own parts may be anything.
  auto places = replay.clone.places();
  places.readable.push_back(replay.later.top->path());
  places.writable = {scratch.path()};
  const Command reader = TRY(confinement.confine(
      reader_of(replay, piece, TRY(find_tool(version, version.dialect->log_reader)),
                scratch.path()),
      places));
  const Command client = TRY(confinement.confine(
      client_of(replay, server, TRY(find_tool(version, version.dialect->client))),
      server.client_places()));
  const auto without = [filter](std::string_view said) { return filter->take(said); };
  const PipedOutput output =
      TRY(filter == nullptr ? run_piped(reader, client) : run_filtered(reader, without, client));
  if (output.to.exit_status != 0) {
    return explain_words(output.to.err, ErrorCode::failed,
                         "the database refuses a statement of its log");
  }
  // It may end well although it had to give up.
  const std::string& words = output.from.err;
  if (output.from.exit_status == 0 && words.find("ERROR") == std::string::npos) return {};
  return Error{.code = ErrorCode::out_of_range,
               .message = "the database's log from then on cannot be read: its file " + piece.name +
                          " is damaged",
               .hint = "Choose the time of a point on the timeline.",
               .detail = words};
}

constexpr const char* kServerName = "data/auto.cnf";
constexpr const char* kKeptServerName = "data/auto.cnf.kept";

// MySQL logs some things by itself, with the next number of the server's own: one that a
// transaction of the log has which is to be carried out, and which would then be taken for done. So
// it has another name while it replays, which it makes for itself.
Result<> hide_server_name(const Layout& clone) {
  if (TRY(clone.top->has_file(kKeptServerName)) || !TRY(clone.top->has_file(kServerName))) {
    return {};
  }
  return clone.top->rename(kServerName, kKeptServerName);
}

Result<> show_server_name(const Layout& clone) {
  if (!TRY(clone.top->has_file(kKeptServerName))) return {};
  return clone.top->rename(kKeptServerName, kServerName);
}

// The number of the newest file of a log.
Result<std::uint64_t> newest_file(const Directory& log) {
  const auto files = TRY(binlog_files_in(log));
  return files.empty() ? 0 : files.rbegin()->first;
}

// The tables whose rows are left out; what the copy's log has of them is in earlier files.
Result<MemoryTables> find_emptied(Session& session) {
  auto emptied = TRY(read_emptied_tables(session));
  if (!emptied.empty()) TRY(session.query("FLUSH LOCAL BINARY LOGS"));
  return emptied;
}

Result<> feed_all(const Replay& replay, const PrivateServer& server, Session& session,
                  const std::vector<LogPiece>& pieces, const MemoryTables& emptied) {
  RowsFilter filter(emptied);
  for (const auto& piece : pieces) {
    TRY(feed(replay, server, piece, emptied.empty() ? nullptr : &filter));
  }
  if (emptied.empty()) return {};
  TRY(check_still_in_memory(session, emptied, filter.may_rename()));
  if (replay.progress && !replay.progress("without the rows of the MEMORY tables " +
                                              names_of(emptied) + ", as after a restart",
                                          std::nullopt)) {
    return Error{.code = ErrorCode::canceled, .message = "canceled"};
  }
  return {};
}

Error was_set_by_a_session(std::string what) {
  return Error{.code = ErrorCode::out_of_range,
               .message = std::move(what) +
                          ": when it was made or changed, its session had set something of which "
                          "the log says nothing, such as default_storage_engine, "
                          "enforce_storage_engine or old_mode",
               .hint =
                   "Choose a time before that, or that of a point on the timeline. Nothing was "
                   "changed."};
}

// What the later server did after that time tells nothing of what it had then; nor does what it did
// beside its log.
Result<> check_definitions(const Replay& replay, const ReplayRange& range, const LogEnds& logs) {
  if (!range.changes_definitions) return {};
  if (TRY(read_unlogged(logs.copy)) != TRY(read_unlogged(logs.later))) return {};
  const auto tables = TRY(tables_defined_otherwise(
      *replay.clone.version.dialect, TRY(replay.clone.layout.top->open_directory(kData)),
      TRY(replay.later.top->open_directory(kData))));
  if (tables.empty()) return {};
  const LogPiece& last = range.pieces.back();
  const auto after = TRY(definitions_from(logs.later, {last.file, last.end}));
  for (const auto& table : tables) {
    const auto is_about = [&](const auto& statement) { return may_be_about(statement, table); };
    if (std::ranges::any_of(after, is_about)) continue;
    return was_set_by_a_session("the table " + table.text() + " would not be what it was then");
  }
  return {};
}

// Whatever went wrong unseen, here it is seen.
Result<> compare(const Committed& wanted, const Committed& has) {
  if (wanted == has) return {};
  if (wanted.has_names_of(has)) {
    return was_set_by_a_session("a table would be of another engine than it was then");
  }
  return Error{.code = ErrorCode::out_of_range,
               .message = fmt::format(
                   "the copy is not what the database was then: its log has {} transactions from "
                   "the point before to that time, the last of them {}, and the copy came to have "
                   "{}, the last of them {}",
                   wanted.count, wanted.last, has.count, has.count == 0 ? "none" : has.last),
               .hint = "Choose the time of a point on the timeline. Nothing was changed."};
}

}  // namespace

Result<> replay_log(const Replay& replay) {
  const Directory own = TRY(replay.clone.layout.top->open_directory(kLog));
  const Directory later = TRY(replay.later.top->open_directory(kLog));
  const auto range = TRY(find_replay_range({.copy = own, .later = later}, replay.until, replay.of));
  if (range.pieces.empty()) return {};
  std::uint64_t last_before = TRY(newest_file(own));
  const auto go_on = [&] {
    return !replay.progress || replay.progress("recovering the copy", std::nullopt);
  };
  TRY(hide_server_name(replay.clone.layout));
  auto server = TRY(PrivateServer::start(replay.clone, go_on, PrivateServer::BinaryLog::carry_out));
  MemoryTables emptied;
  {
    auto session = TRY(server.session());
    emptied = TRY(find_emptied(session));
    if (!emptied.empty()) last_before = TRY(newest_file(own)) - 1;
    TRY(feed_all(replay, server, session, range.pieces, emptied));
  }
  TRY(server.stop());
  TRY(show_server_name(replay.clone.layout));
  TRY(check_definitions(replay, range, {.copy = own, .later = later}));
  Committed has = TRY(committed_after(own, last_before, range.filled));
  if (emptied.empty()) return compare(range.committed, has);
  if (has.has_names_of(range.committed)) return {};
  // Of what kind what is left of a transaction is, is not known.
  const Committed rest = TRY(committed_but_for(later, range.pieces, emptied));
  has.kinds = rest.kinds;
  return compare(rest, has);
}

}  // namespace slip::mariadb
