// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "adapters/postgresql/ingest.h"
#include "adapters/postgresql/script.h"
#include "adapters/postgresql/server_versions.h"
#include "ports/adapter.h"
#include "ports/certificates.h"
#include "ports/confinement.h"

namespace slip {

struct PostgresqlOptions {
  // Folders with a server's programs, a `*` standing for one folder name; looked through once.
  std::vector<std::string> program_folders = postgresql::usual_program_folders();
  std::string user = "slipstream";  // who servers and their programs run as when we are root
  bool wants_log = true;            // kept beside the data where it can be: write_ahead_log.h
  std::shared_ptr<const Confinement> confinement = std::make_shared<NoConfinement>();
  // Copies have TLS with these; nothing: they have none.
  std::shared_ptr<const Certificates> certificates = {};
};

// Sources that are PostgreSQL clusters, of every version installed. In its directory a source has
// `data`, the cluster, `log`, its archived log, and `run`, the folder of its unix socket. Settings:
// docs/guides/sources.md, adapters/postgresql/settings.h.
//
// We are role "slipstream" in every cluster, through the unix socket only; people and applications
// are the container's login, a superuser in their own copy, with its password over TCP.
class PostgresqlAdapter : public Adapter,
                          private LogReplay,
                          private Following,
                          private SqlScripts,
                          private Masking,
                          private TextOrder,
                          private DumpCheck {
 public:
  explicit PostgresqlAdapter(PostgresqlOptions options = {});

  AdapterInfo info() const override;
  Result<> validate(const SourceConfig& config) const override;
  SourceConfig completed(const SourceConfig& config) const override;
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
  const TextOrder* text_order() const override { return this; }
  const DumpCheck* dump_check() const override { return this; }
  Duration stop_patience() const override;
  Sibling as_sibling(const InstanceContext& instance) const override;
  std::optional<Connection> connection(const InstanceContext& instance, std::string_view host,
                                       std::uint16_t port) const override;

 private:
  Duration log_grain() const override;
  Result<bool> replays_again(const InstanceContext& instance,
                             const std::string& log) const override;
  Result<> replay(const InstanceContext& instance, const std::filesystem::path& later,
                  Timestamp until, const Progress& progress) const override;
  std::int64_t log_between(const DataPosition& from, const DataPosition& to) const override;
  // Each commit in its log has the time, by the server's own clock.
  Result<std::unique_ptr<LogWatch>> watch_log(const InstanceContext&) const override {
    return std::unique_ptr<LogWatch>();
  }
  Result<> trim_log(const InstanceContext& instance, Timestamp keep_since) const override;
  bool follows(const SourceConfig& config) const override;
  Result<FollowState> follow_state(const InstanceContext& instance,
                                   const std::string& log) const override;
  Result<Timestamp> catch_up(const InstanceContext& instance,
                             const Progress& progress) const override;
  Result<DataPosition> detach(const IngestRequest& request) const override;
  Result<> leave_origin(const SourceConfig& config,
                        const std::vector<SourceConfig>& others) const override;
  Result<std::string> run_sql(const InstanceContext& instance,
                              const SqlScript& script) const override;
  Result<std::string> subset_script(
      const std::map<std::string, std::string>& condition_by_table) const override;
  Result<> forget_the_past(const InstanceContext& instance, Timestamp since,
                           const std::function<bool()>& keep_going) const override;

  Result<std::vector<std::string>> doubts(const InstanceContext& instance) const override;
  Result<std::vector<std::string>> sort_anew(const IngestRequest& request) const override;
  Result<DumpReport> check_dump(const SourceConfig& config,
                                const Progress& progress) const override;

  Result<postgresql::Ingest> ingest_of(const IngestRequest& request) const;
  Result<RunUser> run_user(const InstanceContext& instance) const;
  Result<postgresql::Session> open(const InstanceContext& instance) const;
  Result<postgresql::ScriptPlace> place_of(const InstanceContext& instance) const;

  PostgresqlOptions options_;
  std::vector<postgresql::ServerVersion> versions_;
};

}  // namespace slip
