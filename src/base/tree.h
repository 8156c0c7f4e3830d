// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

#include "base/result.h"
#include "base/user.h"

namespace slip {

// What `name` in the directory `parent` is, with all that is below, however deep and wide; symbolic
// links are themselves and never followed, whatever somebody changes there meanwhile. `shown` is
// its path, for messages.

// Succeeds if it does not exist. Continues past entries that vanish meanwhile. What belongs to us
// is removed whatever its mode.
Result<> remove_tree_at(int parent, const char* name, const std::filesystem::path& shown);
Result<> change_owner_at(int parent, const char* name, UserIds owner,
                         const std::filesystem::path& shown);

}  // namespace slip
