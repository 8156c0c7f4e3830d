// SPDX-License-Identifier: Apache-2.0
#include "base/presence.h"

#include <sys/stat.h>

#include <cerrno>

#include "base/file.h"

namespace slip {

Result<bool> is_present(const std::filesystem::path& path) {
  struct stat about {};
  if (::lstat(path.c_str(), &about) == 0) return true;
  if (errno == ENOENT) return false;
  return error_from_errno(errno, "look at " + path.string());
}

}  // namespace slip
