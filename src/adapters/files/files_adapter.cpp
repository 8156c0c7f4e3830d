// SPDX-License-Identifier: Apache-2.0
#include "adapters/files/files_adapter.h"

#include <unistd.h>

#include <chrono>

#include "adapters/files/files_settings.h"
#include "adapters/files/health_check.h"
#include "adapters/files/ingest_tree.h"
#include "adapters/files/substitution.h"
#include "adapters/support/connection_text.h"
#include "adapters/support/limited.h"
#include "base/user.h"

namespace slip {

namespace fs = std::filesystem;

namespace {

constexpr auto kHealthPatience = std::chrono::seconds(2);

DataPosition position_now() {
  return DataPosition{.at = machine_time(), .position = ""};
}

// True for what every sandbox shows anyway.
bool is_system_program(const fs::path& program) {
  for (const char* folder : {"/usr/", "/bin/", "/sbin/", "/lib/"}) {
    if (program.string().starts_with(folder)) return true;
  }
  return false;
}

enum class Scheme { http, https };

std::string url_of(Scheme scheme, std::string_view host, std::uint16_t port) {
  return (scheme == Scheme::https ? "https://" : "http://") + std::string(host) + ":" +
         std::to_string(port) + "/";
}

}  // namespace

AdapterInfo FilesAdapter::info() const {
  return AdapterInfo{.kind = "files", .stops_whole = true, .notes = {}};
}

Result<> FilesAdapter::validate(const SourceConfig& config) const {
  TRY(files::read_settings(config));
  return {};
}

bool FilesAdapter::incremental(const SourceConfig& config) const {
  return config.setting("path").has_value() || config.setting("ssh").has_value();
}

Result<DataPosition> FilesAdapter::ingest(const IngestRequest& request) const {
  const files::Settings settings = TRY(files::read_settings(request.config));
  std::optional<UserIds> owner;
  if (::geteuid() == 0) owner = TRY(find_user(options_.user));
  const DataPosition begin = position_now();
  const auto confinement = TRY(limited_by(request.config, options_.confinement));
  TRY(files::ingest_tree(request, settings, owner, *confinement));
  return begin;
}

Result<> FilesAdapter::prepare(const InstanceContext& instance) const {
  return validate(instance.config);
}

Result<std::optional<LaunchSpec>> FilesAdapter::launch(const InstanceContext& instance) const {
  if (!instance.config.run) return std::optional<LaunchSpec>();
  const RunSection& run = *instance.config.run;
  LaunchSpec spec{.argv = {},
                  .env = {{"PATH", "/usr/local/bin:/usr/bin:/bin"},
                          {"HOME", instance.directory.string()},
                          {"LANG", "C.UTF-8"}},
                  .working_directory = instance.directory,
                  .writable = {instance.directory},
                  .readable = {},
                  .stop_signal = TRY(files::signal_number(run.stop_signal))};
  for (const std::string& part : run.command) {
    spec.argv.push_back(TRY(files::substitute(part, instance)));
  }
  if (spec.argv.empty()) {
    return Error{.code = ErrorCode::invalid_argument, .message = "the run section has no command"};
  }
  const fs::path program = instance.directory / spec.argv.front();
  spec.argv.front() = program.string();
  const bool ours = program.string().starts_with(instance.directory.string() + "/");
  if (!ours && !is_system_program(program)) spec.readable.push_back(program.parent_path());
  for (const auto& [name, value] : run.env) {
    spec.env[name] = TRY(files::substitute(value, instance));
  }
  return std::optional(std::move(spec));
}

Result<> FilesAdapter::ready(const InstanceContext& instance) const {
  if (!instance.config.run) return {};
  if (!instance.connect) return Error{.message = "nobody says how to reach the application"};
  const auto connection = instance.connect();
  if (!connection)
    return Error{.code = ErrorCode::unavailable, .message = connection.error().describe()};
  return files::check_health(*connection, instance.port, instance.config.run->health,
                             kHealthPatience);
}

Result<> FilesAdapter::flush(const InstanceContext&) const {
  return {};
}

// Its files are all that it has.
Result<> FilesAdapter::write_out(const InstanceContext&, WriteOutHow) const {
  return {};
}

Result<Lacks> FilesAdapter::lacks(const InstanceContext&) const {
  return Lacks{};
}

Result<Ending> FilesAdapter::ending(const InstanceContext&) const {
  return Ending::in_good_order;
}

Result<DataPosition> FilesAdapter::position(const InstanceContext&) const {
  return position_now();
}

Result<> FilesAdapter::forget_the_past(const InstanceContext&, Timestamp,
                                       const std::function<bool()>&) const {
  return {};
}

Duration FilesAdapter::stop_patience() const {
  return std::chrono::seconds(10);
}

Sibling FilesAdapter::as_sibling(const InstanceContext& instance) const {
  Sibling sibling{.name = instance.source_name,
                  .env = {{"DIRECTORY", instance.directory.string()}}};
  if (instance.config.run) {
    sibling.env["HOST"] = "127.0.0.1";
    sibling.env["PORT"] = std::to_string(instance.port);
    sibling.env["URL"] = url_of(Scheme::http, "127.0.0.1", instance.port);
  }
  return sibling;
}

std::optional<Connection> FilesAdapter::connection(const InstanceContext& instance,
                                                   std::string_view host,
                                                   std::uint16_t port) const {
  if (!instance.config.run) return std::nullopt;
  const bool encrypted = options_.tls_beyond_loopback && !is_loopback(host);
  const std::string url = url_of(encrypted ? Scheme::https : Scheme::http, host, port);
  return Connection{.url = url, .formats = {{"url", url}, {"curl", "curl " + url}}};
}

}  // namespace slip
