// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "adapters/postgresql/server_versions.h"

namespace slip::postgresql {

// What is installed on this machine beside the servers' programs. Nothing of it is run or loaded.

// A library as servers name it: "auto_explain", "$libdir/postgis-3", or a path.
bool has_library(const ServerVersion& version, const std::string& name);

bool has_extension(const ServerVersion& version, const std::string& name);

// A locale of the C library, as setlocale takes it.
bool has_locale(const std::string& name);

}  // namespace slip::postgresql
