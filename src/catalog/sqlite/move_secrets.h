// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "catalog/sqlite/connection.h"
#include "ports/secrets.h"

namespace slip::sqlite {

// Moves every password out of a catalog from before there were handles for them, within the
// transaction that is open: those of containers, of volumes, and in the settings of sources and
// templates, to `keeper`; in operations that have ended they are masked. Sources of databases keep
// the rights that logins had ("superuser"). Errors: `unsupported` where there is something to move
// and no keeper.
Result<> move_secrets(Connection& connection, Secrets* keeper);

}  // namespace slip::sqlite
