// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "adapters/postgresql/cluster.h"
#include "adapters/postgresql/session.h"
#include "adapters/postgresql/settings.h"
#include "ports/adapter.h"

namespace slip::postgresql {

// A source that follows production is a standby: by streaming replication, or by the log files that
// production archives. Nobody but we can connect to it, and it is never written to: what templates
// get is a copy of it that stands alone (Adapter::detach).

// True if both follow the same server by a slot of the same name, or both without one.
bool uses_slot_of(const Settings& one, const Settings& other);

// Makes the slot that is asked for. Errors: `precondition_failed` (production does not limit what
// it would keep for us), those of connect_to. Does nothing where none is asked for.
Result<> ensure_slot(const Follow& follow, const UrlOrigin& origin);
// Succeeds if there is none.
Result<> drop_slot(const Settings& settings);

// The server's command that gets a file of the log from an archive, compressed or not.
std::string restore_command(const std::filesystem::path& archive);

// Makes the cluster, which is not running, a standby of production.
Result<> prepare_follower(const Layout& layout, const RunUser& user);
// What its server gets beyond server_arguments. The password is in the environment only.
Result<std::vector<std::string>> follower_arguments(const Layout& layout, const Settings& settings);
std::map<std::string, std::string> follower_environment(const Settings& settings);
// Certificates and the like that its connection needs, as far as they are there.
std::vector<std::filesystem::path> files_of_connection(const Settings& settings);

// The running follower, and what its server has said.
struct Follower {
  Layout layout;
  LocalServer server;
  Settings settings;
  std::string log = {};
};

// Succeeds when it answers. `unavailable`: not yet.
Result<> follower_ready(const Follower& follower);
// What it has applied, by this machine's clock.
Result<DataPosition> follower_position(const Follower& follower);
// Asks production only where a slot is to be watched.
Result<FollowState> follower_state(const Follower& follower);
// See Adapter::catch_up.
Result<Timestamp> catch_up(const Follower& follower, const Progress& progress);

}  // namespace slip::postgresql
