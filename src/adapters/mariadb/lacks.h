// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/mariadb/session.h"
#include "ports/adapter.h"

namespace slip::mariadb {

// What copies of the running server's files would lack. Any restart empties MEMORY tables, and lets
// MariaDB's sequences go on after the numbers that it had in its cache; a copy made while a MyISAM
// or Aria table is being written may need its repair. Errors: as Session's.
Result<Lacks> find_lacks(Session& session);

}  // namespace slip::mariadb
