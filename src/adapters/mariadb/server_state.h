// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/mariadb/data_directory.h"
#include "adapters/mariadb/dialect.h"
#include "adapters/mariadb/session.h"
#include "base/result.h"
#include "domain/source.h"

namespace slip::mariadb {

// Brings to disk what the server has acknowledged, however relaxed it is about that itself: its
// redo log, and the binary log that it writes to. Costs two syncs; writes nothing of its own.
Result<> make_durable(Session& session, const Layout& layout);

// GTIDs of all domains, the place in the binary log and the server's clock, of one moment where
// the server is not too busy for that; else the place may be a few transactions behind the GTIDs.
Result<DataPosition> read_position(Session& session);

// "0-1-42 binlog.000003:1234", or what of it is known.
std::string position_text(const std::string& gtid, const std::string& binlog_position);

// All that are not the server's own and that the session may see, by name.
Result<std::vector<std::string>> read_databases(Session& session);

// The accounts that its views, triggers, routines and events name.
Result<std::vector<Account>> read_definers(Session& session);

}  // namespace slip::mariadb
