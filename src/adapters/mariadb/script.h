// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "adapters/mariadb/data_directory.h"
#include "adapters/mariadb/server_versions.h"
#include "adapters/mariadb/session.h"
#include "ports/adapter.h"
#include "ports/confinement.h"

namespace slip::mariadb {

// Where a script is carried out: a running server, and one of its databases.
struct ScriptPlace {
  ServerVersion version;
  Layout layout;
  LocalServer server;
  RunUser user;
  std::string database;  // empty: none
  std::shared_ptr<const Confinement> confinement;
};

// As Adapter::run_sql, by the server's own client, so that DELIMITER means what people are used to;
// it takes no other command, and reads no file. A script that takes too long is ended by the
// server, asked through a second connection: one whose client is merely gone it would carry on.
Result<std::string> run_script(const ScriptPlace& place, const SqlScript& script);

}  // namespace slip::mariadb
