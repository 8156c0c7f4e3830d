// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/postgresql/ingest.h"

namespace slip::postgresql {

// As DumpCheck::check_dump. The ingest's directory is not used.
Result<DumpReport> check_dump(const Ingest& ingest, const DumpOrigin& origin);

}  // namespace slip::postgresql
