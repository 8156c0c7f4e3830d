#include "adapters/mariadb/own_user.h"

#include <sys/random.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "base/system_error.h"

namespace slip::mariadb {

namespace fs = std::filesystem;

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

Result<> write_new(const Directory& ours, const fs::path& name, std::string_view content,
                   Directory::Access access) {
  TRY(ours.remove(name));
  const UniqueFd fd = TRY(ours.create_file(name, access));
  if (::write(fd.get(), content.data(), content.size()) != static_cast<ssize_t>(content.size())) {
    return error_from_errno(errno, "write " + (ours.path() / name).string());
  }
  return {};
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

Result<> tell_server(const Directory& ours, const fs::path& name, std::string_view content,
                     const RunUser& user) {
  if (!user.ids) return write_new(ours, name, content, {});
  return write_new(ours, name, content,
                   {.mode = 0640, .owner = UserIds{.uid = ::geteuid(), .gid = user.ids->gid}});
}

}  // namespace slip::mariadb
