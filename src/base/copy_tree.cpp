// SPDX-License-Identifier: Apache-2.0
#include "base/copy_tree.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "base/copy_file.h"
#include "base/fd.h"
#include "base/lent_mode.h"
#include "base/proc_path.h"
#include "base/system_error.h"
#include "base/tree_walk.h"

namespace slip {

namespace fs = std::filesystem;

namespace {

constexpr int kFolderFlags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;

// Where a copy has come to in the new tree: the open directory and its path, of any length. A
// bounded number of directories is open; nobody else is in the new tree, so that ".." leads back.
class Target {
 public:
  explicit Target(int root) : root_(root) {}

  int directory() const { return levels_.empty() ? root_ : levels_.back().fd.get(); }

  Result<> enter(const char* name) {
    UniqueFd fd(::openat(directory(), name, kFolderFlags));
    if (!fd) return cannot_copy("open", shown(name));
    levels_.push_back({std::move(fd), path_.size()});
    path_ += std::string(name) + "/";
    if (levels_.size() > kOpenMax) levels_[levels_.size() - kOpenMax - 1].fd.reset();
    return {};
  }

  Result<> leave() {
    const bool is_closed = levels_.size() > 1 && !levels_[levels_.size() - 2].fd;
    if (is_closed) {
      UniqueFd fd(::openat(directory(), "..", kFolderFlags));
      if (!fd) return cannot_copy("go back from", shown(""));
      levels_[levels_.size() - 2].fd = std::move(fd);
    }
    path_.resize(levels_.back().path_before);
    levels_.pop_back();
    return {};
  }

  std::string path_of(const char* name) const { return path_ + name; }
  std::string shown(const char* name) const {
    return path_.size() > kShownMax ? path_.substr(0, kShownMax) + "..." : path_ + name;
  }

  // Makes a hard link in this directory to the file with that path, which may be longer than the
  // kernel takes.
  Result<> link(const std::string& path, const char* name) const {
    UniqueFd held;
    std::size_t begin = 0;
    while (path.size() - begin >= PATH_MAX) {
      const std::size_t end = path.rfind('/', begin + PATH_MAX - 1);
      UniqueFd next(::openat(held ? held.get() : root_, path.substr(begin, end - begin).c_str(),
                             O_PATH | O_DIRECTORY | O_CLOEXEC));
      if (!next) return cannot_copy("open", shown(name));
      held = std::move(next);
      begin = end + 1;
    }
    const int from = held ? held.get() : root_;
    if (::linkat(from, path.c_str() + begin, directory(), name, 0) == 0) return {};
    return cannot_copy("link", shown(name));
  }

 private:
  static constexpr std::size_t kOpenMax = 64;
  static constexpr std::size_t kShownMax = 400;
  struct Level {
    UniqueFd fd;
    std::size_t path_before;
  };

  const int root_;
  std::deque<Level> levels_;
  std::string path_;
};

// One copying of one tree.
class TreeCopy {
 public:
  TreeCopy(int to, CopyHow how, OwnModes modes, const std::function<bool()>& keep_going)
      : lends_(modes == OwnModes::lent), target_(to), files_(how, keep_going) {}

  Result<> run(int from, const fs::path& from_shown) {
    TRY(files_.same_copy_on_write(from, target_.directory(), from_shown.string()));
    auto walk = TRY(TreeWalk::open(from, from_shown, lends_ ? S_IRUSR | S_IXUSR : 0));
    while (const auto entry = TRY(walk.next())) {
      if (entry->kind == TreeEntry::Kind::left) {
        TRY(leave(*entry));
        continue;
      }
      TRY(files_.go_on());
      TRY(entry->is_directory ? enter(walk, *entry) : other(*entry));
    }
    return files_.attributes(from, target_.directory(), from_shown.string());
  }

 private:
  Result<> enter(TreeWalk& walk, const TreeEntry& entry) {
    const std::string name = entry.name;
    if (!TRY(walk.enter())) return {};
    if (::mkdirat(target_.directory(), name.c_str(), 0700) != 0) {
      return cannot_copy("make directory", target_.shown(name.c_str()));
    }
    TRY(target_.enter(name.c_str()));
    return files_.same_copy_on_write(walk.directory(), target_.directory(), target_.shown(""));
  }

  // A directory gets its attributes last: its mode may forbid to write, its times change when
  // something is made in it, and what is made would inherit its access list.
  Result<> leave(const TreeEntry& entry) {
    const UniqueFd from(::openat(entry.parent, entry.name, kFolderFlags));
    if (!from) return cannot_copy("open", target_.shown(""));
    const std::string where = target_.shown("");
    TRY(files_.attributes(from.get(), target_.directory(), where));
    const UniqueFd to(::openat(target_.directory(), ".", O_PATH | O_DIRECTORY | O_CLOEXEC));
    TRY(target_.leave());
    return entry.mode ? change_mode(to, *entry.mode, where) : Result<>();
  }

  // Of what was open while it was copied, and is closed to us from now on.
  static Result<> change_mode(const UniqueFd& to, mode_t mode, const std::string& where) {
    if (to && ::chmod(through_proc(to.get()).c_str(), mode) == 0) return {};
    return cannot_copy("change the mode of", where);
  }

  Result<> other(const TreeEntry& entry) {
    struct stat about {};
    if (::fstatat(entry.parent, entry.name, &about, AT_SYMLINK_NOFOLLOW) != 0) {
      return cannot_copy("look at", target_.shown(entry.name));
    }
    if (!S_ISREG(about.st_mode) && !S_ISLNK(about.st_mode) && !S_ISFIFO(about.st_mode)) return {};
    if (about.st_nlink > 1) {
      const auto [first, is_new] =
          linked_.try_emplace({about.st_dev, about.st_ino}, target_.path_of(entry.name));
      if (!is_new) return target_.link(first->second, entry.name);
    }
    if (S_ISFIFO(about.st_mode)) return fifo(entry, about);
    return S_ISLNK(about.st_mode) ? symbolic_link(entry, about) : file(entry);
  }

  Result<> file(const TreeEntry& entry) {
    const std::string where = target_.shown(entry.name);
    const auto lent = LentMode::lend(entry.parent, entry.name, lends_ ? S_IRUSR : 0);
    const UniqueFd from(
        ::openat(entry.parent, entry.name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    if (!from) return cannot_copy("open", where);
    struct stat about {};
    if (::fstat(from.get(), &about) != 0 || !S_ISREG(about.st_mode)) {
      return Error{.code = ErrorCode::precondition_failed,
                   .message = where + " was replaced while it was copied"};
    }
    const UniqueFd to(::openat(target_.directory(), entry.name,
                               O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!to) return cannot_copy("create", where);
    TRY(files_.file(from.get(), to.get(), where));
    return lent ? change_mode(to, lent->before(), where) : Result<>();
  }

  Result<> symbolic_link(const TreeEntry& entry, const struct stat& about) {
    const int to = target_.directory();
    char text[PATH_MAX];
    const ssize_t length = ::readlinkat(entry.parent, entry.name, text, sizeof text - 1);
    if (length < 0) return cannot_copy("read link", target_.shown(entry.name));
    text[length] = '\0';
    if (::symlinkat(text, to, entry.name) != 0) {
      return cannot_copy("make link", target_.shown(entry.name));
    }
    return owner_and_times(entry, about);
  }

  Result<> fifo(const TreeEntry& entry, const struct stat& about) {
    const int to = target_.directory();
    if (::mkfifoat(to, entry.name, 0600) != 0)
      return cannot_copy("make fifo", target_.shown(entry.name));
    TRY(owner_and_times(entry, about));
    if (::fchmodat(to, entry.name, about.st_mode & 07777, 0) == 0) return {};
    return cannot_copy("change the mode of", target_.shown(entry.name));
  }

  Result<> owner_and_times(const TreeEntry& entry, const struct stat& about) {
    const int to = target_.directory();
    if (::fchownat(to, entry.name, about.st_uid, about.st_gid, AT_SYMLINK_NOFOLLOW) != 0 &&
        ::geteuid() == 0) {
      return cannot_copy("change the owner of", target_.shown(entry.name));
    }
    const timespec times[2] = {about.st_atim, about.st_mtim};
    ::utimensat(to, entry.name, times, AT_SYMLINK_NOFOLLOW);
    return {};
  }

  const bool lends_;
  Target target_;
  FileCopy files_;
  std::map<std::pair<dev_t, ino_t>, std::string> linked_;  // the first copy's path below `to`
};

}  // namespace

Result<> copy_open_tree(int from, int to, CopyHow how, OwnModes modes,
                        const std::function<bool()>& keep_going, const fs::path& from_shown,
                        const fs::path& to_shown) {
  return in_context("copy to " + to_shown.string(),
                    TreeCopy(to, how, modes, keep_going).run(from, from_shown));
}

}  // namespace slip
