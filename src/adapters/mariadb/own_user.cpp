// SPDX-License-Identifier: Apache-2.0
#include "adapters/mariadb/own_user.h"

#include <sys/random.h>

#include <array>
#include <cerrno>

#include "base/system_error.h"

namespace slip::mariadb {

namespace {

constexpr const char* kPasswordName = "password";

Result<std::string> make_password() {
  std::array<unsigned char, 16> bytes{};
  if (::getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) {
    return error_from_errno(errno, "get random numbers");
  }
  static constexpr char digits[] = "0123456789abcdef";
  // Its beginning pleases the plugins that want some of everything.
  std::string password = "Aa1!";
  for (const unsigned char byte : bytes) password += {digits[byte >> 4], digits[byte & 15]};
  return password;
}

}  // namespace

Result<> renew_own_user(const Dialect& dialect, const Directory& ours, const RunUser& user) {
  const std::string password = TRY(make_password());
  TRY(write_new(ours, kPasswordName, password, {}));
  return tell_server(ours, kInitFileName, dialect.own_user_statements(password), user);
}

Result<std::string> read_own_password(const Directory& ours) {
  return ours.read(kPasswordName, 256);
}

}  // namespace slip::mariadb
