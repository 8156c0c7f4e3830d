// SPDX-License-Identifier: Apache-2.0
#include "operations/missing_kinds.h"

#include <fmt/format.h>

namespace slip {

Result<std::vector<std::string>> missing_kinds(World& world) {
  const auto sources = TRY(world.catalog.read(
      [](CatalogUnit& catalog) { return catalog.sources().all(Trash::without); }));
  std::vector<std::string> missing;
  for (const auto& source : sources) {
    if (world.adapters.contains(source.config.kind)) continue;
    missing.push_back(fmt::format(
        "the kind \"{}\" of the source {} is not there any more: what was made of it can be "
        "stopped and deleted, but not started; put the file that defines the kind back",
        source.config.kind, source.name));
  }
  return missing;
}

}  // namespace slip
