// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "domain/policy.h"
#include "domain/scene.h"
#include "operations/world.h"
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

// What the sources of those places are, in the same order. Errors: `internal`.
Result<std::vector<Source>> sources_of(CatalogUnit& catalog,
                                       const std::vector<TemplateSource>& places);
// Errors: `internal`.
Result<TemplateScene> scene_of(CatalogUnit& catalog, const Template& mould);
// A source with the templates that have it; one that is not in the catalog yet is in none. Errors:
// `not_found` (its kind is not there), `internal`.
Result<SourceScene> scene_of(CatalogUnit& catalog, const World& world, const Source& source);

}  // namespace slip
