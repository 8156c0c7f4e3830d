// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

#include "base/result.h"
#include "ports/catalog.h"

namespace slip {

// The pool and the catalog of one installation have one identity, so that neither is ever taken for
// another's. It is made with them, and once for those that are older.
//
// Fails with `precondition_failed`, naming both, where they belong to different installations.
// `pool` is the pool's root, `catalog_path` for messages.
Result<> check_identity(Catalog& catalog, const std::filesystem::path& catalog_path,
                        const std::filesystem::path& pool);

// Gives the pool the identity of a catalog that is known to be its own: the pool's was lost.
Result<> give_identity(Catalog& catalog, const std::filesystem::path& pool);

}  // namespace slip
