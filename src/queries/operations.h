// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/json.h"
#include "ports/catalog.h"

namespace slip::api {

// In an outline, hooks are shown without their output.
enum class Detail { outline, everything };

// An operation as the API shows it. Its steps' arguments stay inside: they name volumes, snapshots
// and passwords.
Result<json::value> operation_json(CatalogUnit& catalog, const Operation& operation,
                                   Detail detail = Detail::everything);

}  // namespace slip::api
