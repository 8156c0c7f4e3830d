// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/source.h"
#include "ports/secrets.h"

namespace slip {

// With the values of its secrets, for an adapter. Errors: `precondition_failed` where one is
// missing, saying which.
Result<SourceConfig> reveal(Secrets& keeper, SourceConfig config);

// The same, but where a value is missing it stays masked: for copies, which do not reach out to
// where their data came from.
SourceConfig reveal_what_there_is(Secrets& keeper, SourceConfig config);

}  // namespace slip
