// SPDX-License-Identifier: Apache-2.0
#include "base/tree.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "base/fd.h"
#include "base/lent_mode.h"
#include "base/system_error.h"
#include "base/tree_walk.h"

namespace slip {

namespace fs = std::filesystem;

namespace {

constexpr int kFlags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;
// Entries that are added while a directory is emptied keep it from going; so may a file system
// whose positions change when entries go.
constexpr int kTriesMax = 5;

bool unlinked(int parent, const char* name, int flags) {
  return ::unlinkat(parent, name, flags) == 0 || errno == ENOENT;
}

bool is_folder(int parent, const char* name) {
  struct stat about {};
  return ::fstatat(parent, name, &about, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(about.st_mode);
}

// False if something was added meanwhile, so that not all of it is gone.
Result<bool> empty_once(int directory, const fs::path& shown) {
  auto walk = TRY(TreeWalk::open(directory, shown, S_IRWXU));
  bool emptied = true;
  while (const auto entry = TRY(walk.next())) {
    if (entry->kind == TreeEntry::Kind::found) {
      if (entry->is_directory && TRY(walk.enter())) continue;
      if (entry->is_directory) continue;
      if (unlinked(entry->parent, entry->name, 0)) continue;
      return error_from_errno(errno, "remove " + walk.where(entry->name));
    }
    if (unlinked(entry->parent, entry->name, AT_REMOVEDIR)) continue;
    if (errno != ENOTEMPTY && errno != EEXIST && errno != ENOTDIR) {
      return error_from_errno(errno, "remove " + walk.where(entry->name));
    }
    emptied = false;
  }
  return emptied;
}

bool owned(int parent, const char* name, UserIds owner) {
  return ::fchownat(parent, name, owner.uid, owner.gid, AT_SYMLINK_NOFOLLOW) == 0 ||
         errno == ENOENT;
}

}  // namespace

Result<> remove_tree_at(int parent, const char* name, const fs::path& shown) {
  for (int tries = 1;; ++tries) {
    const auto lent = LentMode::lend(parent, name, is_folder(parent, name) ? S_IRWXU : 0);
    const UniqueFd opened(::openat(parent, name, kFlags));
    if (!opened && errno == ENOENT) return {};
    if (!opened && (errno == ENOTDIR || errno == ELOOP)) {
      if (unlinked(parent, name, 0)) return {};
      return error_from_errno(errno, "remove " + shown.string());
    }
    if (!opened) return error_from_errno(errno, "open " + shown.string());
    const bool emptied = TRY(empty_once(opened.get(), shown));
    if (unlinked(parent, name, AT_REMOVEDIR)) return {};
    const bool again = !emptied || errno == ENOTEMPTY || errno == EEXIST || errno == ENOTDIR;
    if (!again || tries == kTriesMax) return error_from_errno(errno, "remove " + shown.string());
  }
}

Result<> change_owner_at(int parent, const char* name, UserIds owner, const fs::path& shown) {
  if (::fchownat(parent, name, owner.uid, owner.gid, AT_SYMLINK_NOFOLLOW) != 0) {
    return error_from_errno(errno, "change the owner of " + shown.string());
  }
  const UniqueFd opened(::openat(parent, name, kFlags));
  if (!opened && (errno == ENOENT || errno == ENOTDIR || errno == ELOOP)) return {};
  if (!opened) return error_from_errno(errno, "open " + shown.string());
  auto walk = TRY(TreeWalk::open(opened.get(), shown));
  while (const auto entry = TRY(walk.next())) {
    if (entry->kind == TreeEntry::Kind::left) continue;
    if (!owned(entry->parent, entry->name, owner)) {
      return error_from_errno(errno, "change the owner of " + walk.where(entry->name));
    }
    if (entry->is_directory) TRY(walk.enter());
  }
  return {};
}

}  // namespace slip
