// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "adapters/redis/programs.h"
#include "adapters/redis/settings.h"
#include "ports/adapter.h"
#include "ports/confinement.h"

namespace slip {

namespace redis {
struct Ingest;
class Session;
}  // namespace redis

struct RedisOptions {
  std::vector<std::filesystem::path> program_folders = {"/usr/bin", "/usr/local/bin",
                                                        "/opt/redis/bin"};  // looked through once
  std::string user = "slipstream";  // who servers and their programs run as when we are root
  std::shared_ptr<const Confinement> confinement = std::make_shared<NoConfinement>();
  bool tls_beyond_loopback = false;  // endpoints speak TLS for servers, which have none
};

// Sources that are a Redis server's data, of 7.0 and newer, or of Valkey. In its directory a source
// has `data` (an append-only file, adapters/redis/configuration.h) and `run` (the unix socket).
// Settings: docs/guides/sources.md, adapters/redis/settings.h.
//
// We are user "slipstream" in every server; people and applications are the container's login,
// which also comes in where a client names no user.
class RedisAdapter : public Adapter {
 public:
  explicit RedisAdapter(RedisOptions options = {});

  AdapterInfo info() const override;
  Result<> validate(const SourceConfig& config) const override;
  bool incremental(const SourceConfig&) const override { return false; }
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
  const LogReplay* log_replay() const override { return nullptr; }
  const Following* following() const override { return nullptr; }
  const SqlScripts* sql_scripts() const override { return nullptr; }
  const Masking* masking() const override { return nullptr; }
  const TextOrder* text_order() const override { return nullptr; }
  const DumpCheck* dump_check() const override { return nullptr; }
  Duration stop_patience() const override;
  Sibling as_sibling(const InstanceContext& instance) const override;
  std::optional<Connection> connection(const InstanceContext& instance, std::string_view host,
                                       std::uint16_t port) const override;

 private:
  Result<redis::Session> open(const InstanceContext& instance) const;

  RedisOptions options_;
  redis::Found found_;
};

}  // namespace slip
