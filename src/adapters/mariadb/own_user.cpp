#include "adapters/mariadb/own_user.h"

#include <fcntl.h>
#include <sys/random.h>
#include <unistd.h>

#include <array>
#include <cerrno>

namespace slip::mariadb {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view kPasswordName = "password";

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

// Not synced: after a crash of the machine there is no server, and `prepare` comes again.
Result<> write_new(const fs::path& path, std::string_view content, const RunUser& owner) {
  TRY(remove_tree(path));
  const UniqueFd fd(
      ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!fd ||
      ::write(fd.get(), content.data(), content.size()) != static_cast<ssize_t>(content.size())) {
    return error_from_errno(errno, "write " + path.string());
  }
  if (owner.ids && ::fchown(fd.get(), owner.ids->uid, owner.ids->gid) != 0) {
    return error_from_errno(errno, "change the owner of " + path.string());
  }
  return {};
}

}  // namespace

Result<> renew_own_user(const Dialect& dialect, const fs::path& run, const RunUser& user) {
  const std::string password = TRY(make_password());
  TRY(write_new(run / kPasswordName, password, RunUser{}));
  return write_new(run / kInitFileName, dialect.own_user_statements(password), user);
}

Result<std::string> read_own_password(const fs::path& run) {
  return read_file(run / kPasswordName, 256);
}

}  // namespace slip::mariadb
