// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "domain/kind.h"

namespace slip::mariadb {

// The kinds and their settings, as data.
const KindDescription& mariadb_description();
const KindDescription& mysql_description();

}  // namespace slip::mariadb
