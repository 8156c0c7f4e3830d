// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace slip {

// The name by which the kernel knows what this process has open, whatever has become of its path:
// for calls that take a path alone, also of what is open by its path only (O_PATH).
inline std::string through_proc(int fd) {
  return "/proc/self/fd/" + std::to_string(fd);
}

}  // namespace slip
