// SPDX-License-Identifier: Apache-2.0
#include "adapters/postgresql/connection_formats.h"

namespace slip::postgresql {

namespace {

std::string make_url(const Login& login, const std::string& database, std::string_view host,
                     std::uint16_t port) {
  return "postgresql://" + percent_encoded(login.user) +
         (login.password.empty() ? "" : ":" + percent_encoded(login.password)) + "@" +
         std::string(host) + ":" + std::to_string(port) + "/" + percent_encoded(database);
}

}  // namespace

Connection make_connection(const Login& login, const std::string& database, std::string_view host,
                           std::uint16_t port, Encryption encryption) {
  // Without further settings a client can check no certificate, but it can insist on TLS.
  const bool demanded = encryption == Encryption::demanded;
  const std::string url =
      make_url(login, database, host, port) + (demanded ? "?sslmode=require" : "");
  const std::string place = std::string(host) + ":" + std::to_string(port);
  return Connection{
      .url = url,
      .formats = {
          {"url", url},
          {"psql", "psql " + shell_quoted(url)},
          {"jdbc",
           "jdbc:postgresql://" + place + "/" + percent_encoded(database) +
               "?user=" + percent_encoded(login.user) +
               (login.password.empty() ? "" : "&password=" + percent_encoded(login.password)) +
               (demanded ? "&sslmode=require" : "")},
          {"env",
           "PGHOST=" + shell_quoted(std::string(host)) + " PGPORT=" + std::to_string(port) +
               " PGUSER=" + shell_quoted(login.user) +
               (login.password.empty() ? "" : " PGPASSWORD=" + shell_quoted(login.password)) +
               " PGDATABASE=" + shell_quoted(database) + (demanded ? " PGSSLMODE=require" : "")}}};
}

std::map<std::string, std::string> make_environment(const Login& login, const std::string& database,
                                                    const std::string& host, std::uint16_t port) {
  // The folder of a unix socket is written into a URL like a name, with its slashes encoded.
  const std::string in_url = host.starts_with('/') ? percent_encoded(host) : host;
  return {{"HOST", host},         {"PORT", std::to_string(port)},
          {"USER", login.user},   {"PASSWORD", login.password},
          {"DATABASE", database}, {"URL", make_url(login, database, in_url, port)}};
}

}  // namespace slip::postgresql
