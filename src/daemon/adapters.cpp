// SPDX-License-Identifier: Apache-2.0
#include "daemon/adapters.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <iterator>

#include "adapters/command/command_adapter.h"
#include "adapters/files/description.h"
#include "adapters/files/files_adapter.h"
#include "adapters/mariadb/description.h"
#include "adapters/mariadb/mariadb_adapter.h"
#include "adapters/postgresql/description.h"
#include "adapters/postgresql/postgresql_adapter.h"
#include "adapters/redis/description.h"
#include "adapters/redis/redis_adapter.h"

namespace slip {

std::vector<SourceKind> make_kinds(const InstallationOptions& options, const AdapterNeeds& needs) {
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
  std::vector<SourceKind> kinds = {
      {postgresql::description(), std::make_shared<PostgresqlAdapter>(postgresql)},
      {mariadb::mariadb_description(), std::make_shared<MariadbAdapter>(mariadb)},
      {mariadb::mysql_description(), std::make_shared<MariadbAdapter>(mysql)},
      {redis::description(), std::make_shared<RedisAdapter>(redis)},
      {files::description(), std::make_shared<FilesAdapter>(files)}};
  const CommandOptions command{.user = options.instance_user, .confinement = needs.confinement};
  for (auto& kind : command::read_kind_files(options.kinds)) {
    const auto& name = kind.description.kind;
    if (std::ranges::any_of(kinds, [&](auto& one) { return one.description.kind == name; })) {
      spdlog::error("there is a kind {} already: the file in {} is left out", name,
                    options.kinds.string());
      continue;
    }
    const KindDescription description = kind.description;
    kinds.push_back({description, std::make_shared<CommandAdapter>(std::move(kind), command)});
  }
  return kinds;
}

std::map<std::string, std::shared_ptr<Adapter>> adapters_of(const std::vector<SourceKind>& kinds) {
  std::map<std::string, std::shared_ptr<Adapter>> adapters;
  for (const auto& [description, adapter] : kinds) adapters[description.kind] = adapter;
  return adapters;
}

}  // namespace slip
