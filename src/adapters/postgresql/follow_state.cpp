// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <set>
#include <thread>

#include "adapters/postgresql/follow.h"
#include "adapters/postgresql/ingest.h"
#include "adapters/postgresql/origin.h"
#include "adapters/postgresql/write_ahead_log.h"

namespace slip::postgresql {

namespace fs = std::filesystem;

namespace {

// Some superuser of production's: its own is not made known to us.
Result<Session> open(const Follower& follower) {
  const auto enter = [&](const std::string& user, const std::string& database) {
    return Session::open_follower(follower.server, user, database, kAnswerPatience);
  };
  std::vector<std::string> users{"postgres", std::string(kOwnRole)};
  if (const auto* origin = std::get_if<UrlOrigin>(&follower.settings.origin)) {
    if (const auto user = origin->parameters.find("user"); user != origin->parameters.end()) {
      users.insert(users.begin(), user->second);
    }
  }
  std::optional<Error> first;
  for (const auto& user : users) {
    auto session = enter(user, "postgres");
    if (!session && session.error().code == ErrorCode::not_found) {
      session = enter(user, "template1");
    }
    if (!session) {
      if (!first) first = session.error();
      if (session.error().code != ErrorCode::permission_denied) return session;
      continue;
    }
    const auto rows = TRY(session->query(
        "SELECT rolname FROM pg_roles WHERE rolsuper AND rolcanlogin ORDER BY oid LIMIT 1"));
    const std::string superuser = rows.front().front().value_or("");
    if (superuser.empty() || superuser == user) return session;
    auto as_superuser = enter(superuser, "postgres");
    if (!as_superuser && as_superuser.error().code == ErrorCode::not_found) {
      as_superuser = enter(superuser, "template1");
    }
    return as_superuser;
  }
  return *first;
}

std::optional<std::int64_t> number_of(const std::optional<std::string>& text) {
  std::int64_t number = 0;
  if (!text) return std::nullopt;
  const auto [end, failed] = std::from_chars(text->data(), text->data() + text->size(), number);
  return failed == std::errc() ? std::optional(number) : std::nullopt;
}

std::optional<std::uint64_t> lsn_of(const std::optional<std::string>& text) {
  return text ? read_lsn(*text) : std::nullopt;
}

// What the standby says of itself. Times are production's, in milliseconds.
struct Report {
  std::string replayed_words;
  std::optional<std::uint64_t> replayed;
  std::optional<std::int64_t> newest_commit;
  bool is_streaming = false;
  std::optional<std::uint64_t> production_at;  // as of its last word
  std::optional<std::int64_t> clock_ahead;
  bool is_paused = false;
};

Result<Report> ask(Session& session) {
  const std::string ms = "(extract(epoch FROM {}) * 1000)::bigint";
  const std::string paused = session.server_major() >= 14
                                 ? "pg_get_wal_replay_pause_state() = 'paused'"
                                 : "pg_is_wal_replay_paused()";
  const auto rows = TRY(session.query(fmt::format(
      "SELECT pg_last_wal_replay_lsn(), {}, receiver.status, receiver.latest_end_lsn, "
      "{}, {} FROM (SELECT 1) AS one LEFT JOIN pg_stat_wal_receiver AS receiver ON true",
      fmt::format(fmt::runtime(ms), "pg_last_xact_replay_timestamp()"),
      fmt::format(fmt::runtime(ms), "receiver.last_msg_send_time - receiver.last_msg_receipt_time"),
      "pg_is_in_recovery() AND " + paused)));
  if (rows.empty()) return Error{.message = "the follower does not say where it is"};
  const Row& row = rows.front();
  Report report;
  report.replayed_words = row[0].value_or("");
  report.replayed = lsn_of(row[0]);
  report.newest_commit = number_of(row[1]);
  report.is_streaming = row[2] == "streaming";
  if (report.is_streaming) {
    report.production_at = lsn_of(row[3]);
    report.clock_ahead = number_of(row[4]);
  }
  report.is_paused = row[5] == "t";
  return report;
}

// A record that begins at the end of a file ends in the next, and is applied with that. (There are
// longer ones; then a little seems to be missing.)
constexpr std::uint64_t kRecordBytes = 64 << 10;

struct Archive {
  std::uint64_t end = 0;  // of the newest file's log
  std::set<std::uint64_t> numbers;
  std::uint64_t bytes = 0;  // of a file's log
};

// Nothing: it is empty.
Result<std::optional<Archive>> look_into(const Follower& follower) {
  std::error_code failed;
  Archive archive;
  archive.bytes = TRY(segment_bytes(TRY(follower.layout.open_data())));
  for (const auto& entry : fs::directory_iterator(follower.settings.follow->archive, failed)) {
    const std::string name = entry.path().filename().string().substr(0, 24);
    if (const auto number = segment_number(name, archive.bytes)) archive.numbers.insert(*number);
  }
  if (failed) {
    return Error{.code = ErrorCode::unavailable,
                 .message = "the archive " + follower.settings.follow->archive.string() +
                            " cannot be read: " + failed.message(),
                 .hint =
                     "Check that it is mounted, and that the user who runs databases may read "
                     "it."};
  }
  if (archive.numbers.empty()) return std::optional<Archive>();
  archive.end = (*archive.numbers.rbegin() + 1) * archive.bytes;
  return std::optional(archive);
}

struct Trouble {
  FollowHealth health;
  const char* said;  // by the server, in its log
  const char* problem;
  const char* hint;
  bool has_words = false;  // production's own follow, in its language
};

constexpr const char* kSeedAnew = "Seed it anew: slip source reseed NAME. The data there is stays.";
constexpr Trouble kTroubles[] = {
    {FollowHealth::lost, "has already been removed",
     "production no longer has the log that is needed to go on: it was out of reach for too long",
     kSeedAnew},
    {FollowHealth::lost, "system identifier differs",
     "another database answers at the address of production (it was made anew or upgraded)",
     kSeedAnew},
    {FollowHealth::lost, "is behind recovery timeline",
     "production was switched to a server that does not have all that was followed here",
     kSeedAnew},
    {FollowHealth::lost, "forked off current database system timeline",
     "production was switched to a server that does not have all that was followed here",
     kSeedAnew},
    {FollowHealth::lost, "is not in this server's history",
     "production was switched to a server that does not have all that was followed here",
     kSeedAnew},
    {FollowHealth::lost, "database files are incompatible with server",
     "production is of another version now", kSeedAnew},
    {FollowHealth::disconnected, "replication slot",
     "production has no such replication slot any more, or another uses it",
     "Sync the source, which makes it anew where it is gone. If production has no longer the log "
     "that is needed then, seed it anew: slip source reseed NAME."},
    {FollowHealth::disconnected, "password authentication failed",
     "production refuses the password",
     "Set the user's password back there, or give the source the new one: slip source url NAME "
     "@FILE."},
    {FollowHealth::disconnected, "no pg_hba.conf entry",
     "production does not let this machine replicate",
     "Add a line \"host replication USER ADDRESS scram-sha-256\" to its pg_hba.conf."},
    {FollowHealth::disconnected, "must be superuser or replication role",
     "production does not let this user replicate", "ALTER ROLE ... REPLICATION there."},
    {FollowHealth::disconnected, "connection to server", "production does not answer",
     "It goes on by itself when production is there again.", true},
    {FollowHealth::disconnected, "could not connect", "production does not answer",
     "It goes on by itself when production is there again."},
    {FollowHealth::disconnected, "could not receive data from WAL stream",
     "production has ended the connection",
     "It goes on by itself when production is there again. If it says that the log was removed, "
     "seed it anew: slip source reseed NAME.",
     true},
};

// What it says behind its last colon but one: "failed: FATAL:  words" and "stream: ERROR:  words".
std::string words_of(std::string_view line) {
  line = line.substr(0, line.find('\n'));
  const auto begin = line.find(": ");
  return begin == std::string_view::npos ? "" : std::string(line.substr(begin));
}

struct KnownTrouble {
  const Trouble* trouble = nullptr;
  std::string words = {};
};

// What the server has said last that we know the meaning of.
KnownTrouble last_trouble(const std::string& log) {
  KnownTrouble last;
  std::size_t last_at = 0;
  for (const auto& trouble : kTroubles) {
    const auto at = log.rfind(trouble.said);
    if (at == std::string::npos || (last.trouble != nullptr && at <= last_at)) continue;
    last.trouble = &trouble;
    last_at = at;
  }
  if (last.trouble != nullptr && last.trouble->has_words) {
    last.words = words_of(std::string_view(log).substr(last_at));
  }
  return last;
}

std::int64_t between(std::uint64_t from, std::uint64_t to) {
  return to > from ? static_cast<std::int64_t>(to - from) : 0;
}

void tell(FollowState& state, FollowHealth health, std::string problem, std::string hint) {
  state.health = health;
  state.problem = std::move(problem);
  state.hint = std::move(hint);
}

constexpr std::int64_t kNearBytes = 32 << 20;
constexpr std::int64_t kNearMs = 10'000;

bool is_near(const FollowState& state) {
  return state.lag_bytes.value_or(0) < kNearBytes || state.lag_ms.value_or(0) < kNearMs;
}

Result<> judge_stream(const Follower& follower, const Report& report, FollowState& state) {
  if (report.is_streaming) {
    state.health = is_near(state) ? FollowHealth::following : FollowHealth::catching_up;
    return {};
  }
  tell(state, FollowHealth::disconnected, "production is not connected",
       "It goes on by itself when production is there again.");
  if (const auto [trouble, words] = last_trouble(follower.log); trouble != nullptr) {
    tell(state, trouble->health, trouble->problem + words, trouble->hint);
  }
  return {};
}

Result<> judge_archive(const Follower& follower, const Report& report, FollowState& state) {
  const auto archive = look_into(follower);
  if (!archive) {
    tell(state, FollowHealth::disconnected, archive.error().message, archive.error().hint);
    return {};
  }
  state.health = FollowHealth::following;
  if (const auto [trouble, words] = last_trouble(follower.log);
      trouble != nullptr && trouble->health == FollowHealth::lost) {
    tell(state, trouble->health, trouble->problem, trouble->hint);
    return {};
  }
  if (!*archive || !report.replayed) return {};
  state.lag_bytes = between(*report.replayed + kRecordBytes, (**archive).end);
  const std::uint64_t next = *report.replayed / (**archive).bytes;
  const auto& numbers = (**archive).numbers;
  const bool newer_are_there = *numbers.rbegin() > next;
  if (newer_are_there && !numbers.contains(next)) {
    tell(state, FollowHealth::lost,
         fmt::format("the archive lacks the log file that comes next (number {:X}), and has newer "
                     "ones",
                     next),
         "Put it there if you have it; otherwise seed the source anew: slip source reseed NAME.");
  } else if (newer_are_there) {
    state.health = FollowHealth::catching_up;
  } else if (state.lag_bytes == 0) {
    state.lag_ms = 0;
  }
  return {};
}

// A state is told quickly, also when production does not answer.
constexpr auto kWatchPatience = std::chrono::seconds(2);

// How much production keeps for us in the slot.
void watch_slot(const Follower& follower, FollowState& state) {
  const auto* origin = std::get_if<UrlOrigin>(&follower.settings.origin);
  if (origin == nullptr || follower.settings.follow->slot.empty()) return;
  auto session = connect_to(*origin, {}, kWatchPatience);
  if (!session) return;
  const auto rows = session->query(
      "SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn)::bigint, wal_status FROM "
      "pg_replication_slots WHERE slot_name = $1",
      {follower.settings.follow->slot});
  if (!rows || rows->empty()) return;
  state.kept_bytes = number_of(rows->front()[0]);
  if (rows->front()[1] == "lost") {
    tell(state, FollowHealth::lost,
         "production has given up the slot: it had to keep more than its limit", kSeedAnew);
  }
}

}  // namespace

Result<> follower_ready(const Follower& follower) {
  auto session = open(follower);
  if (session) return {};
  Error error = std::move(session).error();
  if (error.code == ErrorCode::timed_out || error.code == ErrorCode::not_found) {
    error.code = ErrorCode::unavailable;
  }
  return error;
}

Result<DataPosition> follower_position(const Follower& follower) {
  auto session = TRY(open(follower));
  const Report report = TRY(ask(session));
  const std::int64_t newest = report.newest_commit
                                  ? *report.newest_commit - report.clock_ahead.value_or(0)
                                  : machine_time().ms;
  return DataPosition{.at = Timestamp{std::min(newest, machine_time().ms)},
                      .position = report.replayed_words};
}

Result<FollowState> follower_state(const Follower& follower) {
  auto session = TRY(open(follower));
  const Report report = TRY(ask(session));
  FollowState state;
  state.position = report.replayed_words;
  state.clock_ahead_ms = report.clock_ahead;
  if (report.newest_commit) {
    state.data_time = Timestamp{*report.newest_commit - report.clock_ahead.value_or(0)};
  }
  if (report.replayed && report.production_at) {
    state.lag_bytes = between(*report.replayed, *report.production_at);
    // What is applied to the last byte is not late, however long nobody has written anything.
    const bool is_late = *state.lag_bytes > 0 && state.data_time;
    state.lag_ms = is_late ? std::max<std::int64_t>(0, machine_time().ms - state.data_time->ms) : 0;
  } else if (state.data_time) {
    state.lag_ms = std::max<std::int64_t>(0, machine_time().ms - state.data_time->ms);
  }
  const bool by_archive = !follower.settings.follow->archive.empty();
  TRY(by_archive ? judge_archive(follower, report, state) : judge_stream(follower, report, state));
  if (report.is_paused) {
    tell(state, FollowHealth::catching_up,
         "production allows more connections or workers now than this follower was started with",
         "Sync the source: that starts it again, with more.");
  }
  watch_slot(follower, state);
  return state;
}

namespace {

// Nothing has moved for this long.
constexpr auto kStandstill = std::chrono::seconds(30);
constexpr auto kPause = std::chrono::milliseconds(50);

struct Target {
  std::uint64_t lsn = 0;
  // What has been committed by then is before it; nothing: by when this was asked for.
  std::optional<Timestamp> as_of = {};
};

// How far production's log is on its disk: every commit that waited for it is there. It may be a
// standby itself, which may be behind.
Result<Target> production_position(const UrlOrigin& origin) {
  auto session = TRY(connect_to(origin));
  const auto rows =
      TRY(session.query("SELECT CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE "
                        "pg_current_wal_flush_lsn() END, NOT pg_is_in_recovery() OR "
                        "(EXISTS (SELECT FROM pg_stat_wal_receiver) AND "
                        "pg_last_wal_replay_lsn() >= pg_last_wal_receive_lsn()), "
                        "(extract(epoch FROM pg_last_xact_replay_timestamp()) * 1000)::bigint"));
  const auto lsn = rows.empty() ? std::nullopt : lsn_of(rows.front().front());
  if (!lsn) return Error{.message = "production does not say where it is"};
  if (rows.front()[1] == "t") return Target{.lsn = *lsn};
  return Target{.lsn = *lsn, .as_of = Timestamp{number_of(rows.front()[2]).value_or(0)}};
}

Result<Target> target_of(const Follower& follower) {
  if (follower.settings.follow->archive.empty()) {
    return production_position(std::get<UrlOrigin>(follower.settings.origin));
  }
  const auto archive = TRY(look_into(follower));
  return Target{.lsn = archive ? archive->end - kRecordBytes : 0};
}

Error must_be_started_again() {
  return Error{.code = ErrorCode::precondition_failed, .message = "it has to be started again"};
}

}  // namespace

Result<Timestamp> catch_up(const Follower& follower, const Progress& progress) {
  const Timestamp asked = machine_time();
  const bool by_archive = !follower.settings.follow->archive.empty();
  // A server that production was switched to has no slots.
  if (!by_archive) {
    TRY(ensure_slot(*follower.settings.follow, std::get<UrlOrigin>(follower.settings.origin)));
  }
  const Target target = TRY(target_of(follower));
  // It ends where production's log demands what only a start can give it.
  const auto has_ended = [&] {
    return !listener(*follower.server.directory, follower.server.socket());
  };
  auto opened = open(follower);
  if (!opened && has_ended()) return must_be_started_again();
  auto session = TRY(std::move(opened));
  std::uint64_t last = 0;
  auto moved = std::chrono::steady_clock::now();
  for (;;) {
    const auto report = ask(session);
    if (!report) {
      if (!open(follower)) return must_be_started_again();
      return report.error();
    }
    const std::uint64_t here = report->replayed.value_or(0);
    if (here >= target.lsn) {
      // An archive lacks the file that production is writing to.
      if (by_archive) return Timestamp{report->newest_commit.value_or(0)};
      return std::min(asked, target.as_of.value_or(asked));
    }
    if (report->is_paused) return must_be_started_again();
    if (here != last) moved = std::chrono::steady_clock::now();
    last = here;
    if (!progress(fmt::format("{} MB to go", (target.lsn - here) >> 20), std::nullopt)) {
      return Error{.code = ErrorCode::canceled, .message = "canceled"};
    }
    if (std::chrono::steady_clock::now() - moved > kStandstill) {
      const FollowState state = TRY(follower_state(follower));
      return Error{.code = ErrorCode::timed_out,
                   .message = state.problem.empty() ? "the follower does not come nearer to "
                                                      "production"
                                                    : state.problem,
                   .hint = state.hint};
    }
    std::this_thread::sleep_for(kPause);
  }
}

}  // namespace slip::postgresql
