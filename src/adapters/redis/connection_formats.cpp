// SPDX-License-Identifier: Apache-2.0
#include "adapters/redis/connection_formats.h"

namespace slip::redis {

namespace {

std::string make_url(const std::string& scheme, const Login& login, int database,
                     const std::string& place) {
  return scheme + "://" + percent_encoded(login.user) + ":" + percent_encoded(login.password) +
         "@" + place + "/" + std::to_string(database);
}

}  // namespace

Connection make_connection(const Login& login, int database, std::string_view host,
                           std::uint16_t port, Encryption encryption) {
  const bool is_plain = encryption == Encryption::as_the_client_likes;
  const std::string url = make_url(is_plain ? "redis" : "rediss", login, database,
                                   std::string(host) + ":" + std::to_string(port));
  // It asks for TLS, and not for a certificate that the machine knows: whoever wants that names
  // the authority (--cacert).
  const std::string client = "REDISCLI_AUTH=" + shell_quoted(login.password) + " redis-cli" +
                             (is_plain ? "" : " --tls --insecure") + " -h " +
                             shell_quoted(std::string(host)) + " -p " + std::to_string(port) +
                             " --user " + shell_quoted(login.user) + " -n " +
                             std::to_string(database);
  return Connection{
      .url = url,
      .formats = {{"url", url}, {"redis-cli", client}, {"env", "REDIS_URL=" + shell_quoted(url)}}};
}

std::map<std::string, std::string> make_environment(const Login& login, int database,
                                                    std::uint16_t port) {
  return {{"HOST", "127.0.0.1"},
          {"PORT", std::to_string(port)},
          {"USER", login.user},
          {"PASSWORD", login.password},
          {"DATABASE", std::to_string(database)},
          {"URL", make_url("redis", login, database, "127.0.0.1:" + std::to_string(port))}};
}

std::map<std::string, std::string> make_socket_environment(const Login& login, int database,
                                                           const std::string& socket) {
  return {{"HOST", "localhost"},
          {"SOCKET", socket},
          {"USER", login.user},
          {"PASSWORD", login.password},
          {"DATABASE", std::to_string(database)},
          {"URL", "unix://" + percent_encoded(login.user) + ":" + percent_encoded(login.password) +
                      "@" + socket + "?db=" + std::to_string(database)}};
}

}  // namespace slip::redis
