// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/mariadb/ingest.h"
#include "adapters/mariadb/settings.h"
#include "base/result.h"
#include "ports/adapter.h"

namespace slip::mariadb {

// What a dump is and needs, and why it would be refused: DumpCheck (adapter.h). A server of the
// version that would load it is asked which engines, character sets and collations it knows, and
// carries out all that brings no rows: on an empty data directory that is made in the ingest's
// layout, which is of no use afterwards.
Result<DumpReport> check_dump(const Ingest& ingest, const DumpOrigin& origin);

}  // namespace slip::mariadb
