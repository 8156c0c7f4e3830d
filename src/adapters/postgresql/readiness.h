// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "adapters/postgresql/cluster.h"
#include "adapters/postgresql/session.h"
#include "base/fd.h"
#include "base/result.h"

namespace slip::postgresql {

// How a cluster that was not shut down cleanly gets ready fast (docs/adr/0003-fast-start.md):
// it is started as a standby without an upstream, and promoted as soon as it has replayed what is
// there. A promotion ends with a record in the log, where crash recovery ends with a checkpoint
// that takes longer than the replay. Nothing is less durable by it.

// Sets the cluster up for that if it needs it or is to replay a log, or for a plain start; nothing
// if a server runs on it.
Result<> choose_start(const Layout& layout, const LocalServer& server, const RunUser& user);

// Tells the server behind the socket to end its recovery when it has replayed everything. May be
// repeated; succeeds and does nothing if it is no standby or not yet listening.
Result<> promote(const Directory& data, const LocalServer& server, const RunUser& user);

// The server's own process, to be given signals; nothing if it does not listen, or if what listens
// there is not the expected user's or no server.
std::optional<UniqueFd> process_of(const LocalServer& server);

}  // namespace slip::postgresql
