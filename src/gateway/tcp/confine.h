// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"

namespace slip {

// The calling process, which has one thread yet, keeps no capability, and from now on opens no
// file, makes no socket, and starts, signals and looks into no process. It can use what it has open
// and what is sent to it. Errors: `unsupported` (the kernel refuses).
Result<> confine_to_open_files();

}  // namespace slip
