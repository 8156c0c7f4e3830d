// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/result.h"
#include "base/user.h"

namespace slip {

// Who an adapter's servers and their programs run as: another user when we are root, else
// ourselves.
struct RunUser {
  std::optional<std::string> name;        // for Command::run_as
  std::optional<UserIds> ids;             // whom the files belong to
  std::optional<std::uint32_t> own = {};  // InstanceContext::user, for ConfinedPlaces::user

  // What the kernel says they are. Nothing: ourselves.
  std::optional<UserIds> seen_as() const {
    return own ? std::optional(UserIds{.uid = *own, .gid = *own}) : ids;
  }
};
// Errors: `not_found` (no such user).
Result<RunUser> find_run_user(const std::string& name,
                              const std::optional<std::uint32_t>& own = std::nullopt);

}  // namespace slip
