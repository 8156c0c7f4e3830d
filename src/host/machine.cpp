// SPDX-License-Identifier: Apache-2.0
#include "host/machine.h"

#include <fmt/format.h>

namespace slip {

Result<Adapter*> Machine::adapter(const std::string& kind) const {
  const auto found = adapters.find(kind);
  if (found != adapters.end()) return found->second.get();
  std::string kinds;
  for (const auto& [name, adapter] : adapters) kinds += (kinds.empty() ? "" : ", ") + name;
  return Error{.code = ErrorCode::unsupported,
               .message = fmt::format("there is no kind of source called \"{}\"", kind),
               .hint = fmt::format("Kinds: {}.", kinds)};
}

Result<std::optional<std::uint32_t>> own_user(const Machine& machine, std::uint32_t number) {
  const auto& range = machine.machine_settings.container_users;
  if (!range || !machine.runtime.info().own_users) return std::optional<std::uint32_t>();
  if (number <= range->last - range->first) return std::optional(range->first + number);
  return Error{.code = ErrorCode::unavailable,
               .message = fmt::format("no user from {} to {} is left for the container",
                                      range->first, range->last),
               .hint = "Give containers more users: slipstreamd --container-users."};
}

}  // namespace slip
