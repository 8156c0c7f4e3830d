// SPDX-License-Identifier: Apache-2.0
#include "operations/world.h"

#include <fmt/format.h>

namespace slip {

Result<Adapter*> World::adapter(const std::string& kind) const {
  const auto found = adapters.find(kind);
  if (found != adapters.end()) return found->second.get();
  std::string kinds;
  for (const auto& [name, adapter] : adapters) kinds += (kinds.empty() ? "" : ", ") + name;
  return Error{.code = ErrorCode::unsupported,
               .message = fmt::format("there is no kind of source called \"{}\"", kind),
               .hint = fmt::format("Kinds: {}.", kinds)};
}

}  // namespace slip
