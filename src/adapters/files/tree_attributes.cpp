// SPDX-License-Identifier: Apache-2.0
#include "adapters/files/tree_attributes.h"

#include <fcntl.h>
#include <linux/limits.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <optional>
#include <set>
#include <string>

#include "adapters/support/tenant_files.h"
#include "base/fd.h"
#include "base/system_error.h"
#include "base/tree_walk.h"

namespace slip::files {

namespace fs = std::filesystem;

namespace {

bool is_brought(std::string_view name) {
  return name.starts_with("user.") || name == "security.capability" ||
         name == "system.posix_acl_access" || name == "system.posix_acl_default";
}

// A file by the open directory that it lies in, and its name there. The kernel follows no link at
// its end.
std::string path_at(int directory, const char* name) {
  return "/proc/self/fd/" + std::to_string(directory) + "/" + name;
}

// Empty also for what has none, or is not there.
std::set<std::string> names_of(const std::string& path) {
  std::set<std::string> names;
  char text[XATTR_LIST_MAX];
  const ssize_t length = ::llistxattr(path.c_str(), text, sizeof text);
  for (ssize_t at = 0; at < length;) {
    const std::string name(text + at);
    at += static_cast<ssize_t>(name.size()) + 1;
    if (is_brought(name)) names.insert(name);
  }
  return names;
}

std::optional<std::string> value_of(const std::string& path, const std::string& name) {
  std::string value(XATTR_SIZE_MAX, '\0');
  const ssize_t size = ::lgetxattr(path.c_str(), name.c_str(), value.data(), value.size());
  if (size < 0) return std::nullopt;
  value.resize(static_cast<std::size_t>(size));
  return value;
}

Result<> set(const std::string& path, const std::string& name, const std::string& value,
             const std::string& where) {
  const auto put = [&] {
    return ::lsetxattr(path.c_str(), name.c_str(), value.data(), value.size(), 0) == 0;
  };
  if (put()) return {};
  // The owner of a file that not even he may write.
  if (errno == EACCES) {
    const UniqueFd file(::openat(AT_FDCWD, path.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC));
    const std::string opened = path_of_open_file(file.get());
    struct stat about {};
    if (file && ::fstat(file.get(), &about) == 0 && !S_ISLNK(about.st_mode) &&
        ::fchmodat(AT_FDCWD, opened.c_str(), (about.st_mode & 07777) | S_IWUSR, 0) == 0) {
      const bool done = put();
      const int why = errno;
      if (::fchmodat(AT_FDCWD, opened.c_str(), about.st_mode & 07777, 0) == 0 && done) return {};
      errno = why;
    } else {
      errno = EACCES;
    }
  }
  // Capabilities are root's to give.
  if (errno == EPERM && ::geteuid() != 0) return {};
  return error_from_errno(errno, "set " + name + " of " + where);
}

Result<> bring(const std::string& from, const std::string& to, const std::string& where) {
  const auto wanted = names_of(from);
  for (const auto& name : names_of(to)) {
    if (wanted.contains(name)) continue;
    if (::lremovexattr(to.c_str(), name.c_str()) != 0 && errno != ENODATA) {
      return error_from_errno(errno, "remove " + name + " of " + where);
    }
  }
  for (const auto& name : wanted) {
    const auto value = value_of(from, name);
    if (!value || value_of(to, name) == value) continue;
    TRY(set(to, name, *value, where));
  }
  return {};
}

// rsync takes the time of a link that it has just made for that of one as old to the second.
Result<> bring_time_of_link(int from, int to, const char* name, const std::string& where) {
  struct stat wanted {};
  struct stat has {};
  const bool are_links = ::fstatat(from, name, &wanted, AT_SYMLINK_NOFOLLOW) == 0 &&
                         ::fstatat(to, name, &has, AT_SYMLINK_NOFOLLOW) == 0 &&
                         S_ISLNK(wanted.st_mode) && S_ISLNK(has.st_mode);
  const bool is_same =
      wanted.st_mtim.tv_sec == has.st_mtim.tv_sec && wanted.st_mtim.tv_nsec == has.st_mtim.tv_nsec;
  if (!are_links || is_same) return {};
  const timespec times[2] = {{.tv_sec = 0, .tv_nsec = UTIME_OMIT}, wanted.st_mtim};
  if (::utimensat(to, name, times, AT_SYMLINK_NOFOLLOW) == 0) return {};
  return error_from_errno(errno, "set the time of " + where);
}

Result<> ask(const std::function<bool()>& keep_going) {
  if (!keep_going || keep_going()) return {};
  return Error{.code = ErrorCode::canceled, .message = "copying was canceled"};
}

// The directory of the origin that stands beside the one that is walked through; none where the
// origin has no such.
class Beside {
 public:
  explicit Beside(const Directory& root) : root_(root) {}

  int directory() const {
    if (path_.empty()) return root_.fd();
    return opened_ ? opened_->fd() : -1;
  }
  void enter(const char* name) {
    path_ /= name;
    open();
  }
  void leave() {
    path_ = path_.parent_path();
    open();
  }

 private:
  void open() {
    opened_.reset();
    if (path_.empty()) return;
    if (auto opened = root_.open_directory(path_)) opened_ = *std::move(opened);
  }

  const Directory& root_;
  fs::path path_;
  std::optional<Directory> opened_;
};

}  // namespace

Result<> bring_attributes(const Directory& from, const Directory& to,
                          const std::function<bool()>& keep_going) {
  Beside beside(from);
  auto walk = TRY(TreeWalk::open(to.fd(), to.path()));
  while (const auto entry = TRY(walk.next())) {
    if (entry->kind == TreeEntry::Kind::left) beside.leave();
    if (entry->kind == TreeEntry::Kind::found && entry->is_directory) {
      TRY(ask(keep_going));
      const std::string name = entry->name;
      if (TRY(walk.enter())) beside.enter(name.c_str());
      continue;
    }
    if (beside.directory() < 0) continue;
    const std::string where = walk.where(entry->name);
    TRY(bring(path_at(beside.directory(), entry->name), path_at(entry->parent, entry->name),
              where));
    TRY(bring_time_of_link(beside.directory(), entry->parent, entry->name, where));
  }
  return bring(path_at(from.fd(), "."), path_at(to.fd(), "."), to.path().string());
}

Result<> set_attributes(const Directory& directory, const char* name,
                        const std::map<std::string, std::string>& attributes) {
  const std::string path = path_at(directory.fd(), name);
  for (const auto& [attribute, value] : attributes) {
    if (value_of(path, attribute) == value) continue;
    TRY(set(path, attribute, value, (directory.path() / name).string()));
  }
  return {};
}

Result<std::int64_t> allocated_bytes(const Directory& tree,
                                     const std::function<bool()>& keep_going) {
  constexpr std::int64_t block = 512;
  std::int64_t bytes = 0;
  std::set<std::pair<dev_t, ino_t>> linked;
  auto walk = TRY(TreeWalk::open(tree.fd(), tree.path()));
  while (const auto entry = TRY(walk.next())) {
    if (entry->kind == TreeEntry::Kind::left) continue;
    struct stat about {};
    if (::fstatat(entry->parent, entry->name, &about, AT_SYMLINK_NOFOLLOW) != 0) continue;
    const bool is_new = about.st_nlink < 2 || S_ISDIR(about.st_mode) ||
                        linked.emplace(about.st_dev, about.st_ino).second;
    if (is_new) bytes += about.st_blocks * block;
    if (!entry->is_directory) continue;
    TRY(ask(keep_going));
    TRY(walk.enter());
  }
  return bytes;
}

}  // namespace slip::files
