// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "adapters/mariadb/data_directory.h"
#include "adapters/mariadb/session.h"
#include "adapters/mariadb/settings.h"
#include "ports/adapter.h"

namespace slip::mariadb {

// A source that follows production is its replica, by GTID, and read-only. It replicates what it
// was seeded with: one database, all that are not the system's, or with a backup everything.

// That production can be followed: binary log and GTIDs, and the account's rights. Errors:
// `precondition_failed`, `permission_denied`, those of connect_to.
Result<> check_production(const Dialect& dialect, const UrlOrigin& production);

// Two replicas of one production must not have the same number.
std::uint32_t follower_server_id(const InstanceId& id);

// What its server gets beyond server_arguments. `id` tells one replica of a production from
// another.
std::vector<std::string> follower_arguments(const Dialect& dialect, const Settings& settings,
                                            const InstanceId& id);

// Lets the running server replicate, from where it is on, but for the rows of MEMORY tables, as it
// has started without them. Does nothing where it does so.
Result<> ensure_replication(Session& session, const UrlOrigin& production);
// Follows anew where production refuses it and, asked again, offers TLS or no longer does. Does
// nothing where the reason is another.
Result<> ensure_encryption(Session& session, const UrlOrigin& production);
// What is left of that in a directory on which no server runs, and its binary log.
Result<> remove_replication(const Layout& layout);

Result<FollowState> read_follow_state(Session& session, const UrlOrigin& production);
// See Adapter::catch_up.
Result<Timestamp> catch_up(Session& session, const UrlOrigin& production, const Progress& progress);

}  // namespace slip::mariadb
