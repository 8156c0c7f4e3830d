// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/postgresql/cluster.h"
#include "adapters/postgresql/write_ahead_log.h"
#include "base/result.h"
#include "ports/confinement.h"

namespace slip::postgresql {

// Reads in the log itself where a replay was to end, and compares that with where the server has
// ended: a copy is either as of the very moment or is refused. To be called when the server has
// been promoted, before `end_replay`; does nothing where nothing was to be replayed. What the
// server says is of no account: only where its new timeline begins.
//
// The record there must be a commit (or the end of a transaction that was rolled back) of after the
// moment, the last one before it of no later, and so must be none of those that follow in the same
// file, unless by less than commits can overtake each other.
// Errors: `out_of_range` (it has ended elsewhere, or the clock that the log was written by was set
// back, so that the moment was twice).
Result<> check_replay(const Layout& layout, const Confinement& confinement, const RunUser& user);

}  // namespace slip::postgresql
