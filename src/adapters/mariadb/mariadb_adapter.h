// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "adapters/mariadb/placement.h"
#include "adapters/mariadb/server_versions.h"
#include "adapters/mariadb/settings.h"
#include "ports/adapter.h"
#include "ports/certificates.h"
#include "ports/confinement.h"

namespace slip {

namespace mariadb {
struct Ingest;
struct Layout;
class Session;
}  // namespace mariadb

struct MariadbOptions {
  const mariadb::Dialect& dialect = mariadb::mariadb_dialect();
  // Folders with a server's programs beyond the usual ones, a `*` standing for one folder name;
  // looked through once.
  std::vector<std::string> program_folders = {};
  std::string user = "slipstream";  // who servers and their programs run as when we are root
  bool wants_log = true;            // kept beside the data where it can be: binary_log.h
  std::shared_ptr<const Confinement> confinement = std::make_shared<NoConfinement>();
  // Copies have TLS with these; nothing: only where the server makes a certificate by itself.
  std::shared_ptr<const Certificates> certificates = {};
};

// Sources that are data directories of MariaDB, or of MySQL: of which, the options' dialect says.
// Of every release series that is run (Dialect::oldest) and installed. In its directory a source
// has `data`, `log` (binary logs), `run` (the unix socket) and `tmp`. Settings:
// docs/guides/sources.md, adapters/mariadb/settings.h.
//
// We are user "slipstream" in every server (mariadb/own_user.h); people and applications are the
// container's login, with all rights in their own copy, over TCP. Accounts of the origin stay as
// they are.
class MariadbAdapter : public Adapter,
                       private LogReplay,
                       private Following,
                       private SqlScripts,
                       private Masking,
                       private DumpCheck {
 public:
  explicit MariadbAdapter(MariadbOptions options = {});

  AdapterInfo info() const override;
  Result<> validate(const SourceConfig& config) const override;
  bool incremental(const SourceConfig& config) const override;
  Result<DataPosition> ingest(const IngestRequest& request) const override;
  Result<> prepare(const InstanceContext& instance) const override;
  Result<std::optional<LaunchSpec>> launch(const InstanceContext& instance) const override;
  Result<> ready(const InstanceContext& instance) const override;
  Result<> flush(const InstanceContext& instance) const override;
  Result<> write_out(const InstanceContext& instance, WriteOutHow how) const override;
  Result<Lacks> lacks(const InstanceContext& instance) const override;
  Result<Ending> ending(const InstanceContext& instance) const override;
  Result<DataPosition> position(const InstanceContext& instance) const override;
  Result<std::vector<std::string>> left_out(const InstanceContext& instance) const override;
  Result<> admits(const InstanceContext& instance) const override;
  std::optional<Error> why_it_ended(const InstanceContext& instance,
                                    const std::string& log) const override;
  const LogReplay* log_replay() const override;
  const Following* following() const override { return this; }
  const SqlScripts* sql_scripts() const override { return this; }
  const Masking* masking() const override { return this; }
  const TextOrder* text_order() const override { return nullptr; }
  const DumpCheck* dump_check() const override { return this; }
  Duration stop_patience() const override;
  Sibling as_sibling(const InstanceContext& instance) const override;
  std::optional<Connection> connection(const InstanceContext& instance, std::string_view host,
                                       std::uint16_t port) const override;

 private:
  mariadb::Home home() const;
  Duration log_grain() const override;
  Result<> replay(const InstanceContext& instance, const std::filesystem::path& later,
                  Timestamp until, const Progress& progress) const override;
  std::int64_t log_between(const DataPosition& from, const DataPosition& to) const override;
  Result<std::unique_ptr<LogWatch>> watch_log(const InstanceContext& instance) const override;
  Result<> trim_log(const InstanceContext& instance, Timestamp keep_since) const override;
  bool follows(const SourceConfig& config) const override;
  Result<FollowState> follow_state(const InstanceContext& instance,
                                   const std::string& log) const override;
  Result<Timestamp> catch_up(const InstanceContext& instance,
                             const Progress& progress) const override;
  Result<DataPosition> detach(const IngestRequest& request) const override;
  Result<std::string> run_sql(const InstanceContext& instance,
                              const SqlScript& script) const override;
  Result<std::string> subset_script(
      const std::map<std::string, std::string>& condition_by_table) const override;
  Result<DumpReport> check_dump(const SourceConfig& config,
                                const Progress& progress) const override;
  Result<> forget_the_past(const InstanceContext& instance, Timestamp since,
                           const std::function<bool()>& keep_going) const override;
  // A replay goes to its end at once, and a follower leaves nothing at its origin.
  Result<bool> replays_again(const InstanceContext&, const std::string&) const override {
    return false;
  }
  Result<> leave_origin(const SourceConfig&, const std::vector<SourceConfig>&) const override {
    return {};
  }

  // A running server, and its directory.
  struct Running;
  Result<Running> running(const InstanceContext& instance) const;
  Result<mariadb::Session> open(const InstanceContext& instance) const;
  Result<mariadb::Ingest> ingest_of(const SourceConfig& config,
                                    const std::filesystem::path& directory,
                                    const std::optional<std::uint32_t>& user,
                                    Progress progress) const;
  Result<mariadb::ServerVersion> version_of(const mariadb::Layout& layout) const;

  Result<mariadb::Settings> settings_of(const SourceConfig& config) const;

  MariadbOptions options_;
  mariadb::Installed installed_;
};

}  // namespace slip
