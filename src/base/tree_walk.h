// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <dirent.h>
#include <sys/stat.h>

#include <deque>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/fd.h"
#include "base/lent_mode.h"
#include "base/result.h"

namespace slip {

// Something met on a walk. Both point into the walk and hold until its next call.
struct TreeEntry {
  enum class Kind {
    found,  // something in the directory that is walked through
    left,   // a directory that was entered, all of which has been walked through
  };
  Kind kind = Kind::found;
  int parent = -1;             // the directory it lies in
  const char* name = nullptr;  // in that directory
  bool is_directory = false;
  std::optional<mode_t> mode = {};  // left: its own, where the walk has lent itself another one
};

// Walks through everything below a directory without recursion: memory grows with the depth only,
// and a bounded number of files is open however deep it is. Never follows a symbolic link. Somebody
// else may change the tree meanwhile, and may not lead the walk out of it: where a directory is not
// found again in the one it was entered from, the walk ends with `precondition_failed`.
//
// Directories whose parents had to be closed are continued where they were left, by the position
// that readdir(3) tells; what is added to them meanwhile may be missed or met.
class TreeWalk {
 public:
  // `shown` is the directory's path, for messages; `lends` are the permissions that the walk lends
  // itself of directories below that lack them, each until what has been entered has been `left`
  // and the next one is asked for. Errors: as error_from_errno.
  static Result<TreeWalk> open(int directory, std::filesystem::path shown, mode_t lends = 0);

  // Nothing: the walk has ended.
  Result<std::optional<TreeEntry>> next();

  // Goes into the directory that was found last, so that its entries come next and then the
  // directory itself as `left`. False if it has vanished or is no directory any more.
  Result<bool> enter();

  // The directory that is walked through, as deep as below the first.
  int directory() const;
  std::size_t depth() const { return levels_.size() - 1; }
  // Where the entry with this name in the current directory is, for messages; shortened if long.
  std::string where(const char* name) const;

 private:
  using Stream = std::unique_ptr<DIR, int (*)(DIR*)>;
  struct Level {
    std::string name;
    dev_t device = 0;
    ino_t inode = 0;
    long position = 0;  // of a stream that was closed
    std::optional<LentMode> lent;
    Stream stream{nullptr, &::closedir};
  };

  TreeWalk(std::filesystem::path shown, mode_t lends) : shown_(std::move(shown)), lends_(lends) {}
  Result<> push(UniqueFd directory, std::string name, std::optional<LentMode> lent);
  // Leaves the innermost directory, opening the one above again if need be.
  Result<> pop();
  void close_outermost();

  std::filesystem::path shown_;
  mode_t lends_;
  std::deque<Level> levels_;
  std::optional<LentMode> left_;  // of the directory that was left last
  std::string last_;              // the name that was met last
};

}  // namespace slip
