// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/fd.h"
#include "base/result.h"
#include "daemon/catalog_copies.h"
#include "domain/kind.h"
#include "host/local_host.h"
#include "operations/engine.h"
#include "ports/certificates.h"
#include "runtime/tcp_endpoints.h"
#include "storage/pool/pool.h"

namespace slip {

struct InstallationOptions {
  std::filesystem::path data;  // everything this installation keeps
  std::string instance_user =
      "slipstream";  // who databases and applications run as, if we are root
  // Folders of servers' programs beyond the usual ones: see PostgresqlOptions, MariadbOptions.
  std::vector<std::string> postgresql_programs = {};
  std::vector<std::string> mariadb_programs = {};
  std::vector<std::string> mysql_programs = {};
  std::filesystem::path kinds = "/etc/slipstream/kinds";  // files that define further ones
  PoolSettings pool;                           // of default_pool(data), or read_pool_settings
  std::string endpoint_address = "127.0.0.1";  // where containers' endpoints listen
  // What people on other machines reach this one by; certificates are for these names.
  std::vector<std::string> names = {};
  bool plain_text_beyond_loopback = false;  // endpoints demand no TLS there
  // What is run with --gateway, and copies connections: slipstreamd. Empty: a thread of this
  // process does, and connections end with it.
  std::filesystem::path gateway_program = {};
  MachineSettings machine_settings = {};
  OperationSettings settings = {};

  // Whether what comes from other machines has to be encrypted; nothing comes from any by default.
  bool encrypts_beyond_loopback() const;
};

// Everything below one data directory, put together from the concrete drivers, adapters, runtime
// and catalog; the one place that knows them all. One process at a time can have it open.
class Installation {
 public:
  // Sets up what is missing. Errors: `busy` (another daemon has it), those of the pool, the
  // secrets, the catalog and the runtime.
  static Result<std::unique_ptr<Installation>> open(const InstallationOptions& options);
  // Makes its catalog anew (daemon/rebuild.h), and says what was done. Errors: `busy` too.
  static Result<std::string> rebuild(const InstallationOptions& options);
  ~Installation();
  Installation(const Installation&) = delete;
  Installation& operator=(const Installation&) = delete;

  // Opens the endpoints, takes up what was begun, and keeps running what is to run. Errors: of the
  // engine.
  Result<> start();

  Engine& engine() { return *engine_; }
  Catalog& catalog() { return *catalog_; }
  Secrets& secrets() { return *secrets_; }
  const Certificates& certificates() const { return *certificates_; }
  const std::filesystem::path& data() const { return data_; }
  const PoolSettings& pool_settings() const { return pool_settings_; }
  const PoolReport& pool_report() const { return pool_.report; }
  // The kinds of source that there are, in the order in which people see them.
  const std::vector<KindDescription>& kinds() const { return kinds_; }

 private:
  Installation() = default;

  std::filesystem::path data_;
  UniqueFd lock_;
  PoolSettings pool_settings_;
  Pool pool_;
  std::unique_ptr<Secrets> secrets_;
  std::unique_ptr<Catalog> catalog_;
  std::shared_ptr<const Certificates> certificates_;
  std::vector<KindDescription> kinds_;
  std::unique_ptr<CatalogCopier> copier_;
  std::unique_ptr<Runtime> runtime_;
  std::unique_ptr<TcpEndpoints> endpoints_;
  std::unique_ptr<Clock> clock_;
  std::unique_ptr<IdSource> ids_;
  std::unique_ptr<Machine> machine_;
  std::unique_ptr<Host> host_;
  std::unique_ptr<Engine> engine_;  // last: it uses all the others
};

// Stops every instance cleanly, ends the gateway with its connections, and gives the pool's mount
// and device back. Nothing of the installation runs afterwards; all data stays.
Result<> shut_down(const InstallationOptions& options);

}  // namespace slip
