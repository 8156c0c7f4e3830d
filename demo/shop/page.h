// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "store.h"
#include "web/http.h"

namespace shop {

// The newest orders, the stock and the newest receipt, and a button that sells something. POST
// /sell sells; GET /health answers when the databases do.
web::Response answer(Store& store, const web::Request& request);

}  // namespace shop
