// SPDX-License-Identifier: Apache-2.0
#include "runtime/abstract_sockets.h"

#include <sys/syscall.h>
#include <unistd.h>

#include <cstdint>

namespace slip {
namespace {

// As in <linux/landlock.h>, which is older than that on some systems that we build on.
struct RulesetAttributes {
  std::uint64_t handled_access_fs = 0;
  std::uint64_t handled_access_net = 0;
  std::uint64_t scoped = 0;
};
constexpr std::uint64_t scope_abstract_unix_socket = 1;
constexpr std::uint32_t create_ruleset_version = 1;
constexpr long first_version_with_scopes = 6;

}  // namespace

bool can_keep_from_abstract_sockets() {
  return syscall(SYS_landlock_create_ruleset, nullptr, 0UL, create_ruleset_version) >=
         first_version_with_scopes;
}

bool keep_from_abstract_sockets() {
  if (!can_keep_from_abstract_sockets()) return true;
  const RulesetAttributes attributes{.scoped = scope_abstract_unix_socket};
  const auto ruleset =
      static_cast<int>(syscall(SYS_landlock_create_ruleset, &attributes, sizeof attributes, 0U));
  if (ruleset < 0) return false;
  const bool kept = syscall(SYS_landlock_restrict_self, ruleset, 0U) == 0;
  close(ruleset);
  return kept;
}

}  // namespace slip
