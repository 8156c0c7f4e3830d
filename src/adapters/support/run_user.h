#pragma once

#include <optional>
#include <string>

#include "base/file.h"
#include "base/result.h"

namespace slip {

// Who an adapter's servers and their programs run as: another user when we are root, else
// ourselves.
struct RunUser {
  std::optional<std::string> name;  // for Command::run_as
  std::optional<UserIds> ids;       // whom the files belong to
};
// Errors: `not_found` (no such user).
Result<RunUser> find_run_user(const std::string& name);

}  // namespace slip
