#pragma once

#include "base/json.h"
#include "ports/catalog.h"

namespace slip::api {

// A bookmark as the API shows it, with its point's exact times and positions.
Result<json::value> bookmark_json(CatalogUnit& catalog, const Bookmark& bookmark);

}  // namespace slip::api
