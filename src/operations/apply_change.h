// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/change.h"
#include "domain/operation.h"
#include "ports/catalog.h"

namespace slip {

// Writes one change of an operation's Commit step into the catalog, within its transaction. What
// the operation's steps have found out (times, positions) is filled in.
Result<> apply_change(CatalogUnit& catalog, const Change& change, const Operation& operation,
                      Timestamp now);

}  // namespace slip
