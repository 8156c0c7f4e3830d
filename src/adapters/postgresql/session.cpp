// SPDX-License-Identifier: Apache-2.0
#include "adapters/postgresql/session.h"

#include <libpq-fe.h>
#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string_view>

#include "adapters/postgresql/session_wait.h"
#include "base/system_error.h"

namespace slip::postgresql {

namespace {

using SteadyClock = std::chrono::steady_clock;

// In the order in which servers have come to know them.
std::string without_limits(int major) {
  std::string options =
      "-c statement_timeout=0 -c lock_timeout=0 -c idle_in_transaction_session_timeout=0";
  if (major >= 14) options += " -c idle_session_timeout=0";
  if (major >= 17) options += " -c transaction_timeout=0";
  return options;
}

// Whatever the server, a database or a role is set to: our sessions wait for the local disk only,
// never log what they say, load and set off nothing of the owner's when they begin, may write, and
// are not ended for being slow.
std::string common_options(int major) {
  std::string options =
      "-c synchronous_commit=local -c log_statement=none -c log_min_duration_statement=-1 "
      "-c log_min_error_statement=panic -c default_transaction_read_only=off -c role=none "
      "-c session_preload_libraries= -c local_preload_libraries= " +
      without_limits(major);
  if (major >= 17) options += " -c event_triggers=off";
  return options;
}

// Our own statements find only the server's own functions.
std::string own_options(int major) {
  return common_options(major) +
         " -c statement_timeout=5000 -c lock_timeout=3000 -c search_path=pg_catalog";
}

// Those of others are theirs in all else.
std::string script_options(int major) {
  return common_options(major);
}

constexpr std::string_view kTooManyConnections = " 53300: ";

// What a server that lets us in says until then.
constexpr std::size_t kGreetingMax = 1 << 20;

Error no_answer() {
  return Error{.code = ErrorCode::timed_out, .message = "the PostgreSQL server does not answer"};
}

Result<> wait_for(const PGconn* connection, ServerLine* line, short events,
                  SteadyClock::time_point deadline) {
  for (;;) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - SteadyClock::now());
    if (left.count() <= 0) return no_answer();
    if (line != nullptr) {
      if (TRY(line->pass(PQsocket(connection), events, left))) return {};
      continue;
    }
    pollfd waiting{.fd = PQsocket(connection), .events = events, .revents = 0};
    const int ready = ::poll(&waiting, 1, static_cast<int>(left.count()));
    if (ready > 0) return {};
    if (ready < 0 && errno != EINTR) return error_from_errno(errno, "wait for a PostgreSQL server");
  }
}

// The SQLSTATE in "FATAL:  28000: message"; empty: there is none.
std::string_view state_in(std::string_view words) {
  constexpr std::size_t length = 5;
  for (std::size_t at = words.find(": "); at != words.npos; at = words.find(": ", at + 1)) {
    const std::size_t begin = std::min(words.find_first_not_of(' ', at + 1), words.size());
    const auto code = words.substr(begin, length);
    const bool is_state =
        code.size() == length && code[0] >= '0' && code[0] <= '9' &&
        code.find_first_not_of("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ") == words.npos;
    if (is_state && words.substr(begin + length).starts_with(": ")) return code;
  }
  return {};
}

Error connect_error(const PGconn* connection) {
  const std::string words = server_words(PQerrorMessage(connection));
  const std::string_view code = state_in(words);
  Error error{.code = ErrorCode::unavailable,
              .message = "the PostgreSQL server does not answer",
              .hint = "",
              .context = {},
              .detail = words};
  if (code.starts_with("28") || code == "42501" || PQconnectionNeedsPassword(connection) != 0) {
    error.code = ErrorCode::permission_denied;
    error.message = "the PostgreSQL server refuses the login";
  } else if (code == "3D000") {
    error.code = ErrorCode::not_found;
    error.message = "the PostgreSQL server has no such database";
  } else if (code == "55000") {
    error.code = ErrorCode::precondition_failed;
    error.message = "the database accepts no connections";
  } else if (code == "57P03") {
    error.message = "the PostgreSQL server is starting up";
  } else if (!code.empty()) {
    error.message = "the PostgreSQL server takes no connection now";
  }
  return error;
}

// Statements that were sent at once are few.
constexpr int kResultsMax = 1000;

// Takes the rows of an answer, and no more than there is room for.
class Taken {
 public:
  // False: it is too large.
  bool take(const PGresult* result) {
    size_ += sizeof(Row);
    Row values;
    for (int column = 0; column < PQnfields(result); ++column) {
      size_ += sizeof(Row::Value);
      if (PQgetisnull(result, 0, column) != 0) {
        values.add(std::nullopt);
        continue;
      }
      size_ += static_cast<std::size_t>(PQgetlength(result, 0, column));
      if (size_ > kAnswerMax) return false;
      values.add(PQgetvalue(result, 0, column));
    }
    rows_.add(std::move(values));
    return size_ <= kAnswerMax;
  }
  Rows all() { return std::move(rows_); }

 private:
  Rows rows_;
  std::size_t size_ = 0;
};

Error too_large() {
  return Error{.code = ErrorCode::too_large,
               .message = "the PostgreSQL server's answer is too large"};
}

Result<Rows> take_rows(PGconn* connection, Wait& wait) {
  Taken rows;
  std::optional<Error> failed;
  for (int results = 0;;) {
    TRY(wait.result());
    const std::unique_ptr<PGresult, decltype(&PQclear)> result(PQgetResult(connection), &PQclear);
    if (result == nullptr) break;
    const ExecStatusType status = PQresultStatus(result.get());
    if (status == PGRES_SINGLE_TUPLE) {
      if (!rows.take(result.get())) return too_large();
      continue;
    }
    if (++results > kResultsMax) return too_large();
    if (status == PGRES_COPY_IN || status == PGRES_COPY_OUT || status == PGRES_COPY_BOTH) {
      return Error{.code = ErrorCode::unavailable,
                   .message = "the PostgreSQL server begins a copy that nobody asked for"};
    }
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) {
      failed = Error{.code = ErrorCode::failed,
                     .message = "the PostgreSQL server refused a statement",
                     .hint = "",
                     .context = {},
                     .detail = server_words(PQresultErrorMessage(result.get()))};
    }
  }
  if (failed) return *std::move(failed);
  return rows.all();
}

}  // namespace

std::string hook_options(int major) {
  return without_limits(major);
}

void Session::Close::operator()(pg_conn* connection) const {
  PQfinish(connection);
}

Result<Session> Session::open(std::map<std::string, std::string> parameters, Duration patience) {
  return connect(std::move(parameters), patience, nullptr);
}

Result<Session> Session::connect(std::map<std::string, std::string> parameters, Duration patience,
                                 std::unique_ptr<ServerLine> line) {
  const auto deadline = SteadyClock::now() + patience;
  parameters.try_emplace("application_name", "slipstream");
  parameters.try_emplace("client_encoding", "UTF8");
  parameters.try_emplace("keepalives_idle", "5");
  parameters.try_emplace("tcp_user_timeout", "10000");
  // libpq resolves names and tries addresses by itself; this bounds what poll does not see.
  const auto seconds = std::max<std::int64_t>(2, patience.count() / 1000);
  parameters["connect_timeout"] = std::to_string(seconds);
  std::vector<const char*> keys;
  std::vector<const char*> values;
  for (const auto& [key, value] : parameters) {
    keys.push_back(key.c_str());
    values.push_back(value.c_str());
  }
  keys.push_back(nullptr);
  values.push_back(nullptr);
  Handle connection(PQconnectStartParams(keys.data(), values.data(), 0));
  if (connection == nullptr) return Error{.message = "no memory for a PostgreSQL connection"};
  // Verbose messages carry the SQLSTATE, which is the same in every language.
  PQsetErrorVerbosity(connection.get(), PQERRORS_VERBOSE);
  PQsetNoticeProcessor(
      connection.get(), [](void*, const char*) {}, nullptr);
  if (PQstatus(connection.get()) == CONNECTION_BAD) return connect_error(connection.get());
  // Through a unix socket it is connected by now, and nothing has been said yet.
  if (line != nullptr) {
    TRY(line->accept());
    line->allow(kGreetingMax);
  }
  for (auto next = PGRES_POLLING_WRITING; next != PGRES_POLLING_OK;) {
    TRY(wait_for(connection.get(), line.get(), next == PGRES_POLLING_READING ? POLLIN : POLLOUT,
                 deadline));
    next = PQconnectPoll(connection.get());
    if (next == PGRES_POLLING_FAILED) return connect_error(connection.get());
  }
  if (PQsetnonblocking(connection.get(), 1) != 0) return connect_error(connection.get());
  Session session(std::move(connection));
  session.line_ = std::move(line);
  return session;
}

Result<Session> Session::open_socket(const LocalServer& server, const Login& login,
                                     Duration patience) {
  // libpq wants a folder and makes the name of the socket itself.
  const auto call = [&](std::map<std::string, std::string> parameters) -> Result<Session> {
    auto line = TRY(ServerLine::open({.directory = *server.directory,
                                      .name = server.socket(),
                                      .user = server.user,
                                      .what = "the PostgreSQL server"},
                                     server.socket().filename()));
    parameters["host"] = line->folder();
    return connect(std::move(parameters), patience, std::move(line));
  };
  std::map<std::string, std::string> parameters = {{"port", std::to_string(server.port)},
                                                   {"user", login.user},
                                                   {"dbname", login.database},
                                                   {"options", login.options}};
  auto session = call(parameters);
  if (session || session.error().detail.find(kTooManyConnections) == std::string::npos) {
    return session;
  }
  // Those for replication are counted apart, and take statements too.
  parameters["replication"] = "database";
  auto replication = call(parameters);
  return replication ? std::move(replication) : std::move(session);
}

Result<Session> Session::open_local(const LocalServer& server, Duration patience) {
  Login login{.database = "postgres", .options = own_options(server.major)};
  auto session = open_socket(server, login, patience);
  for (const std::string& other : {std::string("template1"), server.database}) {
    const bool is_closed = !session && (session.error().code == ErrorCode::not_found ||
                                        session.error().code == ErrorCode::precondition_failed);
    if (!is_closed || other.empty()) return session;
    login.database = other;
    session = open_socket(server, login, patience);
  }
  return session;
}

Result<Session> Session::open_database(const LocalServer& server, const std::string& database,
                                       Duration patience) {
  return open_socket(server, {.database = database, .options = own_options(server.major)},
                     patience);
}

Result<Session> Session::open_follower(const LocalServer& server, const std::string& user,
                                       const std::string& database, Duration patience) {
  return open_socket(
      server, {.user = user, .database = database, .options = own_options(server.major)}, patience);
}

Result<Session> Session::open_for_script(const LocalServer& server, const std::string& database,
                                         Duration patience) {
  auto session = TRY(open_socket(
      server, {.database = database, .options = script_options(server.major)}, patience));
  // Those that the statements set off, but for one that greets whoever logs in.
  if (server.major >= 17) TRY(session.query("SET event_triggers = on"));
  return session;
}

Result<Rows> Session::query(const std::string& sql, const std::vector<std::string>& parameters,
                            Duration patience) {
  Wait wait(connection_.get(), line_.get(),
            {.patience = patience, .too_late = "the PostgreSQL server does not answer"});
  std::vector<const char*> values;
  for (const std::string& value : parameters) values.push_back(value.c_str());
  // A connection for replication takes no parameters.
  const int sent = values.empty() ? PQsendQuery(connection_.get(), sql.c_str())
                                  : PQsendQueryParams(connection_.get(), sql.c_str(),
                                                      static_cast<int>(values.size()), nullptr,
                                                      values.data(), nullptr, nullptr, 0);
  if (sent == 0) return broken_connection(connection_.get());
  PQsetSingleRowMode(connection_.get());  // so that libpq does not gather them
  auto rows = [&]() -> Result<Rows> {
    TRY(wait.sent());
    return take_rows(connection_.get(), wait);
  }();
  // Whatever else it says is no answer to the next statement.
  if (!rows && rows.error().code != ErrorCode::failed) connection_.reset();
  return rows;
}

std::string Session::quote_name(const std::string& name) const {
  std::string quoted = "\"";
  for (const char c : name) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + "\"";
}

std::string Session::quote_text(const std::string& text) const {
  const std::unique_ptr<char, decltype(&PQfreemem)> quoted(
      PQescapeLiteral(connection_.get(), text.data(), text.size()), &PQfreemem);
  return quoted == nullptr ? "''" : quoted.get();
}

Result<std::string> Session::scram_verifier(const std::string& user,
                                            const std::string& password) const {
  const std::unique_ptr<char, decltype(&PQfreemem)> verifier(
      PQencryptPasswordConn(connection_.get(), password.c_str(), user.c_str(), "scram-sha-256"),
      &PQfreemem);
  if (verifier == nullptr) return Error{.message = "cannot derive a password verifier"};
  return std::string(verifier.get());
}

int Session::backend() const {
  return PQbackendPID(connection_.get());
}

int Session::server_major() const {
  return PQserverVersion(connection_.get()) / 10000;
}

}  // namespace slip::postgresql
