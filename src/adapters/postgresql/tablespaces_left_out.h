// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "adapters/postgresql/login_rights.h"
#include "adapters/postgresql/tablespaces.h"

namespace slip::postgresql {

// A sentence about a tablespace that lies outside of the source's directory, or did: where, and
// what is in it as far as its server says; of one that does not run, the place alone.
std::string describe_left_out(const Tablespace& tablespace, Session* session,
                              const OpenDatabase& open);

}  // namespace slip::postgresql
