// SPDX-License-Identifier: Apache-2.0
#include "base/lent_mode.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <string>

namespace slip {
namespace {

// What is open by its path alone has no mode to be changed but by its name in /proc.
bool change_mode(const UniqueFd& what, mode_t mode) {
  return ::chmod(("/proc/self/fd/" + std::to_string(what.get())).c_str(), mode) == 0;
}

std::optional<mode_t> mode_of(const UniqueFd& what) {
  struct stat about {};
  if (::fstat(what.get(), &about) != 0 || S_ISLNK(about.st_mode)) return std::nullopt;
  return about.st_mode & 07777;
}

}  // namespace

std::optional<LentMode> LentMode::lend(int parent, const char* name, mode_t bits) {
  if (::geteuid() == 0) return std::nullopt;
  UniqueFd what(::openat(parent, name, O_PATH | O_NOFOLLOW | O_CLOEXEC));
  if (!what) return std::nullopt;
  const auto before = mode_of(what);
  if (!before || (*before & bits) == bits) return std::nullopt;
  if (!change_mode(what, *before | bits)) return std::nullopt;
  return LentMode(std::move(what), *before, *before | bits);
}

LentMode::~LentMode() {
  if (what_ && mode_of(what_) == lent_) change_mode(what_, before_);
}

}  // namespace slip
