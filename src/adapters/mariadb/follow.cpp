// SPDX-License-Identifier: Apache-2.0
#include "adapters/mariadb/follow.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <functional>

#include "adapters/mariadb/ingest.h"
#include "adapters/mariadb/memory_tables.h"
#include "adapters/mariadb/origin.h"

namespace slip::mariadb {

Result<> check_production(const Dialect& dialect, const UrlOrigin& production) {
  auto session = TRY(connect_to(production));
  if (&session.dialect() != &dialect) {
    return Error{.code = ErrorCode::invalid_argument,
                 .message = "the server at " + production.where() + " is " +
                            std::string(session.dialect().product) + " " +
                            session.server_version()};
  }
  const std::size_t most = dialect.replication_password_max;
  if (production.password.size() > most) {
    return Error{.code = ErrorCode::invalid_argument,
                 .message = fmt::format("the password of {} at {} has {} bytes; {}'s replication "
                                        "takes {}",
                                        production.user, production.where(),
                                        production.password.size(), dialect.product, most),
                 .hint = "Give the account a shorter one, or leave follow out."};
  }
  const std::string why = TRY(dialect.why_not_followed(session));
  if (!why.empty()) {
    return Error{.code = ErrorCode::precondition_failed,
                 .message = "the server at " + production.where() + " " + why,
                 .hint =
                     "Set log_bin, server_id and GTIDs there and restart it, or leave follow "
                     "out."};
  }
  for (const Row& row : TRY(session.query("SHOW GRANTS"))) {
    const std::string grant = row.front().value_or("");
    const bool of_server = grant.find(" ON *.* TO ") != std::string::npos;
    if (of_server && (grant.find("REPLICATION SLAVE,") != std::string::npos ||
                      grant.find("REPLICATION SLAVE ON") != std::string::npos ||
                      grant.find("ALL PRIVILEGES") != std::string::npos)) {
      return {};
    }
  }
  return Error{.code = ErrorCode::permission_denied,
               .message = production.user + " may not replicate from " + production.where(),
               .hint = "As its administrator: GRANT REPLICATION SLAVE ON *.* TO the account."};
}

std::uint32_t follower_server_id(const InstanceId& id) {
  return static_cast<std::uint32_t>(std::hash<std::string>()(id.str()) % 0x7fffffff + 1);
}

namespace {

// Of a name in which nothing stands for anything else.
std::string as_pattern(const std::string& name) {
  std::string pattern;
  for (const char c : name) {
    if (c == '_' || c == '%' || c == '\\') pattern += '\\';
    pattern += c;
  }
  return pattern;
}

}  // namespace

std::vector<std::string> follower_arguments(const Dialect& dialect, const Settings& settings,
                                            const InstanceId& id) {
  std::vector<std::string> arguments(dialect.of_follower.begin(), dialect.of_follower.end());
  arguments.push_back("--server-id=" + std::to_string(follower_server_id(id)));
  if (const auto* seed = std::get_if<UrlOrigin>(&settings.origin)) {
    // Accounts are not copied, so what production does to them finds nothing here.
    arguments.emplace_back("--replicate-wild-ignore-table=mysql.%");
    if (!seed->database.empty()) {
      arguments.push_back("--replicate-wild-do-table=" + as_pattern(seed->database) + ".%");
      // Routines and events of other databases come through that all the same: "unknown database".
      arguments.push_back("--" + std::string(dialect.skip_errors) + "=1049");
    }
  }
  return arguments;
}

namespace {

using Status = std::map<std::string, std::string>;

// By the names that MariaDB has for its columns; MySQL has newer words in the same places.
Result<Status> status_of(Session& session) {
  Status status;
  for (auto& [name, value] :
       TRY(session.named_row(std::string(session.dialect().replication_status)))) {
    std::string column = name;
    for (const auto& [newer, older] : {std::pair("Replica_", "Slave_"), {"Source", "Master"}}) {
      const auto at = column.find(newer);
      if (at != std::string::npos) column.replace(at, std::string_view(newer).size(), older);
    }
    status.emplace(std::move(column), std::move(value));
  }
  return status;
}

bool says(const Status& status, const char* column, std::string_view value) {
  const auto found = status.find(column);
  return found != status.end() && found->second == value;
}

std::string text_of(const Status& status, const char* column) {
  const auto found = status.find(column);
  return found == status.end() ? "" : found->second;
}

std::optional<std::int64_t> number_of(const Status& status, const char* column) {
  const std::string text = text_of(status, column);
  std::int64_t number = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  return failed == std::errc() && end == text.data() + text.size() && !text.empty()
             ? std::optional(number)
             : std::nullopt;
}

}  // namespace

namespace {

Result<> follow(Session& session, const UrlOrigin& production, bool encrypts) {
  const Dialect& dialect = session.dialect();
  TRY(session.query(std::string(dialect.stop_replication)));
  for (const auto& statement : dialect.follow_statements(session, production, encrypts)) {
    TRY(session.query(statement));
  }
  return {};
}

}  // namespace

Result<> ensure_replication(Session& session, const UrlOrigin& production) {
  const Status status = TRY(status_of(session));
  if (says(status, "Slave_IO_Running", "Yes") || says(status, "Slave_IO_Running", "Connecting")) {
    return {};
  }
  const auto emptied = TRY(read_emptied_tables(session));
  if (!emptied.empty()) {
    TRY(session.query(std::string(session.dialect().stop_replication)));
    TRY(session.query(session.dialect().pass_over(session, emptied)));
  }
  // Out of reach, it is followed as it may be; see ensure_encryption.
  const auto asked = connect_to(production, std::chrono::seconds(2));
  return follow(session, production, asked && asked->is_encrypted());
}

Result<> ensure_encryption(Session& session, const UrlOrigin& production) {
  const Status status = TRY(status_of(session));
  constexpr std::array refusals = {1045, 2026, 3159};
  const auto error = number_of(status, "Last_IO_Errno").value_or(0);
  if (std::ranges::find(refusals, error) == refusals.end()) return {};
  const auto asked = connect_to(production, std::chrono::seconds(2));
  if (!asked || asked->is_encrypted() == says(status, "Master_SSL_Allowed", "Yes")) return {};
  return follow(session, production, asked->is_encrypted());
}

Result<> remove_replication(const Layout& layout) {
  for (const char* folder : {kData, kLog}) {
    const Directory within = TRY(layout.top->open_directory(folder));
    for (const auto& [name, type] : TRY(within.list())) {
      const bool is_state = name == "multi-master.info" || name.starts_with("master") ||
                            name.starts_with("relay-log");
      const bool goes = folder == kLog || (is_state && name.ends_with(".info"));
      if (goes) TRY(within.remove(name));
    }
  }
  return {};
}

namespace {

constexpr const char* kSeedAnew = "Seed it anew: slip source reseed NAME. The data there is stays.";
constexpr const char* kByItself = "It goes on by itself when production is there again.";

void tell(FollowState& state, FollowHealth health, std::string problem, std::string hint) {
  state.health = health;
  state.problem = std::move(problem);
  state.hint = std::move(hint);
}

// Errors of the connection to production, by the server's numbers.
void judge_connection(const Status& status, FollowState& state) {
  const auto number = number_of(status, "Last_IO_Errno").value_or(0);
  const std::string words = text_of(status, "Last_IO_Error");
  switch (number) {
    case 0:
      tell(state, FollowHealth::disconnected, "production is not connected", kByItself);
      break;
    case 1045:
    case 1130:
      tell(state, FollowHealth::disconnected, "production refuses the login",
           "Set the account's password back there, or give the source the new one: slip source url "
           "NAME @FILE.");
      break;
    case 1227:
      tell(state, FollowHealth::disconnected, "production does not let this account replicate",
           "As its administrator: GRANT REPLICATION SLAVE ON *.* TO the account.");
      break;
    case 1236:
    case 13114:
      if (words.find("purged") != std::string::npos || words.find("too old") != std::string::npos) {
        tell(
            state, FollowHealth::lost,
            "production no longer has the log that is needed to go on: it was out of reach for too "
            "long",
            kSeedAnew);
      } else {
        tell(state, FollowHealth::lost,
             "production does not know the newest transaction that is here: it was switched to a "
             "server that has less, or made anew",
             kSeedAnew);
      }
      break;
    case 1593:
    case 13117:
      tell(state, FollowHealth::lost, "production cannot be followed: " + words, kSeedAnew);
      break;
    default:
      tell(state, FollowHealth::disconnected, "production does not answer", kByItself);
  }
}

// What production says of itself, by one short connection.
struct Asked {
  std::optional<std::int64_t> clock_ahead_ms;  // before ours
  bool logs_statements = false;                // whatever they come to
  std::string only_logged = {};                // the databases, where not all are
  std::string not_logged = {};
};

bool has(const std::string& list, const std::string& database) {
  return ("," + list + ",").find("," + database + ",") != std::string::npos;
}

// Newer MySQL has other words for it. Who may not ask knows nothing of it. `database`: the only one
// that is followed, if not empty.
void ask_what_is_logged(Session& production, const std::string& database, Asked& answer) {
  auto status = production.named_row("SHOW MASTER STATUS");
  if (!status) status = production.named_row("SHOW BINARY LOG STATUS");
  if (!status) return;
  answer.only_logged = text_of(*status, "Binlog_Do_DB");
  answer.not_logged = text_of(*status, "Binlog_Ignore_DB");
  if (database.empty()) return;
  if (has(answer.only_logged, database)) answer.only_logged.clear();
  if (!has(answer.not_logged, database)) answer.not_logged.clear();
}

Asked ask(const UrlOrigin& production) {
  Asked answer;
  const std::int64_t before = machine_time().ms;
  auto session = connect_to(production, std::chrono::seconds(2));
  if (!session) return answer;
  const std::int64_t asked = machine_time().ms;
  const auto rows = session->query("SELECT FLOOR(UNIX_TIMESTAMP(NOW(6)) * 1000)");
  const std::int64_t answered = machine_time().ms;
  if (!rows || rows->empty() || answered - before > 2000) return answer;
  answer.clock_ahead_ms =
      std::atoll(rows->front().front().value_or("0").c_str()) - (asked + answered) / 2;
  const auto format = session->query("SHOW GLOBAL VARIABLES LIKE 'binlog_format'");
  answer.logs_statements =
      format && !format->empty() && format->front().back().value_or("") == "STATEMENT";
  ask_what_is_logged(*session, production.database, answer);
  return answer;
}

// It goes on, but not everything comes along.
void tell_what_is_not_followed(const Status& status, const Asked& asked, FollowState& state) {
  const std::string emptied = text_of(status, "Replicate_Ignore_Table");
  if (asked.logs_statements) {
    state.problem =
        "production logs statements (binlog_format = STATEMENT), and what they come to here may "
        "be something else: UUID(), SYSDATE(), LIMIT without ORDER BY";
    state.hint =
        "Set binlog_format to ROW or MIXED there, and seed the source anew: slip source reseed "
        "NAME.";
  } else if (!asked.only_logged.empty() || !asked.not_logged.empty()) {
    state.problem = asked.only_logged.empty()
                        ? "production does not log these databases, whose changes do not come: " +
                              asked.not_logged + " (binlog-ignore-db)"
                        : "production logs these databases only, and changes of others do not "
                          "come: " +
                              asked.only_logged + " (binlog-do-db)";
    state.hint =
        "Take the option out there and restart it, and seed the source anew: slip source reseed "
        "NAME.";
  } else if (!emptied.empty()) {
    state.problem = "the rows of MEMORY tables are not followed: " + emptied;
    state.hint =
        "Copies have these tables empty, as production has after a restart. Where copies need "
        "the rows, give the table another engine there.";
  }
}

constexpr std::int64_t kNearMs = 10'000;

}  // namespace

Result<FollowState> read_follow_state(Session& session, const UrlOrigin& production) {
  const Status status = TRY(status_of(session));
  const auto here = TRY(session.query(std::string(session.dialect().followed_gtids_query)));
  FollowState state;
  if (!here.empty()) state.position = here.front().front().value_or("");
  const bool connected = says(status, "Slave_IO_Running", "Yes");
  const bool applies = says(status, "Slave_SQL_Running", "Yes");
  if (says(status, "Master_Log_File", text_of(status, "Relay_Master_Log_File"))) {
    const auto read = number_of(status, "Read_Master_Log_Pos");
    const auto applied = number_of(status, "Exec_Master_Log_Pos");
    if (read && applied) state.lag_bytes = std::max<std::int64_t>(0, *read - *applied);
  } else {
    state.lag_bytes = number_of(status, "Relay_Log_Space");
  }
  // The server allows for the difference of the clocks by itself.
  if (const auto seconds = number_of(status, "Seconds_Behind_Master")) {
    state.lag_ms = *seconds * 1000;
    state.data_time = Timestamp{machine_time().ms - *state.lag_ms};
  }
  const Asked asked = connected ? ask(production) : Asked{};
  state.clock_ahead_ms = asked.clock_ahead_ms;
  const std::string refused = text_of(status, "Last_SQL_Error");
  if (!applies && !refused.empty()) {
    tell(state, FollowHealth::lost, "a change of production does not fit what is here: " + refused,
         kSeedAnew);
  } else if (!connected) {
    judge_connection(status, state);
  } else {
    state.health =
        state.lag_ms.value_or(0) < kNearMs ? FollowHealth::following : FollowHealth::catching_up;
    tell_what_is_not_followed(status, asked, state);
  }
  return state;
}

namespace {

Result<> tell_of_memory_tables(Session& session, const Progress& progress) {
  const auto tables = TRY(read_memory_tables(session));
  if (tables.empty() || !progress) return {};
  if (progress("without the rows of the MEMORY tables " + names_of(tables), std::nullopt)) {
    return {};
  }
  return Error{.code = ErrorCode::canceled, .message = "canceled"};
}

}  // namespace

Result<Timestamp> catch_up(Session& session, const UrlOrigin& production,
                           const Progress& progress) {
  const Timestamp asked = machine_time();
  std::string target;
  {
    auto origin = TRY(connect_to(production));
    const auto rows = TRY(origin.query(std::string(origin.dialect().gtids_query)));
    if (!rows.empty()) target = rows.front()[1].value_or("");
  }
  constexpr auto standstill = std::chrono::seconds(30);
  auto moved = std::chrono::steady_clock::now();
  std::string last;
  for (;;) {
    const auto waited = TRY(session.query(session.dialect().wait_for(session, target)));
    if (waited.empty() || waited.front()[0] == "0") {
      TRY(tell_of_memory_tables(session, progress));
      return asked;
    }
    const std::string here = waited.front()[1].value_or("");
    if (here != last) moved = std::chrono::steady_clock::now();
    last = here;
    const FollowState state = TRY(read_follow_state(session, production));
    if (state.health == FollowHealth::lost) {
      return Error{.code = ErrorCode::failed, .message = state.problem, .hint = state.hint};
    }
    if (!progress("at " + here, std::nullopt)) {
      return Error{.code = ErrorCode::canceled, .message = "canceled"};
    }
    if (std::chrono::steady_clock::now() - moved < standstill) continue;
    return Error{.code = ErrorCode::timed_out,
                 .message = state.problem.empty()
                                ? "the follower does not come nearer to production"
                                : state.problem,
                 .hint = state.hint};
  }
}

}  // namespace slip::mariadb
