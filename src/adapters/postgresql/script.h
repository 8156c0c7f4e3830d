// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/postgresql/session.h"
#include "ports/adapter.h"

namespace slip::postgresql {

// Where a script is carried out: a running server and one of its databases.
struct ScriptPlace {
  LocalServer server;
  std::string database;
};

// As Adapter::run_sql. A script that takes too long is ended by the server, asked through a second
// connection: one that is merely closed would leave it at work.
Result<std::string> run_script(const ScriptPlace& place, const SqlScript& script);

// As Adapter::forget_the_past, for every database of the server. What was written since then is
// found by the times of the files, which err on the safe side; those tables are rewritten, the
// statistics made anew, and the log that came before is removed.
Result<> forget_the_past(const ScriptPlace& place, Timestamp since,
                         const std::function<bool()>& keep_going);

// As Adapter::subset_script.
std::string make_subset_script(const std::map<std::string, std::string>& condition_by_table);

}  // namespace slip::postgresql
