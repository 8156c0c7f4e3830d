#include "adapters/support/run_user.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace slip {

namespace fs = std::filesystem;

namespace {

Result<> give_to(const fs::path& path, const RunUser& user) {
  if (user.ids && ::lchown(path.c_str(), user.ids->uid, user.ids->gid) != 0) {
    return error_from_errno(errno, "change the owner of " + path.string());
  }
  return {};
}

}  // namespace

Result<RunUser> find_run_user(const std::string& name) {
  if (::geteuid() != 0) return RunUser{};
  return RunUser{.name = name, .ids = TRY(find_user(name))};
}

Result<> make_private_directory(const fs::path& path, const RunUser& user) {
  TRY(make_directories(path, 0700));
  TRY(give_to(path, user));
  if (::chmod(path.c_str(), 0700) != 0) {
    return error_from_errno(errno, "change the mode of " + path.string());
  }
  return {};
}

Result<> write_owned(const fs::path& path, std::string_view content, const RunUser& user) {
  const auto now = read_file(path);
  if (now && *now == content) return {};
  TRY(write_file_durably(path, content, 0600));
  return give_to(path, user);
}

Result<> sync_file_system(const fs::path& directory) {
  const UniqueFd fd(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd) return error_from_errno(errno, "open " + directory.string());
  if (::syncfs(fd.get()) != 0) return error_from_errno(errno, "sync " + directory.string());
  return {};
}

}  // namespace slip
