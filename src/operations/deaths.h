// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ports/catalog.h"

namespace slip {

// The daemon's deaths while operations were at work. One that it dies of again and again must not
// keep everything else from running.

// How many deaths in one place end an operation.
constexpr int deaths_max = 3;

// Notes that the daemon has died while the operation was where it is. If that is the third time in
// the same place, the operation ends as failed, with everything that it made left as it is.
// Returns whether it does.
Result<bool> note_death(CatalogUnit& catalog, Operation operation, Timestamp now);

// To be called at an operation's end.
Result<> forget_deaths(CatalogUnit& catalog, const OperationId& operation);

// The daemon ends between two steps: what is unfinished then has died of nothing.
Result<> note_clean_end(CatalogUnit& catalog);
// Whether it did, the last time; forgets it.
Result<bool> take_clean_end(CatalogUnit& catalog);

}  // namespace slip
