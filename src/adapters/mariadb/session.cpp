// SPDX-License-Identifier: Apache-2.0
#include "adapters/mariadb/session.h"

#include <errmsg.h>
#include <fcntl.h>
#include <mysql.h>
#include <mysqld_error.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "adapters/mariadb/data_directory.h"
#include "adapters/mariadb/dialect.h"
#include "adapters/mariadb/own_user.h"
#include "base/system_error.h"

namespace slip::mariadb {

namespace {

// MySQL's number of what has another in MariaDB, whose header this is.
constexpr unsigned mysql_account_locked = 3118;

using SteadyClock = std::chrono::steady_clock;
constexpr std::size_t kAnswerBytesMax = 64 << 20;

// What a server that lets us in says until then, and before the first row of an answer: libraries
// gather that.
constexpr std::size_t kPrefaceBytesMax = 1 << 20;

// A connection, and how it is waited for.
struct Waiting {
  MYSQL* connection;
  ServerLine* line;  // nothing: to a production, by the library alone
  SteadyClock::time_point deadline;

  void allow(std::size_t bytes) const {
    if (line != nullptr) line->allow(bytes);
  }
};

Error no_answer() {
  return Error{.code = ErrorCode::timed_out, .message = "the database server does not answer"};
}

Result<int> wait_for(const Waiting& waiting, int wanted) {
  const int fd = static_cast<int>(mysql_get_socket(waiting.connection));
  short events = 0;
  if ((wanted & MYSQL_WAIT_READ) != 0) events |= POLLIN;
  if ((wanted & MYSQL_WAIT_WRITE) != 0) events |= POLLOUT;
  if ((wanted & MYSQL_WAIT_EXCEPT) != 0) events |= POLLPRI;
  for (;;) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(waiting.deadline - SteadyClock::now());
    if (left.count() <= 0) return no_answer();
    if (waiting.line != nullptr && !TRY(waiting.line->pass(fd, events, left))) continue;
    pollfd one{.fd = fd, .events = events, .revents = 0};
    const int ready = ::poll(&one, 1, static_cast<int>(left.count()));
    if (ready < 0 && errno != EINTR) return error_from_errno(errno, "wait for a database server");
    if (ready <= 0) continue;
    int happened = 0;
    if ((one.revents & (POLLIN | POLLHUP | POLLERR)) != 0) happened |= MYSQL_WAIT_READ;
    if ((one.revents & (POLLOUT | POLLHUP | POLLERR)) != 0) happened |= MYSQL_WAIT_WRITE;
    if ((one.revents & POLLPRI) != 0) happened |= MYSQL_WAIT_EXCEPT;
    return happened;
  }
}

// Drives one of the client library's calls, which come in two parts: what `start` says it waits
// for is waited for here, until `go_on` says that there is nothing more.
template <class Start, class GoOn>
Result<> drive(const Waiting& waiting, Start start, GoOn go_on) {
  int wanted = start();
  while (wanted != 0) wanted = go_on(TRY(wait_for(waiting, wanted)));
  return {};
}

Error connect_error(MYSQL* connection) {
  Error error{.code = ErrorCode::unavailable,
              .message = "the database server does not answer",
              .hint = "",
              .context = {},
              .detail = mysql_error(connection)};
  switch (mysql_errno(connection)) {
    case ER_ACCESS_DENIED_ERROR:
    case ER_ACCESS_DENIED_NO_PASSWORD_ERROR:
    case ER_DBACCESS_DENIED_ERROR:
    case ER_HOST_NOT_PRIVILEGED:
    case ER_HOST_IS_BLOCKED:
    case ER_ACCOUNT_HAS_BEEN_LOCKED:
    case mysql_account_locked:
    case ER_MUST_CHANGE_PASSWORD_LOGIN:
    case ER_USER_LIMIT_REACHED:
    case CR_AUTH_PLUGIN_CANNOT_LOAD:
    case CR_AUTH_PLUGIN_ERR:
      error.code = ErrorCode::permission_denied;
      error.message = "the database server refuses the login";
      break;
    case ER_BAD_DB_ERROR:
      error.code = ErrorCode::not_found;
      error.message = "the database server has no such database";
      break;
    default:
      break;
  }
  return error;
}

Error query_error(MYSQL* connection) {
  const unsigned number = mysql_errno(connection);
  const bool broke = number >= CR_MIN_ERROR && number <= CR_MYSQL_LAST_ERROR;
  return Error{.code = broke ? ErrorCode::unavailable : ErrorCode::failed,
               .message = broke ? "the connection to the database server broke"
                                : "the database server refused a statement",
               .hint = "",
               .context = {},
               .detail = mysql_error(connection)};
}

// The columns of one row; their bytes, and some for each, are added to `bytes`.
Row take_row(MYSQL_RES* result, MYSQL_ROW values, std::size_t& bytes) {
  Row row;
  bytes += sizeof row;
  const unsigned columns = mysql_num_fields(result);
  const unsigned long* sizes = mysql_fetch_lengths(result);
  for (unsigned column = 0; column < columns; ++column) {
    bytes += sizeof(Row::Value);
    if (values[column] == nullptr) {
      row.add(std::nullopt);
    } else {
      bytes += sizes[column];
      row.add(std::string(values[column], sizes[column]));
    }
  }
  return row;
}

}  // namespace

void Session::Close::operator()(st_mysql* connection) const {
  mysql_close(connection);
}

Result<Session> Session::open(const Address& address, Duration patience) {
  return connect(address, patience, nullptr);
}

Result<Session> Session::connect(const Address& address, Duration patience,
                                 std::unique_ptr<ServerLine> line) {
  const auto deadline = SteadyClock::now() + patience;
  Handle connection(mysql_init(nullptr));
  if (connection == nullptr) return Error{.message = "no memory for a database connection"};
  MYSQL* raw = connection.get();
  const unsigned protocol = line == nullptr ? MYSQL_PROTOCOL_TCP : MYSQL_PROTOCOL_SOCKET;
  // The library resolves names by itself; this bounds what is not waited for here.
  const unsigned seconds =
      static_cast<unsigned>(std::max<std::int64_t>(2, patience.count() / 1000));
  const my_bool no = 0;
  mysql_options(raw, MYSQL_OPT_NONBLOCK, nullptr);
  mysql_options(raw, MYSQL_OPT_PROTOCOL, &protocol);
  mysql_options(raw, MYSQL_OPT_CONNECT_TIMEOUT, &seconds);
  mysql_options(raw, MYSQL_OPT_SSL_VERIFY_SERVER_CERT, &no);
  // With TLS where the server has it.
  const my_bool encrypts = line == nullptr ? 1 : 0;
  mysql_options(raw, MYSQL_OPT_SSL_ENFORCE, &encrypts);
  mysql_options(raw, MYSQL_SET_CHARSET_NAME, "utf8mb4");
  // A server may answer anything by asking for a file of the client's, and is given none.
  const unsigned none = 0;
  mysql_options(raw, MYSQL_OPT_LOCAL_INFILE, &none);
  const unsigned long packet_max = kAnswerBytesMax;
  mysql_options(raw, MYSQL_OPT_MAX_ALLOWED_PACKET, &packet_max);
  const auto text = [](const std::string& value) {
    return value.empty() ? nullptr : value.c_str();
  };
  const std::string socket = line == nullptr ? "" : (line->folder() / kSocketName).string();
  const Waiting waiting{.connection = raw, .line = line.get(), .deadline = deadline};
  waiting.allow(kPrefaceBytesMax);
  MYSQL* connected = nullptr;
  int wanted = mysql_real_connect_start(&connected, raw, text(address.host), address.user.c_str(),
                                        address.password.c_str(), text(address.database),
                                        address.port, text(socket), 0);
  // It is connected at once, and waits for the server to say something.
  if (line != nullptr && wanted != 0) TRY(line->accept());
  TRY(drive(
      waiting, [&] { return wanted; },
      [&](int happened) { return mysql_real_connect_cont(&connected, raw, happened); }));
  if (connected == nullptr) return connect_error(raw);
  Session session(std::move(connection));
  session.line_ = std::move(line);
  return session;
}

Result<Session> Session::open_local(const LocalServer& server, Duration patience) {
  return open_local_as(server, std::string(kOwnUser), server.password, patience);
}

Result<Session> Session::open_local_as(const LocalServer& server, const std::string& user,
                                       const std::string& password, Duration patience) {
  auto line = TRY(ServerLine::open({.directory = server.directory,
                                    .name = server.run / kSocketName,
                                    .user = server.user ? server.user->uid : ::geteuid(),
                                    .what = "the database server"},
                                   std::string(kSocketName)));
  auto session = TRY(connect({.user = user, .password = password}, patience, std::move(line)));
  TRY(session.query(std::string(session.dialect().session_settings), patience));
  return session;
}

namespace {

// What a statement answers, read row by row.
class Answer {
 public:
  explicit Answer(const Waiting& waiting) : waiting_(waiting), raw_(waiting.connection) {}
  // The library would read on to the end of it, however long that takes.
  ~Answer() {
    if (!is_read_) ::shutdown(static_cast<int>(mysql_get_socket(raw_)), SHUT_RDWR);
    if (result_ != nullptr) mysql_free_result(result_);
  }
  Answer(const Answer&) = delete;
  Answer& operator=(const Answer&) = delete;

  Result<Rows> ask(const std::string& sql) {
    is_read_ = false;
    int refused = 0;
    waiting_.allow(kPrefaceBytesMax);
    TRY(drive(
        waiting_, [&] { return mysql_real_query_start(&refused, raw_, sql.data(), sql.size()); },
        [&](int happened) { return mysql_real_query_cont(&refused, raw_, happened); }));
    if (refused != 0) {
      is_read_ = true;
      return query_error(raw_);
    }
    result_ = mysql_use_result(raw_);
    waiting_.allow(kAnswerBytesMax);
    Rows rows;
    for (std::size_t bytes = 0; result_ != nullptr;) {
      MYSQL_ROW values = nullptr;
      TRY(drive(
          waiting_, [&] { return mysql_fetch_row_start(&values, result_); },
          [&](int happened) { return mysql_fetch_row_cont(&values, result_, happened); }));
      if (values == nullptr) break;
      rows.add(take_row(result_, values, bytes));
      if (bytes <= kAnswerBytesMax) continue;
      return Error{.code = ErrorCode::too_large,
                   .message = "the database server's answer is too long"};
    }
    is_read_ = true;
    if (mysql_errno(raw_) != 0) return query_error(raw_);
    return rows;
  }
  std::string column(unsigned index) const {
    return result_ == nullptr ? "" : mysql_fetch_fields(result_)[index].name;
  }

 private:
  Waiting waiting_;
  MYSQL* raw_;
  MYSQL_RES* result_ = nullptr;
  bool is_read_ = true;
};

}  // namespace

Result<Rows> Session::query(const std::string& sql, Duration patience) {
  return Answer({.connection = connection_.get(),
                 .line = line_.get(),
                 .deadline = SteadyClock::now() + patience})
      .ask(sql);
}

Result<std::map<std::string, std::string>> Session::named_row(const std::string& sql,
                                                              Duration patience) {
  Answer answer({.connection = connection_.get(),
                 .line = line_.get(),
                 .deadline = SteadyClock::now() + patience});
  const auto rows = TRY(answer.ask(sql));
  std::map<std::string, std::string> named;
  if (rows.empty()) return named;
  for (unsigned column = 0; column < rows.front().size(); ++column) {
    if (const auto& value = rows.front()[column]) named[answer.column(column)] = *value;
  }
  return named;
}

std::string Session::quote_text(const std::string& text) {
  std::string quoted(2 * text.size() + 1, '\0');
  quoted.resize(mysql_real_escape_string(connection_.get(), quoted.data(), text.data(),
                                         static_cast<unsigned long>(text.size())));
  return "'" + quoted + "'";
}

std::string Session::quote_name(const std::string& name) {
  std::string quoted = "`";
  for (const char c : name) quoted += c == '`' ? std::string("``") : std::string(1, c);
  return quoted + "`";
}

bool Session::is_encrypted() const {
  return mysql_get_ssl_cipher(connection_.get()) != nullptr;
}

std::string Session::server_version() const {
  const char* text = mysql_get_server_info(connection_.get());
  return text == nullptr ? "" : text;
}

const Dialect& Session::dialect() const {
  return dialect_of(server_version());
}

}  // namespace slip::mariadb
