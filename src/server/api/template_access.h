// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "ports/catalog.h"

namespace slip::api {

// True for admins, and for members of any container of the template.
Result<bool> may_see(CatalogUnit& catalog, const Actor& actor, const Template& mould);

// A template that the actor may see, by name or id; what he cannot see does not exist for him.
Result<Template> find_visible_template(CatalogUnit& catalog, const Actor& actor,
                                       std::string_view name_or_id);

}  // namespace slip::api
