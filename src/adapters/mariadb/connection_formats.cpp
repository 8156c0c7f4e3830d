#include "adapters/mariadb/connection_formats.h"

#include "adapters/support/connection_text.h"

namespace slip::mariadb {

namespace {

std::string make_url(const Login& login, const std::string& database, const std::string& place) {
  return "mysql://" + percent_encoded(login.user) +
         (login.password.empty() ? "" : ":" + percent_encoded(login.password)) + "@" + place + "/" +
         percent_encoded(database);
}

// Over TCP, also to "localhost", which clients else take for their own machine's default socket.
std::string command_line(const std::string& program, const Login& login,
                         const std::string& database, std::string_view host, std::uint16_t port) {
  return program + " --protocol=tcp --host=" + shell_quoted(std::string(host)) +
         " --port=" + std::to_string(port) + " --user=" + shell_quoted(login.user) +
         (login.password.empty() ? " --password" : " --password=" + shell_quoted(login.password)) +
         (database.empty() ? "" : " " + shell_quoted(database));
}

}  // namespace

Connection make_connection(const Dialect& dialect, const Login& login, const std::string& database,
                           std::string_view host, std::uint16_t port) {
  const std::string place = std::string(host) + ":" + std::to_string(port);
  const std::string url = make_url(login, database, place);
  Connection connection{
      .url = url,
      .formats = {
          {"url", url},
          {"mysql", command_line("mysql", login, database, host, port)},
          {"jdbc",
           "jdbc:" + std::string(dialect.kind) + "://" + place + "/" + percent_encoded(database) +
               "?user=" + percent_encoded(login.user) +
               (login.password.empty() ? "" : "&password=" + percent_encoded(login.password))},
          {"env", "MYSQL_HOST=" + shell_quoted(std::string(host)) + " MYSQL_TCP_PORT=" +
                      std::to_string(port) + " MYSQL_USER=" + shell_quoted(login.user) +
                      (login.password.empty() ? "" : " MYSQL_PWD=" + shell_quoted(login.password)) +
                      " MYSQL_DATABASE=" + shell_quoted(database)}}};
  if (&dialect == &mariadb_dialect()) {
    // Newer clients insist on TLS unless told that there is none.
    connection.formats["mariadb"] = command_line("mariadb --skip-ssl", login, database, host, port);
  }
  return connection;
}

std::map<std::string, std::string> make_environment(const Login& login, const std::string& database,
                                                    std::uint16_t port) {
  return {{"HOST", "127.0.0.1"},
          {"PORT", std::to_string(port)},
          {"USER", login.user},
          {"PASSWORD", login.password},
          {"DATABASE", database},
          {"URL", make_url(login, database, "127.0.0.1:" + std::to_string(port))}};
}

std::map<std::string, std::string> make_socket_environment(const Login& login,
                                                           const std::string& database,
                                                           const std::string& socket) {
  return {{"HOST", "localhost"},
          {"SOCKET", socket},
          {"USER", login.user},
          {"PASSWORD", login.password},
          {"DATABASE", database},
          {"URL", make_url(login, database, "localhost") + "?socket=" + percent_encoded(socket)}};
}

}  // namespace slip::mariadb
