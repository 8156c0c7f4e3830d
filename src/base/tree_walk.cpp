// SPDX-License-Identifier: Apache-2.0
#include "base/tree_walk.h"

#include <fcntl.h>

#include <cerrno>
#include <string_view>

#include "base/system_error.h"

namespace slip {

namespace {

// Levels whose streams stay open, the innermost ones.
constexpr std::size_t kOpenMax = 64;
constexpr std::size_t kShownMax = 400;
constexpr int kWalkFlags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;

bool is_dots(std::string_view name) {
  return name == "." || name == "..";
}

// Nothing if it has vanished.
std::optional<bool> is_directory(int parent, const dirent& entry) {
  if (entry.d_type != DT_UNKNOWN) return entry.d_type == DT_DIR;
  struct stat about {};
  if (::fstatat(parent, entry.d_name, &about, AT_SYMLINK_NOFOLLOW) != 0) return std::nullopt;
  return S_ISDIR(about.st_mode);
}

}  // namespace

Result<TreeWalk> TreeWalk::open(int directory, std::filesystem::path shown, mode_t lends) {
  TreeWalk walk(std::move(shown), lends);
  UniqueFd again(::openat(directory, ".", kWalkFlags));
  if (!again) return error_from_errno(errno, "open " + walk.shown_.string());
  TRY(walk.push(std::move(again), "", std::nullopt));
  return walk;
}

Result<> TreeWalk::push(UniqueFd directory, std::string name, std::optional<LentMode> lent) {
  Level level;
  struct stat about {};
  if (::fstat(directory.get(), &about) != 0) {
    return error_from_errno(errno, "look at " + where(name.c_str()));
  }
  level.name = std::move(name);
  level.device = about.st_dev;
  level.inode = about.st_ino;
  level.stream.reset(::fdopendir(directory.get()));
  if (!level.stream) return error_from_errno(errno, "open " + where(level.name.c_str()));
  directory.release();
  if (lent) level.lent.emplace(*std::move(lent));
  levels_.push_back(std::move(level));
  if (levels_.size() > kOpenMax) close_outermost();
  return {};
}

void TreeWalk::close_outermost() {
  Level& level = levels_[levels_.size() - kOpenMax - 1];
  if (!level.stream) return;
  level.position = ::telldir(level.stream.get());
  level.stream.reset();
  if (level.lent) level.lent->close();
}

Result<> TreeWalk::pop() {
  Level& inner = levels_.back();
  Level& outer = levels_[levels_.size() - 2];
  if (!outer.stream) {
    UniqueFd fd(::openat(::dirfd(inner.stream.get()), "..", kWalkFlags));
    struct stat about {};
    if (!fd || ::fstat(fd.get(), &about) != 0) {
      return error_from_errno(errno, "go back from " + where(""));
    }
    if (about.st_dev != outer.device || about.st_ino != outer.inode) {
      return Error{.code = ErrorCode::precondition_failed,
                   .message = where("") + " was moved while it was walked through"};
    }
    outer.stream.reset(::fdopendir(fd.get()));
    if (!outer.stream) return error_from_errno(errno, "go back from " + where(""));
    fd.release();
    ::seekdir(outer.stream.get(), outer.position);
    if (outer.lent) outer.lent->reopen(::dirfd(outer.stream.get()));
  }
  last_ = std::move(inner.name);
  if (inner.lent) left_.emplace(*std::move(inner.lent));
  levels_.pop_back();
  return {};
}

Result<std::optional<TreeEntry>> TreeWalk::next() {
  left_.reset();
  while (true) {
    DIR* stream = levels_.back().stream.get();
    errno = 0;
    const dirent* entry = ::readdir(stream);
    if (entry == nullptr && errno != 0 && errno != ENOENT) {
      return error_from_errno(errno, "read " + where(""));
    }
    if (entry == nullptr) {
      if (levels_.size() == 1) return std::optional<TreeEntry>();
      TRY(pop());
      TreeEntry left{TreeEntry::Kind::left, directory(), last_.c_str(), true};
      if (left_) left.mode = left_->before();
      return left;
    }
    if (is_dots(entry->d_name)) continue;
    const auto kind = is_directory(::dirfd(stream), *entry);
    if (!kind) continue;
    last_ = entry->d_name;
    return TreeEntry{TreeEntry::Kind::found, directory(), last_.c_str(), *kind};
  }
}

Result<bool> TreeWalk::enter() {
  auto lent = LentMode::lend(directory(), last_.c_str(), lends_);
  UniqueFd fd(::openat(directory(), last_.c_str(), kWalkFlags));
  if (!fd && (errno == ENOENT || errno == ENOTDIR || errno == ELOOP)) return false;
  if (!fd) return error_from_errno(errno, "open " + where(last_.c_str()));
  TRY(push(std::move(fd), last_, std::move(lent)));
  return true;
}

int TreeWalk::directory() const {
  return ::dirfd(levels_.back().stream.get());
}

std::string TreeWalk::where(const char* name) const {
  std::string text = shown_.string();
  for (const auto& level : levels_) {
    if (level.name.empty()) continue;
    text += "/" + level.name;
    if (text.size() > kShownMax) {
      text.resize(kShownMax);
      text += "...";
      break;
    }
  }
  if (*name != '\0') text += std::string("/") + name;
  return text;
}

}  // namespace slip
