// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/mariadb/session.h"
#include "adapters/mariadb/settings.h"

namespace slip::mariadb {

// A connection to the server that a source comes from. Errors: `unavailable`, `permission_denied`,
// `invalid_argument` (no such database), each with what to do about it.
Result<Session> connect_to(const UrlOrigin& origin, Duration patience = std::chrono::seconds(10));

// Whether it keeps names of tables without their case (lower_case_table_names).
Result<bool> ignores_name_case(Session& origin);

}  // namespace slip::mariadb
