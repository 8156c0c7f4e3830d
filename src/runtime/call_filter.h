// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "base/result.h"

namespace slip {

// A seccomp program, as bwrap's --seccomp takes it, that keeps what runs in a sandbox from parts of
// the kernel that no database or application needs, and that have been the way out of many: making
// namespaces and mounts, keys, BPF, performance counters, page faults handled by programs, modules,
// other processes' memory, io_uring, files by handle, unusual socket families, characters pushed
// into a terminal. A list of what is refused, not of what is allowed: databases of versions to come
// go on to run.
//
// Calls that programs do without when a kernel lacks them fail with ENOSYS, the others with EPERM.
// Errors: `unsupported` (the library cannot make one here).
Result<std::string> make_call_filter();

}  // namespace slip
