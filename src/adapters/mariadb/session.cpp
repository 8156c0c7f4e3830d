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

Result<> wait_for(MYSQL* connection, int wanted, SteadyClock::time_point deadline, int& happened) {
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - SteadyClock::now());
    if (left.count() <= 0) {
      return Error{.code = ErrorCode::timed_out, .message = "the database server does not answer"};
    }
    pollfd waiting{.fd = static_cast<int>(mysql_get_socket(connection)), .events = 0, .revents = 0};
    if ((wanted & MYSQL_WAIT_READ) != 0) waiting.events |= POLLIN;
    if ((wanted & MYSQL_WAIT_WRITE) != 0) waiting.events |= POLLOUT;
    if ((wanted & MYSQL_WAIT_EXCEPT) != 0) waiting.events |= POLLPRI;
    const int ready = ::poll(&waiting, 1, static_cast<int>(left.count()));
    if (ready < 0 && errno != EINTR) return error_from_errno(errno, "wait for a database server");
    if (ready <= 0) continue;
    happened = 0;
    if ((waiting.revents & (POLLIN | POLLHUP | POLLERR)) != 0) happened |= MYSQL_WAIT_READ;
    if ((waiting.revents & (POLLOUT | POLLHUP | POLLERR)) != 0) happened |= MYSQL_WAIT_WRITE;
    if ((waiting.revents & POLLPRI) != 0) happened |= MYSQL_WAIT_EXCEPT;
    return {};
  }
}

// Drives one of the client library's calls, which come in two parts: what `start` says it waits
// for is waited for here, until `go_on` says that there is nothing more.
template <class Start, class GoOn>
Result<> drive(MYSQL* connection, SteadyClock::time_point deadline, Start start, GoOn go_on) {
  int wanted = start();
  while (wanted != 0) {
    int happened = 0;
    TRY(wait_for(connection, wanted, deadline, happened));
    wanted = go_on(happened);
  }
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
  const unsigned columns = mysql_num_fields(result);
  const unsigned long* sizes = mysql_fetch_lengths(result);
  for (unsigned column = 0; column < columns; ++column) {
    bytes += sizeof row.front();
    if (values[column] == nullptr) {
      row.emplace_back();
    } else {
      bytes += sizes[column];
      row.emplace_back(std::string(values[column], sizes[column]));
    }
  }
  return row;
}

}  // namespace

void Session::Close::operator()(st_mysql* connection) const {
  mysql_close(connection);
}

Result<Session> Session::open(const Address& address, Duration patience) {
  const auto deadline = SteadyClock::now() + patience;
  Handle connection(mysql_init(nullptr));
  if (connection == nullptr) return Error{.message = "no memory for a database connection"};
  MYSQL* raw = connection.get();
  const unsigned protocol = address.socket.empty() ? MYSQL_PROTOCOL_TCP : MYSQL_PROTOCOL_SOCKET;
  // The library resolves names by itself; this bounds what is not waited for here.
  const unsigned seconds =
      static_cast<unsigned>(std::max<std::int64_t>(2, patience.count() / 1000));
  const my_bool no = 0;
  mysql_options(raw, MYSQL_OPT_NONBLOCK, nullptr);
  mysql_options(raw, MYSQL_OPT_PROTOCOL, &protocol);
  mysql_options(raw, MYSQL_OPT_CONNECT_TIMEOUT, &seconds);
  mysql_options(raw, MYSQL_OPT_SSL_VERIFY_SERVER_CERT, &no);
  // With TLS where the server has it.
  const my_bool encrypts = address.socket.empty() ? 1 : 0;
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
  const std::string socket = address.socket.string();
  MYSQL* connected = nullptr;
  TRY(drive(
      raw, deadline,
      [&] {
        return mysql_real_connect_start(&connected, raw, text(address.host), address.user.c_str(),
                                        address.password.c_str(), text(address.database),
                                        address.port, text(socket), 0);
      },
      [&](int happened) { return mysql_real_connect_cont(&connected, raw, happened); }));
  if (connected == nullptr) return connect_error(raw);
  return Session(std::move(connection));
}

namespace {

Result<> check_peer(int socket, uid_t expected) {
  const auto peer = peer_of(socket);
  if (peer && peer->user == expected) return {};
  return Error{.code = ErrorCode::permission_denied,
               .message = "who listens on the database server's socket is " +
                          (peer ? "user " + std::to_string(peer->user) : std::string("nobody")) +
                          ", not user " + std::to_string(expected)};
}

}  // namespace

Result<Session> Session::open_local(const LocalServer& server, Duration patience) {
  return open_local_as(server, std::string(kOwnUser), server.password, patience);
}

Result<Session> Session::open_local_as(const LocalServer& server, const std::string& user,
                                       const std::string& password, Duration patience) {
  auto opened = server.directory.open_socket(server.run / kSocketName);
  if (!opened) {
    Error error = std::move(opened).error();
    if (error.code == ErrorCode::not_found) error.code = ErrorCode::unavailable;
    return error;
  }
  const UniqueFd socket = *std::move(opened);
  // A socket's path is limited to 107 bytes, and this one leads nowhere else meanwhile.
  auto session = TRY(open(
      {.socket = path_of_open_file(socket.get()), .user = user, .password = password}, patience));
  TRY(check_peer(static_cast<int>(mysql_get_socket(session.connection_.get())),
                 server.user ? server.user->uid : ::geteuid()));
  TRY(session.query(std::string(session.dialect().session_settings), patience));
  return session;
}

namespace {

// What a statement answers, read row by row.
class Answer {
 public:
  Answer(MYSQL* raw, SteadyClock::time_point deadline) : raw_(raw), deadline_(deadline) {}
  // The library would read on to the end of it, however long that takes.
  ~Answer() {
    if (!is_read_) ::shutdown(static_cast<int>(mysql_get_socket(raw_)), SHUT_RDWR);
    if (result_ != nullptr) mysql_free_result(result_);
  }
  Answer(const Answer&) = delete;
  Answer& operator=(const Answer&) = delete;

  Result<std::vector<Row>> ask(const std::string& sql) {
    is_read_ = false;
    int refused = 0;
    TRY(drive(
        raw_, deadline_,
        [&] { return mysql_real_query_start(&refused, raw_, sql.data(), sql.size()); },
        [&](int happened) { return mysql_real_query_cont(&refused, raw_, happened); }));
    if (refused != 0) {
      is_read_ = true;
      return query_error(raw_);
    }
    result_ = mysql_use_result(raw_);
    std::vector<Row> rows;
    for (std::size_t bytes = 0; result_ != nullptr;) {
      MYSQL_ROW values = nullptr;
      TRY(drive(
          raw_, deadline_, [&] { return mysql_fetch_row_start(&values, result_); },
          [&](int happened) { return mysql_fetch_row_cont(&values, result_, happened); }));
      if (values == nullptr) break;
      rows.push_back(take_row(result_, values, bytes));
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
  MYSQL* raw_;
  SteadyClock::time_point deadline_;
  MYSQL_RES* result_ = nullptr;
  bool is_read_ = true;
};

}  // namespace

Result<std::vector<Row>> Session::query(const std::string& sql, Duration patience) {
  return Answer(connection_.get(), SteadyClock::now() + patience).ask(sql);
}

Result<std::map<std::string, std::string>> Session::named_row(const std::string& sql,
                                                              Duration patience) {
  Answer answer(connection_.get(), SteadyClock::now() + patience);
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
