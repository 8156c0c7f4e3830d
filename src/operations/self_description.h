// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ports/catalog.h"
#include "ports/storage_driver.h"

namespace slip {

// What is written beside a volume or snapshot in the pool: what it is, for people; and the records
// of whatever it belongs to, as they are then, so that the catalog can be made anew from the pool
// (rebuild_catalog). No secrets: the handles that records have of them lead nowhere by themselves.

// What `operation` makes it for. Who takes the snapshot adds "at" and "positions".
Result<SelfDescription> describe(CatalogUnit& catalog, const Operation& operation,
                                 const Snapshot& snapshot);
Result<SelfDescription> describe(CatalogUnit& catalog, const Operation& operation,
                                 const Volume& volume);

}  // namespace slip
