// SPDX-License-Identifier: Apache-2.0
#include "daemon/installation.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>

#include "base/file.h"
#include "base/log.h"
#include "base/presence.h"
#include "certificates/authority.h"
#include "daemon/adapters.h"
#include "daemon/reach.h"
#include "daemon/rebuild.h"
#include "daemon/stores.h"
#include "operations/hybrid_clock.h"
#include "runtime/supervisor.h"
#include "runtime/tcp_endpoints.h"
#include "secrets/sealed/sealed_secrets.h"

namespace slip {
namespace {

constexpr std::chrono::seconds kNetworksEndWithin{1};

Result<UniqueFd> lock(const std::filesystem::path& data) {
  const auto path = data / "lock";
  UniqueFd fd(open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!fd) return error_from_errno(errno, "open " + path.string());
  if (flock(fd.get(), LOCK_EX | LOCK_NB) == 0) return fd;
  return Error{.code = ErrorCode::busy,
               .message = "another slipstreamd uses " + data.string(),
               .hint = "Stop it first, or give this one another --data directory."};
}

// Volumes belong to whoever runs the instances.
Result<UserIds> owner_of_volumes(const std::string& instance_user) {
  if (geteuid() != 0) return UserIds{geteuid(), getegid()};
  auto user = find_user(instance_user);
  if (user) return *user;
  return Error{
      .code = ErrorCode::not_found,
      .message = "there is no user \"" + instance_user + "\" to run databases and applications as",
      .hint = "Create it: useradd --system --no-create-home --shell /usr/sbin/nologin " +
              instance_user + "; or name another with --instance-user."};
}

// Null: connections are copied. The lane is for 127.0.0.1, where nobody might listen otherwise.
std::unique_ptr<KernelLane> open_lane(const std::string& address) {
  if (geteuid() != 0 || (address != "127.0.0.1" && address != "0.0.0.0")) return nullptr;
  auto lane = KernelLane::open();
  if (lane) return *std::move(lane);
  spdlog::warn("connections to endpoints are copied, which is slower: {}", lane.error().describe());
  return nullptr;
}

std::filesystem::path gateways_of(const std::filesystem::path& data) {
  return data / "run" / "gateways";
}

// The runtime outlives them.
Result<std::unique_ptr<TcpEndpoints>> open_endpoints(const InstallationOptions& options,
                                                     SupervisorRuntime& runtime,
                                                     std::optional<GuestEncryption> encryption) {
  TcpEndpointsOptions endpoints{.connect =
                                    [&runtime](const Target& target) {
                                      return runtime.begin_connect(target.instance, target.port);
                                    },
                                .listen_address = options.endpoint_address};
  endpoints.lane = open_lane(options.endpoint_address);
  endpoints.network = [&runtime](const InstanceId& instance) {
    return runtime.network_of(instance);
  };
  endpoints.encryption = std::move(encryption);
  endpoints.gateway.forwarder.version = SLIP_VERSION;
  if (!options.gateway_program.empty()) {
    TRY(make_directories(options.data / "run"));  // others go there, too
    endpoints.gateway.program = options.gateway_program;
    endpoints.gateway.directory = gateways_of(options.data);
  }
  return TcpEndpoints::open(std::move(endpoints));
}

WireProtocol protocol_of(const std::vector<KindDescription>& kinds, const std::string& name) {
  const auto found = std::ranges::find(kinds, name, &KindDescription::kind);
  return found == kinds.end() ? WireProtocol::any : found->protocol;
}

}  // namespace

bool InstallationOptions::encrypts_beyond_loopback() const {
  return !is_loopback_address(endpoint_address) && !plain_text_beyond_loopback;
}

Result<std::unique_ptr<Installation>> Installation::open(const InstallationOptions& options) {
  TRY(make_directories(options.data));
  std::unique_ptr<Installation> made(new Installation);
  made->data_ = options.data;
  made->lock_ = TRY(lock(options.data));
  const UserIds owner = TRY(owner_of_volumes(options.instance_user));
  made->secrets_ = TRY(
      in_context("open the secrets", SealedSecrets::open({.directory = options.data / "secrets",
                                                          .key = options.data / "secrets.key"})));
  made->pool_settings_ = options.pool;
  Stores stores = TRY(
      open_stores(options.data, {.settings = options.pool, .owner = owner}, made->secrets_.get()));
  made->pool_ = std::move(stores.pool);
  made->catalog_ = std::move(stores.catalog);
  made->copier_ = std::move(stores.copier);
  made->certificates_ = TRY(in_context("open the certificate authority",
                                       Authority::open(options.data / "tls", options.names)));
  std::optional<GuestEncryption> encryption;
  if (options.encrypts_beyond_loopback()) {
    encryption = TRY(encryption_of(
        *made->catalog_, *made->certificates_,
        [&kinds = made->kinds_](const std::string& kind) { return protocol_of(kinds, kind); }));
  }
  SupervisorOptions supervision;
  supervision.state_directory = options.data / "runtime";
  supervision.user = options.instance_user;
  if (const auto& users = options.machine_settings.container_users) {
    supervision.own_users = {made->pool_.driver->info().root, users->first, users->last};
  }
  auto supervisor = TRY(in_context("supervise instances", SupervisorRuntime::open(supervision)));
  const auto confinement = supervisor->confinement();
  auto& runtime = *supervisor;
  made->runtime_ = std::move(supervisor);
  const auto kinds =
      make_kinds(options, {.confinement = confinement, .certificates = made->certificates_});
  for (const auto& kind : kinds) made->kinds_.push_back(kind.description);
  made->endpoints_ = TRY(open_endpoints(options, runtime, std::move(encryption)));
  made->clock_ = std::make_unique<HybridClock>(
      &machine_time,
      TRY(made->catalog_->read([](CatalogUnit& catalog) { return newest_recorded(catalog); })));
  made->ids_ = std::make_unique<RandomIds>();
  made->machine_ = std::make_unique<Machine>(Machine{.storage = *made->pool_.driver,
                                                     .adapters = adapters_of(kinds),
                                                     .runtime = *made->runtime_,
                                                     .endpoints = *made->endpoints_,
                                                     .clock = *made->clock_,
                                                     .secrets = *made->secrets_,
                                                     .machine_settings = options.machine_settings});
  auto host = std::make_unique<LocalHost>(*made->machine_);
  TRY(in_context("adopt what runs already", host->adopt()));
  made->host_ = std::move(host);
  made->engine_ = std::make_unique<Engine>(World{.host = *made->host_,
                                                 .storage = *made->pool_.driver,
                                                 .adapters = made->machine_->adapters,
                                                 .clock = *made->clock_,
                                                 .secrets = *made->secrets_,
                                                 .catalog = *made->catalog_,
                                                 .ids = *made->ids_,
                                                 .settings = options.settings});
  return made;
}

Result<> Installation::start() {
  TRY(engine_->start());
  endpoints_->forget_others();
  return {};
}

Result<std::string> Installation::rebuild(const InstallationOptions& options) {
  const UniqueFd locked = TRY(lock(options.data));
  const UserIds owner = TRY(owner_of_volumes(options.instance_user));
  const auto secrets = TRY(
      in_context("open the secrets", SealedSecrets::open({.directory = options.data / "secrets",
                                                          .key = options.data / "secrets.key"})));
  return in_context(
      "rebuild the catalog",
      rebuild_catalog_of(options.data, {.settings = options.pool, .owner = owner}, secrets.get()));
}

Installation::~Installation() = default;

Result<> shut_down(const InstallationOptions& options) {
  // First, and whatever has become of the catalog: nothing is to be led anywhere any more.
  if (const auto gateways = gateways_of(options.data); TRY(is_present(gateways))) {
    const UniqueFd locked = TRY(lock(options.data));
    TRY(in_context("end the gateway", end_gateways(gateways)));
  }
  if (!TRY(is_present(catalog_file(options.data)))) return {};
  {
    InstallationOptions last = options;
    last.gateway_program.clear();  // nobody is led anywhere any more
    const auto installation = TRY(Installation::open(last));
    TRY(installation->engine().stop_all_instances());
  }
  // Another installation of this machine may go on using it.
  if (const auto lane = open_lane(options.endpoint_address)) {
    lane->wait_until_unused(kNetworksEndWithin);
  }
  return close_pool(options.pool);
}

}  // namespace slip
