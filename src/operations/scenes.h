// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "domain/policy.h"
#include "domain/scene.h"
#include "ports/catalog.h"

namespace slip {

// Loads a branch with all that belongs to it. Errors: `internal` (the catalog lacks some of it).
Result<Scene> scene_of(CatalogUnit& catalog, const Container& container, const Branch& branch);
// The same of another branch of the scene's container.
Result<Scene> scene_of(CatalogUnit& catalog, const Scene& beside, const Branch& branch);

// The container of that name or id, and its branch, the active one where no name is given. Errors:
// as find_container and find_branch_or_active; those of loading.
Result<Scene> find_scene(CatalogUnit& catalog, const Actor& actor, Right right,
                         std::string_view container, std::string_view branch);

}  // namespace slip
