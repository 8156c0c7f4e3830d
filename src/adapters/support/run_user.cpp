// SPDX-License-Identifier: Apache-2.0
#include "adapters/support/run_user.h"

#include <unistd.h>

namespace slip {

Result<RunUser> find_run_user(const std::string& name, const std::optional<std::uint32_t>& own) {
  if (::geteuid() != 0) return RunUser{};
  return RunUser{.name = name, .ids = TRY(find_user(name)), .own = own};
}

}  // namespace slip
