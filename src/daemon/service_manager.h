// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "base/result.h"

namespace slip {

// Tells whoever started this process as a service how it stands: "READY=1", "STOPPING=1", or both
// with "STATUS=..." in lines, as sd_notify(3) has it. Succeeds without a word where nobody asked,
// that is, without $NOTIFY_SOCKET. Errors: `unavailable`, `invalid_argument` (no such socket);
// nothing depends on it then but what is shown.
Result<> tell_service_manager(const std::string& lines);

}  // namespace slip
