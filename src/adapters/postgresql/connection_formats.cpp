#include "adapters/postgresql/connection_formats.h"

#include <cctype>

namespace slip::postgresql {

namespace {

// Percent-encodes all but RFC 3986's unreserved characters.
std::string encoded(const std::string& text) {
  static constexpr char digits[] = "0123456789ABCDEF";
  std::string result;
  for (const unsigned char c : text) {
    if (std::isalnum(c) != 0 || c == '-' || c == '.' || c == '_' || c == '~') {
      result += static_cast<char>(c);
    } else {
      result += {'%', digits[c >> 4], digits[c & 15]};
    }
  }
  return result;
}

std::string shell_quoted(const std::string& text) {
  std::string result = "'";
  for (const char c : text) result += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return result + "'";
}

std::string make_url(const Login& login, const std::string& database, std::string_view host,
                     std::uint16_t port) {
  return "postgresql://" + encoded(login.user) +
         (login.password.empty() ? "" : ":" + encoded(login.password)) + "@" + std::string(host) +
         ":" + std::to_string(port) + "/" + encoded(database);
}

}  // namespace

Connection make_connection(const Login& login, const std::string& database, std::string_view host,
                           std::uint16_t port) {
  const std::string url = make_url(login, database, host, port);
  const std::string place = std::string(host) + ":" + std::to_string(port);
  return Connection{
      .url = url,
      .formats = {
          {"url", url},
          {"psql", "psql " + shell_quoted(url)},
          {"jdbc", "jdbc:postgresql://" + place + "/" + encoded(database) +
                       "?user=" + encoded(login.user) +
                       (login.password.empty() ? "" : "&password=" + encoded(login.password))},
          {"env",
           "PGHOST=" + shell_quoted(std::string(host)) + " PGPORT=" + std::to_string(port) +
               " PGUSER=" + shell_quoted(login.user) +
               (login.password.empty() ? "" : " PGPASSWORD=" + shell_quoted(login.password)) +
               " PGDATABASE=" + shell_quoted(database)}}};
}

std::map<std::string, std::string> make_environment(const Login& login, const std::string& database,
                                                    const std::string& host, std::uint16_t port) {
  // The folder of a unix socket is written into a URL like a name, with its slashes encoded.
  const std::string in_url = host.starts_with('/') ? encoded(host) : host;
  return {{"HOST", host},         {"PORT", std::to_string(port)},
          {"USER", login.user},   {"PASSWORD", login.password},
          {"DATABASE", database}, {"URL", make_url(login, database, in_url, port)}};
}

}  // namespace slip::postgresql
