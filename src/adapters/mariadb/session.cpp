#include "adapters/mariadb/session.h"

#include <errmsg.h>
#include <fcntl.h>
#include <mysql.h>
#include <mysqld_error.h>
#include <poll.h>

#include <algorithm>
#include <cerrno>

#include "adapters/mariadb/dialect.h"
#include "adapters/mariadb/own_user.h"
#include "base/file.h"

namespace slip::mariadb {

namespace {

using SteadyClock = std::chrono::steady_clock;

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

std::vector<Row> take_rows(MYSQL_RES* result) {
  std::vector<Row> rows;
  const unsigned columns = mysql_num_fields(result);
  while (const MYSQL_ROW values = mysql_fetch_row(result)) {
    const unsigned long* sizes = mysql_fetch_lengths(result);
    Row& row = rows.emplace_back();
    for (unsigned column = 0; column < columns; ++column) {
      if (values[column] == nullptr) {
        row.emplace_back();
      } else {
        row.emplace_back(std::string(values[column], sizes[column]));
      }
    }
  }
  return rows;
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

Result<Session> Session::open_local(const std::filesystem::path& run, Duration patience) {
  // A socket's path is limited to 107 bytes; through a directory handle it is always short.
  UniqueFd directory(::open(run.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!directory) return error_from_errno(errno, "open " + run.string());
  const Address address{.socket = std::filesystem::path("/proc/self/fd") /
                                  std::to_string(directory.get()) / kSocketName,
                        .user = std::string(kOwnUser),
                        .password = TRY(read_own_password(run))};
  auto session = TRY(open(address, patience));
  session.socket_directory_ = std::move(directory);
  TRY(session.query(std::string(session.dialect().session_settings), patience));
  return session;
}

namespace {

using Stored = std::unique_ptr<MYSQL_RES, decltype(&mysql_free_result)>;

// Nothing for a statement without rows.
Result<Stored> carry_out(MYSQL* raw, const std::string& sql, Duration patience) {
  const auto deadline = SteadyClock::now() + patience;
  int refused = 0;
  TRY(drive(
      raw, deadline, [&] { return mysql_real_query_start(&refused, raw, sql.data(), sql.size()); },
      [&](int happened) { return mysql_real_query_cont(&refused, raw, happened); }));
  if (refused != 0) return query_error(raw);
  MYSQL_RES* stored = nullptr;
  TRY(drive(
      raw, deadline, [&] { return mysql_store_result_start(&stored, raw); },
      [&](int happened) { return mysql_store_result_cont(&stored, raw, happened); }));
  Stored result(stored, &mysql_free_result);
  if (result == nullptr && mysql_errno(raw) != 0) return query_error(raw);
  return result;
}

}  // namespace

Result<std::vector<Row>> Session::query(const std::string& sql, Duration patience) {
  const Stored result = TRY(carry_out(connection_.get(), sql, patience));
  return result == nullptr ? std::vector<Row>() : take_rows(result.get());
}

Result<std::map<std::string, std::string>> Session::named_row(const std::string& sql,
                                                              Duration patience) {
  const Stored result = TRY(carry_out(connection_.get(), sql, patience));
  std::map<std::string, std::string> named;
  if (result == nullptr) return named;
  const MYSQL_FIELD* fields = mysql_fetch_fields(result.get());
  const auto rows = take_rows(result.get());
  if (rows.empty()) return named;
  for (std::size_t column = 0; column < rows.front().size(); ++column) {
    if (const auto& value = rows.front()[column]) named[fields[column].name] = *value;
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
