// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "ports/adapter.h"
#include "ports/confinement.h"

namespace slip {

struct FilesOptions {
  std::string user = "slipstream";  // whom the files belong to, and who runs them, when we are root
  std::shared_ptr<const Confinement> confinement = std::make_shared<NoConfinement>();
  bool tls_beyond_loopback = false;  // endpoints speak TLS for applications, which have none
};

// Sources that are trees of files, directly in the source's directory; with a run section an
// application. Settings: docs/guides/sources.md, adapters/files/files_settings.h.
class FilesAdapter : public Adapter, private Masking {
 public:
  explicit FilesAdapter(FilesOptions options = {}) : options_(std::move(options)) {}

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
  // What a tree's links lead to is not part of it.
  Result<std::vector<std::string>> left_out(const InstanceContext&) const override {
    return std::vector<std::string>();
  }
  // Whoever reaches its port, if it has one, is in.
  Result<> admits(const InstanceContext&) const override { return {}; }
  const LogReplay* log_replay() const override { return nullptr; }
  const Following* following() const override { return nullptr; }
  const SqlScripts* sql_scripts() const override { return nullptr; }
  const Masking* masking() const override { return this; }
  const TextOrder* text_order() const override { return nullptr; }
  const DumpCheck* dump_check() const override { return nullptr; }
  Duration stop_patience() const override;
  Sibling as_sibling(const InstanceContext& instance) const override;
  std::optional<Connection> connection(const InstanceContext& instance, std::string_view host,
                                       std::uint16_t port) const override;

 private:
  // A tree is just its files: what they held before is nowhere in it.
  Result<> forget_the_past(const InstanceContext& instance, Timestamp since,
                           const std::function<bool()>& keep_going) const override;

  FilesOptions options_;
};

}  // namespace slip
