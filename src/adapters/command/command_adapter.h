// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "adapters/command/kind_file.h"
#include "adapters/command/places.h"
#include "adapters/support/run_user.h"
#include "ports/adapter.h"
#include "ports/confinement.h"

namespace slip {

struct CommandOptions {
  std::string user = "slipstream";  // who engines and their programs run as when we are root
  std::shared_ptr<const Confinement> confinement = std::make_shared<NoConfinement>();
};

// Sources of a kind that an administrator has defined by a file: an engine that nobody here wrote
// code for. Its programs are confined as those of other kinds, and see no network but the branch's
// own; what they say where they fail is in the error's detail.
//
// It is not asked what it lacks or where it is, follows nobody, and cannot be masked. Where only
// hooks may reach a branch it does not run: nothing is known of how to keep it from listening.
class CommandAdapter : public Adapter {
 public:
  CommandAdapter(command::KindFile kind, CommandOptions options);

  const KindDescription& description() const { return kind_.description; }

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
  const LogReplay* log_replay() const override { return nullptr; }
  const Following* following() const override { return nullptr; }
  const SqlScripts* sql_scripts() const override { return nullptr; }
  const Masking* masking() const override { return nullptr; }
  const TextOrder* text_order() const override { return nullptr; }
  const DumpCheck* dump_check() const override { return nullptr; }
  Duration stop_patience() const override { return kind_.stop_patience; }
  Sibling as_sibling(const InstanceContext& instance) const override;
  std::optional<Connection> connection(const InstanceContext& instance, std::string_view host,
                                       std::uint16_t port) const override;

 private:
  // A program's run beside the data.
  struct Work {
    std::shared_ptr<const Confinement> confinement;
    command::Variables variables;
    std::filesystem::path directory;
    std::vector<std::filesystem::path> readable;
    RunUser user;
    std::function<bool()> keep_going = {};
    std::chrono::milliseconds deadline = std::chrono::seconds(10);
  };
  command::Place place_of(const InstanceContext& instance) const;
  Result<Work> work_in(const command::Place& place, const std::optional<std::uint32_t>& user) const;
  Result<> tell(const command::Place& place, const RunUser& user) const;
  Result<> run(const char* what, const command::Program& program, const Work& work) const;
  Result<> fill(const IngestRequest& request, Work work) const;
  Result<> knock(const InstanceContext& instance) const;

  command::KindFile kind_;
  CommandOptions options_;
};

}  // namespace slip
