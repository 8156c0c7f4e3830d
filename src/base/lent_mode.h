// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <optional>

#include "base/fd.h"

namespace slip {

// Permissions that an owner lends itself of what is its own, although the mode forbids them: a
// folder with mode 0 is the business of whoever made it, but is copied and removed with all else.
// They go back when this ends, unless somebody has changed the mode meanwhile; a process that dies
// before leaves them. Root needs none.
class LentMode {
 public:
  // Adds `bits` to the mode of the file or directory `name` in `parent`. Nothing where that is not
  // needed, or not possible: then opening it says why.
  static std::optional<LentMode> lend(int parent, const char* name, mode_t bits);

  LentMode(LentMode&& other) noexcept = default;
  LentMode& operator=(LentMode&& other) = delete;
  ~LentMode();

  mode_t before() const { return before_; }

 private:
  LentMode(UniqueFd what, mode_t before, mode_t lent)
      : what_(std::move(what)), before_(before), lent_(lent) {}

  UniqueFd what_;  // O_PATH
  mode_t before_;
  mode_t lent_;
};

}  // namespace slip
