#pragma once

#include "base/json.h"
#include "ports/catalog.h"

namespace slip::api {

// An operation as the API shows it. Its steps' arguments stay inside: they name volumes, snapshots
// and passwords.
Result<json::value> operation_json(CatalogUnit& catalog, const Operation& operation);

}  // namespace slip::api
