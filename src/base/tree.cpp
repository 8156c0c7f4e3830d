// remove_tree and change_owner: whole trees by directory handles, so that nobody who may write in
// the tree can lead us out of it by swapping a directory for a symbolic link.

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <memory>

#include "base/file.h"

namespace slip {

namespace fs = std::filesystem;

namespace {

using Directory = std::unique_ptr<DIR, int (*)(DIR*)>;

constexpr int kOpenFlags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;

bool is_dots(const char* name) {
  return std::strcmp(name, ".") == 0 || std::strcmp(name, "..") == 0;
}

// The directory `name` in `parent`; nothing in it if it vanished or is something else now.
Result<Directory> open_directory(int parent, const char* name, const fs::path& where) {
  UniqueFd fd(::openat(parent, name, kOpenFlags));
  if (!fd) return error_from_errno(errno, "open " + where.string());
  DIR* stream = ::fdopendir(fd.get());
  if (stream == nullptr) return error_from_errno(errno, "open " + where.string());
  fd.release();
  return Directory(stream, &::closedir);
}

bool is_directory(int parent, const dirent& entry) {
  if (entry.d_type != DT_UNKNOWN) return entry.d_type == DT_DIR;
  struct stat about {};
  return ::fstatat(parent, entry.d_name, &about, AT_SYMLINK_NOFOLLOW) == 0 &&
         S_ISDIR(about.st_mode);
}

Result<> remove_entry(int parent, const char* name, bool directory, const fs::path& where);

Result<> empty_directory(DIR* stream, const fs::path& where) {
  while (true) {
    errno = 0;
    const dirent* entry = ::readdir(stream);
    if (entry == nullptr) break;
    if (is_dots(entry->d_name)) continue;
    TRY(remove_entry(::dirfd(stream), entry->d_name, is_directory(::dirfd(stream), *entry),
                     where / entry->d_name));
  }
  if (errno != 0) return error_from_errno(errno, "read " + where.string());
  return {};
}

Result<> remove_entry(int parent, const char* name, bool directory, const fs::path& where) {
  if (directory) {
    auto opened = open_directory(parent, name, where);
    if (!opened) {
      if (opened.error().code == ErrorCode::not_found) return {};
      return std::move(opened).error();
    }
    TRY(empty_directory(opened->get(), where));
  }
  if (::unlinkat(parent, name, directory ? AT_REMOVEDIR : 0) != 0 && errno != ENOENT) {
    return error_from_errno(errno, "remove " + where.string());
  }
  return {};
}

Result<> change_owner_in(int parent, const char* name, const fs::path& where, UserIds owner) {
  if (::fchownat(parent, name, owner.uid, owner.gid, AT_SYMLINK_NOFOLLOW) != 0) {
    if (errno == ENOENT) return {};
    return error_from_errno(errno, "change the owner of " + where.string());
  }
  return {};
}

Result<> change_owner_below(DIR* stream, const fs::path& where, UserIds owner) {
  while (true) {
    errno = 0;
    const dirent* entry = ::readdir(stream);
    if (entry == nullptr) break;
    if (is_dots(entry->d_name)) continue;
    const int parent = ::dirfd(stream);
    const fs::path path = where / entry->d_name;
    TRY(change_owner_in(parent, entry->d_name, path, owner));
    if (!is_directory(parent, *entry)) continue;
    auto opened = open_directory(parent, entry->d_name, path);
    if (!opened && opened.error().code == ErrorCode::not_found) continue;
    if (!opened) return std::move(opened).error();
    TRY(change_owner_below(opened->get(), path, owner));
  }
  if (errno != 0) return error_from_errno(errno, "read " + where.string());
  return {};
}

}  // namespace

Result<> remove_tree(const fs::path& tree) {
  struct stat about {};
  if (::lstat(tree.c_str(), &about) != 0) {
    if (errno == ENOENT) return {};
    return error_from_errno(errno, "look at " + tree.string());
  }
  return remove_entry(AT_FDCWD, tree.c_str(), S_ISDIR(about.st_mode), tree);
}

Result<> change_owner(const fs::path& tree, UserIds owner) {
  TRY(change_owner_in(AT_FDCWD, tree.c_str(), tree, owner));
  struct stat about {};
  if (::lstat(tree.c_str(), &about) != 0)
    return error_from_errno(errno, "look at " + tree.string());
  if (!S_ISDIR(about.st_mode)) return {};
  const Directory opened = TRY(open_directory(AT_FDCWD, tree.c_str(), tree));
  return change_owner_below(opened.get(), tree, owner);
}

}  // namespace slip
