// SPDX-License-Identifier: Apache-2.0
#include "daemon/adapters.h"

#include <algorithm>
#include <iterator>

#include "adapters/files/files_adapter.h"
#include "adapters/mariadb/mariadb_adapter.h"
#include "adapters/postgresql/postgresql_adapter.h"
#include "adapters/redis/redis_adapter.h"

namespace slip {

std::map<std::string, std::shared_ptr<Adapter>> make_adapters(const InstallationOptions& options,
                                                              const AdapterNeeds& needs) {
  const bool wants_log = options.settings.retention.logs > Duration(0);
  PostgresqlOptions postgresql;
  postgresql.user = options.instance_user;
  postgresql.wants_log = wants_log;
  postgresql.confinement = needs.confinement;
  postgresql.certificates = needs.certificates;
  std::ranges::copy(options.postgresql_programs, std::back_inserter(postgresql.program_folders));
  const MariadbOptions mariadb{.program_folders = options.mariadb_programs,
                               .user = options.instance_user,
                               .wants_log = wants_log,
                               .confinement = needs.confinement,
                               .certificates = needs.certificates};
  const MariadbOptions mysql{.dialect = mariadb::mysql_dialect(),
                             .program_folders = options.mysql_programs,
                             .user = options.instance_user,
                             .wants_log = wants_log,
                             .confinement = needs.confinement,
                             .certificates = needs.certificates};
  RedisOptions redis;
  redis.user = options.instance_user;
  redis.confinement = needs.confinement;
  redis.tls_beyond_loopback = options.encrypts_beyond_loopback();
  FilesOptions files;
  files.user = options.instance_user;
  files.confinement = needs.confinement;
  files.tls_beyond_loopback = options.encrypts_beyond_loopback();
  return {{"postgresql", std::make_shared<PostgresqlAdapter>(postgresql)},
          {"mariadb", std::make_shared<MariadbAdapter>(mariadb)},
          {"mysql", std::make_shared<MariadbAdapter>(mysql)},
          {"redis", std::make_shared<RedisAdapter>(redis)},
          {"files", std::make_shared<FilesAdapter>(files)}};
}

}  // namespace slip
