// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <optional>
#include <utility>

#include "base/fd.h"

namespace slip {

// Permissions that an owner lends itself of what is its own, although the mode forbids them: a
// folder with mode 0 is the business of whoever made it, but is copied and removed with all else.
// They go back when the last one who has borrowed them in this process ends, unless somebody has
// changed the mode meanwhile; a process that dies before leaves them. Root needs none. Thread-safe.
class LentMode {
 public:
  // Adds `bits` to the mode of the file or directory `name` in `parent`. Nothing where that is not
  // needed, or not possible: then opening it says why.
  static std::optional<LentMode> lend(int parent, const char* name, mode_t bits);

  LentMode(LentMode&& other) noexcept
      : what_(std::move(other.what_)),
        key_(std::exchange(other.key_, std::nullopt)),
        before_(other.before_) {}
  LentMode& operator=(LentMode&& other) = delete;
  ~LentMode();

  // Its own, without what anybody has lent.
  mode_t before() const { return before_; }

  // Holds no file open any more, and again one of that open directory. What ends without one gives
  // nothing back.
  void close() { what_.reset(); }
  void reopen(int directory);

 private:
  using Key = std::pair<dev_t, ino_t>;
  struct Table;

  LentMode(UniqueFd what, Key key, mode_t before)
      : what_(std::move(what)), key_(key), before_(before) {}

  UniqueFd what_;  // O_PATH
  std::optional<Key> key_;
  mode_t before_;
};

}  // namespace slip
