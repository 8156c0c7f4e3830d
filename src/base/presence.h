// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

#include "base/result.h"

namespace slip {

// Whether there is something at `path`; a symbolic link is something, wherever it leads. Only
// ENOENT is absence: what cannot be seen (an I/O error, a folder that may not be entered) is an
// error, so that nobody makes anew, forgets or deletes what may well be there.
Result<bool> is_present(const std::filesystem::path& path);

}  // namespace slip
