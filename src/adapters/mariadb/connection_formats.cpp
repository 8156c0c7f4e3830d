// SPDX-License-Identifier: Apache-2.0
#include "adapters/mariadb/connection_formats.h"

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

// Programs of both products, old and new, take these or overlook them. They ask for TLS, and not
// for a certificate that the machine knows: whoever wants that names the authority (--ssl-ca).
std::string client(const std::string& program, Encryption encryption) {
  if (encryption == Encryption::as_the_client_likes) return program;
  return program + " --loose-ssl --loose-skip-ssl-verify-server-cert";
}

std::string in_jdbc(const Dialect& dialect, Encryption encryption) {
  if (encryption == Encryption::as_the_client_likes) return "";
  return &dialect == &mariadb_dialect() ? "&sslMode=trust" : "&sslMode=REQUIRED";
}

}  // namespace

Connection make_connection(const Dialect& dialect, const Login& login, const std::string& database,
                           std::string_view host, std::uint16_t port, Encryption encryption) {
  const std::string place = std::string(host) + ":" + std::to_string(port);
  const std::string url = make_url(login, database, place);
  Connection connection{
      .url = url,
      .formats = {
          {"url", url},
          {"mysql", command_line(client("mysql", encryption), login, database, host, port)},
          {"jdbc",
           "jdbc:" + std::string(dialect.kind) + "://" + place + "/" + percent_encoded(database) +
               "?user=" + percent_encoded(login.user) +
               (login.password.empty() ? "" : "&password=" + percent_encoded(login.password)) +
               in_jdbc(dialect, encryption)},
          {"env", "MYSQL_HOST=" + shell_quoted(std::string(host)) + " MYSQL_TCP_PORT=" +
                      std::to_string(port) + " MYSQL_USER=" + shell_quoted(login.user) +
                      (login.password.empty() ? "" : " MYSQL_PWD=" + shell_quoted(login.password)) +
                      " MYSQL_DATABASE=" + shell_quoted(database)}}};
  if (&dialect == &mariadb_dialect()) {
    // Newer clients insist on TLS, which makes no sense within one machine, unless told not to.
    const std::string program =
        encryption == Encryption::demanded ? client("mariadb", encryption) : "mariadb --skip-ssl";
    connection.formats["mariadb"] = command_line(program, login, database, host, port);
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
