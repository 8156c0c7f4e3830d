// SPDX-License-Identifier: Apache-2.0
#include "base/directory.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/random.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <climits>
#include <cstdint>
#include <memory>

#include "base/copy_tree.h"
#include "base/file.h"
#include "base/proc_path.h"
#include "base/system_error.h"
#include "base/tree.h"

namespace slip {

namespace fs = std::filesystem;

namespace {

constexpr int kDirectoryFlags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;

Error of_another_kind(const fs::path& path, const char* expected) {
  return Error{.code = ErrorCode::precondition_failed,
               .message = path.string() + " is not " + expected,
               .hint = "Something else was put in its place: remove it."};
}

// What `resolve` could not, in words that name the culprit.
Error cannot(int errno_value, const char* what, const fs::path& path) {
  if (errno_value == ELOOP) return of_another_kind(path, "free of symbolic links");
  if (errno_value == ENOTDIR) return of_another_kind(path, "a directory");
  if (errno_value == EXDEV) {
    return Error{.code = ErrorCode::invalid_argument,
                 .message = path.string() + " leads out of its directory"};
  }
  if (errno_value == ENOSYS) {
    return Error{.code = ErrorCode::unsupported,
                 .message = "this kernel cannot open files below a directory safely (openat2)",
                 .hint = "Linux 5.6 or newer is needed."};
  }
  return error_from_errno(errno_value, std::string(what) + " " + path.string());
}

Result<UniqueFd> open_below(int directory, const fs::path& name, int flags, const fs::path& shown) {
  open_how how{};
  how.flags = static_cast<std::uint64_t>(flags | O_CLOEXEC);
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS;
  // The kernel cannot be sure to stay below while something is renamed, and asks for another try.
  for (int tries = 0;; ++tries) {
    const long fd = ::syscall(SYS_openat2, directory, name.c_str(), &how, sizeof how);
    if (fd >= 0) return UniqueFd(static_cast<int>(fd));
    if (errno == EINTR || (errno == EAGAIN && tries < 1000)) continue;
    return cannot(errno, "open", shown);
  }
}

Result<> give(int fd, Directory::Access access, const fs::path& path) {
  if (access.owner && ::fchown(fd, access.owner->uid, access.owner->gid) != 0) {
    return error_from_errno(errno, "change the owner of " + path.string());
  }
  if (::fchmod(fd, access.mode) != 0) {
    return error_from_errno(errno, "change the mode of " + path.string());
  }
  return {};
}

fs::file_type type_of(mode_t mode) {
  if (S_ISREG(mode)) return fs::file_type::regular;
  if (S_ISDIR(mode)) return fs::file_type::directory;
  if (S_ISLNK(mode)) return fs::file_type::symlink;
  if (S_ISFIFO(mode)) return fs::file_type::fifo;
  if (S_ISSOCK(mode)) return fs::file_type::socket;
  if (S_ISBLK(mode)) return fs::file_type::block;
  return S_ISCHR(mode) ? fs::file_type::character : fs::file_type::unknown;
}

std::string random_name() {
  std::array<unsigned char, 8> bytes{};
  // Cannot fail for so few bytes once the machine has started.
  while (::getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) {
  }
  std::string name = ".slip-";
  for (const unsigned char byte : bytes) {
    name += "0123456789abcdef"[byte >> 4];
    name += "0123456789abcdef"[byte & 15];
  }
  return name;
}

}  // namespace

Result<Directory> Directory::open(const fs::path& path) {
  UniqueFd fd(::open(path.c_str(), kDirectoryFlags));
  if (!fd) return cannot(errno, "open", path);
  return Directory(std::move(fd), path);
}

Result<UniqueFd> Directory::resolve(const fs::path& name, int flags) const {
  return open_below(fd_.get(), name, flags, path_ / name);
}

Result<Directory::Place> Directory::place(const fs::path& name) const {
  Place found;
  found.last = name.filename();
  if (name.is_absolute() || found.last.empty() || found.last == "." || found.last == "..") {
    return Error{.code = ErrorCode::invalid_argument,
                 .message = "\"" + name.string() + "\" is no name below " + path_.string()};
  }
  found.parent = fd_.get();
  if (name.has_parent_path()) {
    found.held = TRY(resolve(name.parent_path(), O_PATH | O_DIRECTORY));
    found.parent = found.held.get();
  }
  return found;
}

Result<Directory> Directory::open_directory(const fs::path& name) const {
  return Directory(TRY(resolve(name, O_RDONLY | O_DIRECTORY)), path_ / name);
}

Result<Directory> Directory::make_directory(const fs::path& name, Access access) const {
  const Place at = TRY(place(name));
  if (::mkdirat(at.parent, at.last.c_str(), 0700) != 0 && errno != EEXIST) {
    return error_from_errno(errno, "make directory " + (path_ / name).string());
  }
  Directory made = TRY(open_directory(name));
  TRY(give(made.fd(), access, made.path()));
  return made;
}

Result<UniqueFd> Directory::open_file(const fs::path& name) const {
  // Looked at before it is opened: opening a device may do something.
  const UniqueFd found = TRY(resolve(name, O_PATH));
  struct stat about {};
  if (::fstat(found.get(), &about) != 0) {
    return error_from_errno(errno, "look at " + (path_ / name).string());
  }
  if (!S_ISREG(about.st_mode)) return of_another_kind(path_ / name, "a regular file");
  // Without waiting for whoever has a lease on it: the kernel gives him 45 s.
  UniqueFd fd(::open(through_proc(found.get()).c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  if (!fd) return error_from_errno(errno, "open " + (path_ / name).string());
  return fd;
}

Result<UniqueFd> Directory::open_socket(const fs::path& name) const {
  UniqueFd found = TRY(resolve(name, O_PATH));
  struct stat about {};
  if (::fstat(found.get(), &about) != 0) {
    return error_from_errno(errno, "look at " + (path_ / name).string());
  }
  if (!S_ISSOCK(about.st_mode)) return of_another_kind(path_ / name, "a socket");
  return found;
}

Result<UniqueFd> Directory::create_file(const fs::path& name, Access access) const {
  const Place at = TRY(place(name));
  UniqueFd fd(::openat(at.parent, at.last.c_str(),
                       O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!fd) return error_from_errno(errno, "create " + (path_ / name).string());
  TRY(give(fd.get(), access, path_ / name));
  return fd;
}

Result<std::string> Directory::read(const fs::path& name, std::size_t max) const {
  const UniqueFd fd = TRY(open_file(name));
  std::string content;
  std::array<char, 65536> buffer;
  while (true) {
    const ssize_t count = ::read(fd.get(), buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return error_from_errno(errno, "read " + (path_ / name).string());
    if (count == 0) return content;
    content.append(buffer.data(), static_cast<std::size_t>(count));
    if (content.size() > max) {
      return Error{
          .code = ErrorCode::too_large,
          .message = (path_ / name).string() + " is larger than " + std::to_string(max) + " bytes"};
    }
  }
}

Result<> Directory::write_durably(const fs::path& name, std::string_view content,
                                  Access access) const {
  const Place at = TRY(place(name));
  const fs::path shown = path_ / name;
  const std::string beside = random_name();
  UniqueFd fd(::openat(at.parent, beside.c_str(),
                       O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!fd) return error_from_errno(errno, "create a file beside " + shown.string());
  const auto fill = [&]() -> Result<> {
    TRY(write_all(fd.get(), content, shown));
    TRY(give(fd.get(), access, shown));
    if (::fsync(fd.get()) != 0) return error_from_errno(errno, "fsync " + shown.string());
    if (::renameat(at.parent, beside.c_str(), at.parent, at.last.c_str()) != 0) {
      if (errno == EISDIR) return of_another_kind(shown, "a regular file");
      return error_from_errno(errno, "rename to " + shown.string());
    }
    return {};
  };
  if (auto filled = fill(); !filled) {
    ::unlinkat(at.parent, beside.c_str(), 0);
    return filled;
  }
  const UniqueFd again(::openat(at.parent, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!again || ::fsync(again.get()) != 0) {
    return error_from_errno(errno, "fsync the directory of " + shown.string());
  }
  return {};
}

Result<std::optional<struct stat>> Directory::look(const fs::path& name) const {
  const auto at = place(name);
  if (!at && at.error().code == ErrorCode::not_found) return std::optional<struct stat>();
  if (!at) return at.error();
  struct stat about {};
  if (::fstatat(at->parent, at->last.c_str(), &about, AT_SYMLINK_NOFOLLOW) == 0) return about;
  if (errno == ENOENT) return std::optional<struct stat>();
  return cannot(errno, "look at", path_ / name);
}

Result<bool> Directory::has_file(const fs::path& name) const {
  const auto about = TRY(look(name));
  return about && S_ISREG(about->st_mode);
}

Result<bool> Directory::has_directory(const fs::path& name) const {
  const auto about = TRY(look(name));
  return about && S_ISDIR(about->st_mode);
}

Result<std::vector<Directory::Entry>> Directory::list(std::size_t max) const {
  UniqueFd again(::openat(fd_.get(), ".", kDirectoryFlags));
  if (!again) return error_from_errno(errno, "open " + path_.string());
  const std::unique_ptr<DIR, int (*)(DIR*)> stream(::fdopendir(again.get()), &::closedir);
  if (!stream) return error_from_errno(errno, "read " + path_.string());
  again.release();
  std::vector<Entry> entries;
  while (true) {
    errno = 0;
    const dirent* found = ::readdir(stream.get());
    if (found == nullptr && errno != 0) return error_from_errno(errno, "read " + path_.string());
    if (found == nullptr) return entries;
    const std::string_view name = found->d_name;
    if (name == "." || name == "..") continue;
    if (entries.size() == max) {
      return Error{
          .code = ErrorCode::too_large,
          .message = path_.string() + " has more than " + std::to_string(max) + " entries"};
    }
    mode_t mode = DTTOIF(found->d_type);
    if (found->d_type == DT_UNKNOWN) {
      const auto about = TRY(look(name));
      if (!about) continue;
      mode = about->st_mode;
    }
    entries.push_back({std::string(name), type_of(mode)});
  }
}

Result<std::string> Directory::read_link(const fs::path& name) const {
  const Place at = TRY(place(name));
  std::string text(PATH_MAX, '\0');
  const ssize_t length = ::readlinkat(at.parent, at.last.c_str(), text.data(), text.size());
  if (length < 0 && errno == EINVAL) return of_another_kind(path_ / name, "a symbolic link");
  if (length < 0) return error_from_errno(errno, "read the link " + (path_ / name).string());
  text.resize(static_cast<std::size_t>(length));
  return text;
}

Result<> Directory::replace_link(const fs::path& name, const fs::path& target) const {
  const Place at = TRY(place(name));
  const std::string beside = at.last + ".new";
  if (::unlinkat(at.parent, beside.c_str(), 0) != 0 && errno != ENOENT) {
    return error_from_errno(errno, "remove " + (path_ / name).string() + ".new");
  }
  if (::symlinkat(target.c_str(), at.parent, beside.c_str()) != 0 ||
      ::renameat(at.parent, beside.c_str(), at.parent, at.last.c_str()) != 0) {
    return error_from_errno(errno, "link " + (path_ / name).string());
  }
  return {};
}

Result<> Directory::rename(const fs::path& from, const fs::path& to) const {
  const Place source = TRY(place(from));
  const Place target = TRY(place(to));
  if (::renameat(source.parent, source.last.c_str(), target.parent, target.last.c_str()) != 0) {
    return error_from_errno(errno, "rename " + (path_ / from).string() + " to " + to.string());
  }
  return {};
}

Result<> Directory::remove(const fs::path& name) const {
  const auto at = place(name);
  if (!at && at.error().code == ErrorCode::not_found) return {};
  if (!at) return at.error();
  return remove_tree_at(at->parent, at->last.c_str(), path_ / name);
}

Result<> Directory::change_owner(const fs::path& name, UserIds owner) const {
  const Place at = TRY(place(name));
  return change_owner_at(at.parent, at.last.c_str(), owner, path_ / name);
}

Result<> Directory::change_mode(const fs::path& name, mode_t mode) const {
  const UniqueFd found = TRY(resolve(name, O_PATH));
  struct stat about {};
  if (::fstat(found.get(), &about) != 0) {
    return error_from_errno(errno, "look at " + (path_ / name).string());
  }
  if (!S_ISREG(about.st_mode) && !S_ISDIR(about.st_mode)) {
    return of_another_kind(path_ / name, "a regular file or directory");
  }
  if (::chmod(through_proc(found.get()).c_str(), mode) != 0) {
    return error_from_errno(errno, "change the mode of " + (path_ / name).string());
  }
  return {};
}

Result<> Directory::copy_file(const fs::path& name, const Directory& to, const fs::path& to_name,
                              CopyHow how) const {
  const UniqueFd from = TRY(open_file(name));
  const UniqueFd made = TRY(to.create_file(to_name, {}));
  return copy_open_file(from.get(), made.get(), how, to.path() / to_name);
}

Result<> Directory::copy_directory(const fs::path& name, const Directory& to,
                                   const fs::path& to_name, CopyHow how,
                                   const std::function<bool()>& keep_going) const {
  const Directory from = TRY(open_directory(name));
  const Place at = TRY(to.place(to_name));
  const fs::path shown = to.path() / to_name;
  if (::mkdirat(at.parent, at.last.c_str(), 0700) != 0) {
    return error_from_errno(errno, "make directory " + shown.string());
  }
  const Directory made = TRY(to.open_directory(to_name));
  return copy_open_tree(from.fd(), made.fd(), how, OwnModes::obeyed, keep_going, from.path(),
                        shown);
}

Result<> Directory::set_no_copy_on_write() const {
  return slip::set_no_copy_on_write(through_proc(fd_.get()));
}

Result<> Directory::sync_file_system() const {
  if (::syncfs(fd_.get()) != 0) return error_from_errno(errno, "sync " + path_.string());
  return {};
}

Result<> Directory::sync() const {
  if (::fsync(fd_.get()) != 0) return error_from_errno(errno, "fsync " + path_.string());
  return {};
}

}  // namespace slip
