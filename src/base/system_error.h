// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "base/error.h"

namespace slip {

// errno as an Error: ENOSPC and EDQUOT are `no_space`, ENOENT `not_found`, EEXIST `already_exists`,
// EACCES and EPERM `permission_denied`, EROFS, EIO `unavailable`; else `internal`.
Error error_from_errno(int errno_value, std::string what);

}  // namespace slip
