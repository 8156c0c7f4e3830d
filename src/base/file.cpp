// SPDX-License-Identifier: Apache-2.0
#include "base/file.h"

#include <fcntl.h>
#include <grp.h>
#include <linux/fs.h>
#include <linux/magic.h>
#include <pwd.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/statfs.h>

#include <cerrno>
#include <cstdlib>
#include <system_error>
#include <vector>

#include "base/copy_tree.h"
#include "base/tree.h"

namespace slip {

namespace fs = std::filesystem;

namespace {

ErrorCode code_of(int errno_value) {
  switch (errno_value) {
    case ENOSPC:
    case EDQUOT:
      return ErrorCode::no_space;
    case ENOENT:
      return ErrorCode::not_found;
    case EEXIST:
      return ErrorCode::already_exists;
    case EACCES:
    case EPERM:
      return ErrorCode::permission_denied;
    case EROFS:
    case EIO:
      return ErrorCode::unavailable;
    default:
      return ErrorCode::internal;
  }
}

}  // namespace

Error error_from_errno(int errno_value, std::string what) {
  return Error{.code = code_of(errno_value),
               .message = std::move(what) + ": " + std::generic_category().message(errno_value)};
}

Result<> write_all(int fd, std::string_view content, const fs::path& path) {
  while (!content.empty()) {
    const ssize_t count = ::write(fd, content.data(), content.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return error_from_errno(errno, "write " + path.string());
    content.remove_prefix(static_cast<std::size_t>(count));
  }
  return {};
}

Result<std::string> read_file(const fs::path& path, std::size_t max) {
  UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) return error_from_errno(errno, "open " + path.string());
  std::string content;
  char buffer[65536];
  while (true) {
    const ssize_t count = ::read(fd.get(), buffer, sizeof buffer);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return error_from_errno(errno, "read " + path.string());
    if (count == 0) return content;
    content.append(buffer, static_cast<std::size_t>(count));
    if (content.size() > max) {
      return Error{.code = ErrorCode::too_large,
                   .message = path.string() + " is larger than " + std::to_string(max) + " bytes"};
    }
  }
}

Result<> write_file_durably(const fs::path& path, std::string_view content, mode_t mode) {
  std::string beside = path.string() + ".XXXXXX";
  UniqueFd fd(::mkostemp(beside.data(), O_CLOEXEC));
  if (!fd) return error_from_errno(errno, "create a file beside " + path.string());
  const auto fill = [&]() -> Result<> {
    TRY(write_all(fd.get(), content, path));
    if (::fchmod(fd.get(), mode) != 0) return error_from_errno(errno, "chmod " + beside);
    if (::fsync(fd.get()) != 0) return error_from_errno(errno, "fsync " + beside);
    if (::rename(beside.c_str(), path.c_str()) != 0) {
      return error_from_errno(errno, "rename to " + path.string());
    }
    return {};
  };
  if (auto filled = fill(); !filled) {
    ::unlink(beside.c_str());
    return filled;
  }
  return fsync_directory(path.has_parent_path() ? path.parent_path() : fs::path("."));
}

Result<> make_directories(const fs::path& path, mode_t mode) {
  struct stat about {};
  if (::stat(path.c_str(), &about) == 0) {
    if (S_ISDIR(about.st_mode)) return {};
    return error_from_errno(EEXIST, path.string() + " is not a directory");
  }
  const fs::path parent = path.parent_path();
  if (!parent.empty() && parent != path) TRY(make_directories(parent, mode));
  if (::mkdir(path.c_str(), mode) != 0) {
    if (errno == EEXIST) return {};
    return error_from_errno(errno, "make directory " + path.string());
  }
  // Not left to the umask: others than the daemon's user pass through these.
  if (::chmod(path.c_str(), mode) != 0) return error_from_errno(errno, "chmod " + path.string());
  return {};
}

Result<> fsync_directory(const fs::path& path) {
  UniqueFd fd(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd) return error_from_errno(errno, "open " + path.string());
  if (::fsync(fd.get()) != 0) return error_from_errno(errno, "fsync " + path.string());
  return {};
}

Result<UserIds> find_user(const std::string& name) {
  std::vector<char> buffer(16384);
  struct passwd entry {};
  struct passwd* found = nullptr;
  const int failed = ::getpwnam_r(name.c_str(), &entry, buffer.data(), buffer.size(), &found);
  if (failed != 0) return error_from_errno(failed, "look up user " + name);
  if (found == nullptr) {
    return Error{.code = ErrorCode::not_found, .message = "there is no user \"" + name + "\""};
  }
  return UserIds{.uid = entry.pw_uid, .gid = entry.pw_gid};
}

Result<> set_no_copy_on_write(const fs::path& directory) {
  UniqueFd fd(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd) return error_from_errno(errno, "open " + directory.string());
  struct statfs about {};
  if (::fstatfs(fd.get(), &about) != 0) return error_from_errno(errno, "statfs");
  if (about.f_type != BTRFS_SUPER_MAGIC) return {};
  int flags = 0;
  if (::ioctl(fd.get(), FS_IOC_GETFLAGS, &flags) != 0) {
    return error_from_errno(errno, "read the flags of " + directory.string());
  }
  if ((flags & FS_NOCOW_FL) != 0) return {};
  flags = (flags & ~FS_COMPR_FL) | FS_NOCOW_FL;
  if (::ioctl(fd.get(), FS_IOC_SETFLAGS, &flags) != 0) {
    return error_from_errno(errno, "set no-copy-on-write on " + directory.string());
  }
  return {};
}

Result<> remove_tree(const fs::path& tree) {
  return remove_tree_at(AT_FDCWD, tree.c_str(), tree);
}

Result<> change_owner(const fs::path& tree, UserIds owner) {
  return change_owner_at(AT_FDCWD, tree.c_str(), owner, tree);
}

Result<> copy_tree(const fs::path& from, const fs::path& to, CopyHow how,
                   const std::function<bool()>& keep_going) {
  UniqueFd from_fd(::open(from.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!from_fd) return error_from_errno(errno, "open " + from.string());
  if (::mkdir(to.c_str(), 0700) != 0) {
    return error_from_errno(errno, "make directory " + to.string());
  }
  const UniqueFd to_fd(::open(to.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!to_fd) return error_from_errno(errno, "open " + to.string());
  return copy_open_tree(from_fd.get(), to_fd.get(), how, OwnModes::lent, keep_going, from, to);
}

Result<> copy_file(const fs::path& from, const fs::path& to, CopyHow how) {
  const UniqueFd from_fd(::open(from.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
  if (!from_fd) return error_from_errno(errno, "open " + from.string());
  const UniqueFd to_fd(
      ::open(to.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!to_fd) return error_from_errno(errno, "create " + to.string());
  return copy_open_file(from_fd.get(), to_fd.get(), how, to);
}

TemporaryDirectory::TemporaryDirectory() {
  const char* base = std::getenv("TMPDIR");
  std::string name = std::string(base != nullptr && *base != '\0' ? base : "/tmp") + "/slip.XXXXXX";
  // Without a place for temporary files nothing that needs one can go on.
  if (::mkdtemp(name.data()) == nullptr) std::abort();
  path_ = name;
}

TemporaryDirectory::~TemporaryDirectory() {
  (void)remove_tree(path_);
}

}  // namespace slip
