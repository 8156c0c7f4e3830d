// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "bench/installation_under_test.h"

namespace slip::bench {

// How long the same takes without us: a copy of the stopped database's files with `cp -a` and
// `cp --reflink` in the pool, `createdb -T`, and pg_dump with pg_restore. Prints a row each.
void by_hand(InstallationUnderTest& installation, int scale, int rounds);

}  // namespace slip::bench
