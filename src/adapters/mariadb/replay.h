// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/mariadb/data_directory.h"
#include "adapters/mariadb/private_server.h"
#include "adapters/mariadb/replay_range.h"
#include "base/result.h"
#include "base/time.h"
#include "ports/adapter.h"

namespace slip::mariadb {

// A replay on a clone that has never been started.
struct Replay {
  ServerPlace clone;
  Layout later;     // to read only; its log goes on from the clone's
  Timestamp until;  // a whole second
  LogOf of = LogOf::branch;
  Progress progress;
};

// Recovers the clone as its own server would, and lets it carry out what the later log has of
// before `until`; then compares what the clone's own log says has been committed with that. What it
// leaves was shut down cleanly; a clone that has all of it already is left alone.
// Errors: `out_of_range` (the log does not lead from here to there, or is damaged on the way; the
// copy has come to have something else than the log says), `failed` (a statement did not succeed),
// `no_space`, `canceled`.
Result<> replay_log(const Replay& replay);

}  // namespace slip::mariadb
