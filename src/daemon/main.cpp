// SPDX-License-Identifier: Apache-2.0
#include <signal.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>

#include "base/log.h"
#include "daemon/container_users.h"
#include "daemon/installation.h"
#include "daemon/reach.h"
#include "daemon/service.h"
#include "daemon/service_manager.h"
#include "gateway/tcp/gateway_program.h"
#include "server/http/address.h"

namespace {

using namespace slip;

// In seconds, as they are given.
struct Spans {
  std::int64_t automatic_points = 5 * 60;
  std::int64_t log_between_points = 128;  // MiB
  std::int64_t keep_log = 24 * 3600;
  std::int64_t keep_every = 3600;
  std::int64_t keep_hourly = 24 * 3600;
  std::int64_t keep_points = 30 * 24 * 3600;
  std::int64_t keep_trash = 7 * 24 * 3600;
};

struct Arguments {
  InstallationOptions installation;
  ServiceOptions service;
  Spans spans;
  PoolWords pool;
  std::string reach;
  std::string endpoint_host_name;
  std::string container_users = default_container_users;
  bool shutdown = false;
  bool rebuild = false;
};

// "90s", "5min", "24h", "30d".
void add_span(CLI::App& app, const std::string& name, std::int64_t& seconds,
              const std::string& help) {
  static const std::map<std::string, std::int64_t> units = {
      {"s", 1}, {"min", 60}, {"h", 3600}, {"d", 24 * 3600}};
  app.add_option(name, seconds, help)
      ->transform(CLI::AsNumberWithUnit(units, CLI::AsNumberWithUnit::UNIT_REQUIRED, "SPAN"))
      ->check(CLI::NonNegativeNumber);
}

void declare_retention(CLI::App& app, Spans& to) {
  add_span(app, "--automatic-points", to.automatic_points,
           "How often branches that have changed get a point automatically; 0s: never "
           "(default: 5min)");
  app.add_option("--log-between-points", to.log_between_points,
                 "And sooner where so many MiB of log have been written since the last")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  add_span(app, "--keep-log", to.keep_log,
           "For how long any second can be gone back to; 0s: only points can (default: 24h)");
  add_span(app, "--keep-every-automatic", to.keep_every,
           "For how long every automatic point is kept, and then one an hour (default: 1h)");
  add_span(app, "--keep-hourly-automatic", to.keep_hourly,
           "For how long one an hour is kept, and then one a day (default: 24h)");
  add_span(app, "--keep-points", to.keep_points,
           "For how long points that nobody has named are kept (default: 30d)");
  add_span(app, "--keep-trash", to.keep_trash,
           "For how long deleted things can be restored (default: 7d)");
}

OperationSettings settings_of(const Spans& spans) {
  OperationSettings settings;
  const std::chrono::seconds interval(spans.automatic_points);
  settings.automatic_points =
      interval.count() > 0 ? std::optional<Duration>(interval) : std::nullopt;
  settings.log_between_points = spans.log_between_points << 20;
  settings.retention = {.every_automatic = std::chrono::seconds(spans.keep_every),
                        .hourly_automatic = std::chrono::seconds(spans.keep_hourly),
                        .points = std::chrono::seconds(spans.keep_points),
                        .trash = std::chrono::seconds(spans.keep_trash),
                        .logs = std::chrono::seconds(spans.keep_log)};
  return settings;
}

// Replaces an address by its one text; the words of what is wrong with it, else nothing.
std::string canonical_ip_address(std::string& text) {
  const auto address = http::canonical_address(text);
  if (!address) return "\"" + text + "\" is no IP address";
  text = *address;
  return "";
}

void declare(CLI::App& app, Arguments& to) {
  app.set_version_flag("--version", std::string("slipstreamd ") + SLIP_VERSION);
  app.add_option("--data", to.installation.data, "Where this installation keeps everything")
      ->required();
  app.add_option("--reach", to.reach,
                 "Make page, databases and applications reachable from other machines, with TLS, "
                 "by this name or address of this machine");
  app.add_option("--listen", to.service.address, "Address of the page and the API")
      ->capture_default_str();
  app.add_option("--port", to.service.port, "Port of the page and the API")->capture_default_str();
  app.add_option("--host-name", to.service.host_names,
                 "A name that people reach this machine by; may be repeated");
  app.add_option("--trusted-proxy", to.service.trusted_proxies,
                 "The address of a proxy of yours, whose X-Forwarded-For and X-Forwarded-Proto are "
                 "believed; may be repeated")
      ->transform(CLI::Validator(canonical_ip_address, "ADDRESS"));
  app.add_option("--tls-certificate", to.service.tls_certificate, "Certificate chain, PEM");
  app.add_option("--tls-key", to.service.tls_key, "Its private key, PEM");
  app.add_flag("--allow-plain-text", to.service.allow_plain_text,
               "Listen beyond loopback without TLS, and let databases and applications be reached "
               "without: passwords cross the network readable");
  app.add_option("--endpoint-address", to.installation.endpoint_address,
                 "Where containers' databases and applications are reachable")
      ->capture_default_str();
  app.add_option("--endpoint-host-name", to.endpoint_host_name,
                 "The name that people reach them by; another than the page's, so that browsers do "
                 "not send them the page's cookie");
  app.add_option("--instance-user", to.installation.instance_user,
                 "Who databases and applications run as, when started by root")
      ->capture_default_str();
  app.add_option("--container-users", to.container_users,
                 "Ids of users FIRST-LAST, nobody's else, of which each container runs as its own, "
                 "when started by root; none: all as the instance user")
      ->capture_default_str();
  app.add_option(
      "--postgresql-programs", to.installation.postgresql_programs,
      "A folder with a PostgreSQL server's programs, beyond the usual ones; \"*\" stands "
      "for one folder's name; may be repeated");
  app.add_option("--mariadb-programs", to.installation.mariadb_programs,
                 "The same for MariaDB servers");
  app.add_option("--mysql-programs", to.installation.mysql_programs, "The same for MySQL servers");
  app.add_option("--kinds", to.installation.kinds,
                 "A folder with files *.toml, each of which defines a kind of source")
      ->capture_default_str();
  app.add_option("--pool-driver", to.pool.driver,
                 "Storage of a new pool: automatic, btrfs or directory")
      ->capture_default_str();
  app.add_option("--pool-size", to.pool.gigabytes,
                 "Gigabytes that a new pool in a file may grow to (default: 80 % of what is free)")
      ->check(CLI::PositiveNumber);
  app.add_option("--pool-option", to.pool.options,
                 "NAME=VALUE of the pool's driver; may be repeated. reserve=yes: reserve on the "
                 "disk all that a new pool in a file may grow to");
  declare_retention(app, to.spans);
  app.add_flag("--shutdown", to.shutdown,
               "Stop all databases and applications, unmount the pool, and end");
  app.add_flag("--rebuild", to.rebuild,
               "Make a catalog that is lost or damaged anew from the pool, and end");
}

Result<> rebuild(const InstallationOptions& options) {
  std::cout << TRY(Installation::rebuild(options)) << "\n";
  return {};
}

// What --reach is short for, but for what is given by itself.
void complete_reach(Arguments& arguments) {
  auto& installation = arguments.installation;
  auto& service = arguments.service;
  if (!arguments.reach.empty()) {
    if (service.address == ServiceOptions{}.address) service.address = "0.0.0.0";
    if (installation.endpoint_address == InstallationOptions{}.endpoint_address) {
      installation.endpoint_address = "0.0.0.0";
    }
    service.host_names.push_back(arguments.reach);
  }
  installation.names = service.host_names;
  if (!arguments.endpoint_host_name.empty()) {
    installation.names.push_back(arguments.endpoint_host_name);
  }
  if (!is_loopback_address(installation.endpoint_address) &&
      installation.endpoint_address != "0.0.0.0") {
    installation.names.push_back(installation.endpoint_address);
  }
  installation.plain_text_beyond_loopback = service.allow_plain_text;
}

// Without a certificate of its own the page gets one of the installation's authority.
bool wants_page_certificate(const Arguments& arguments) {
  return !arguments.reach.empty() && arguments.service.tls_certificate.empty() &&
         !arguments.service.allow_plain_text;
}

Result<> complete(Arguments& arguments) {
  complete_reach(arguments);
  arguments.installation.pool =
      TRY(read_pool_settings(arguments.pool, arguments.installation.data));
  arguments.installation.settings = settings_of(arguments.spans);
  arguments.service.socket = arguments.installation.data / "run" / "slip.sock";
  arguments.service.endpoint_host = arguments.installation.endpoint_address == "0.0.0.0"
                                        ? "127.0.0.1"
                                        : arguments.installation.endpoint_address;
  if (!arguments.reach.empty()) arguments.service.endpoint_host = arguments.reach;
  if (!arguments.endpoint_host_name.empty()) {
    arguments.service.endpoint_host = arguments.endpoint_host_name;
  }
  return {};
}

Result<> check_names(const Arguments& arguments) {
  for (const auto& name : arguments.installation.names) TRY(check_reach_name(name));
  return {};
}

// A browser keeps the cookies of one host together, whatever the port.
Result<> check_host_names(const Arguments& arguments) {
  const auto& names = arguments.service.host_names;
  const auto& name = arguments.endpoint_host_name;
  if (name.empty() || std::ranges::find(names, name) == names.end()) return {};
  return Error{.code = ErrorCode::invalid_argument,
               .message = "--endpoint-host-name \"" + name + "\" is a name of the page, too",
               .hint = "Choose another for one of them, so that the page's cookie stays its own."};
}

// Blocks until somebody asks the daemon to end.
void wait_for_end(const sigset_t& signals) {
  int received = 0;
  sigwait(&signals, &received);
}

// What is shown of a service that runs all the same is not worth its end.
void announce(const std::string& state) {
  if (const auto told = tell_service_manager(state); !told) {
    spdlog::warn("{}", told.error().describe());
  }
}

Result<> serve(Arguments arguments, const sigset_t& signals) {
  TRY(check_names(arguments));
  TRY(check_host_names(arguments));
  InstallationOptions options = arguments.installation;
  if (geteuid() == 0) {
    options.machine_settings.container_users = TRY(read_container_users(arguments.container_users));
  }
  const auto installation = TRY(Installation::open(options));
  TRY(installation->start());
  if (wants_page_certificate(arguments)) {
    auto files =
        TRY(make_page_certificate(installation->certificates(), arguments.installation.data));
    arguments.service.tls_certificate = std::move(files.certificate);
    arguments.service.tls_key = std::move(files.key);
  }
  Service service(*installation, arguments.service);
  TRY(service.start());
  spdlog::info("slipstreamd {} serves http{}://{}:{} and {}", SLIP_VERSION,
               arguments.service.tls_certificate.empty() ? "" : "s", arguments.service.address,
               service.port(), arguments.service.socket.string());
  announce("READY=1");
  wait_for_end(signals);
  announce("STOPPING=1");
  spdlog::info("ending; databases and applications go on");
  installation->engine().let_go_of_waiters();
  service.stop();
  installation->engine().stop();
  return {};
}

int report(const Error& error) {
  std::cerr << "slipstreamd: " << error.describe() << "\n";
  if (!error.hint.empty()) std::cerr << error.hint << "\n";
  if (!error.detail.empty()) std::cerr << error.detail << "\n";
  return 1;
}

}  // namespace

int main(int argument_count, char** argument_values) {
  // The daemon starts itself so; nothing of an installation is needed for it.
  if (argument_count == 3 && std::string_view(argument_values[1]) == "--gateway") {
    const auto ran = run_gateway(argument_values[2], SLIP_VERSION);
    return ran ? 0 : report(ran.error());
  }
  CLI::App app("The Slipstream daemon: private, thin, writable copies of whole data sets.");
  Arguments arguments;
  declare(app, arguments);
  CLI11_PARSE(app, argument_count, argument_values);
  arguments.installation.data = std::filesystem::absolute(arguments.installation.data);
  arguments.installation.gateway_program = "/proc/self/exe";
  if (const auto completed = complete(arguments); !completed) return report(completed.error());

  // All threads inherit this: signals are taken by wait_for_end alone.
  sigset_t signals;
  sigemptyset(&signals);
  for (const int one : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&signals, one);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  signal(SIGPIPE, SIG_IGN);
  spdlog::set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %l %v", spdlog::pattern_time_type::utc);
  spdlog::flush_on(spdlog::level::info);

  const auto done = arguments.shutdown  ? shut_down(arguments.installation)
                    : arguments.rebuild ? rebuild(arguments.installation)
                                        : serve(arguments, signals);
  return done ? 0 : report(done.error());
}
