// SPDX-License-Identifier: Apache-2.0
#include "adapters/support/home.h"

#include "ports/confinement.h"

namespace slip {

namespace fs = std::filesystem;

std::optional<fs::path> part_below(const fs::path& path, const fs::path& folder) {
  const fs::path rest = path.lexically_normal().lexically_relative(folder.lexically_normal());
  if (rest.empty() || rest == "." || *rest.begin() == "..") return std::nullopt;
  return rest;
}

std::optional<fs::path> place_at_home(const fs::path& path) {
  return part_below(path, kHome);
}

bool is_directory_in(const Directory& directory, const fs::path& name) {
  const auto found = directory.has_directory(name);
  return found && *found;
}

}  // namespace slip
