// SPDX-License-Identifier: Apache-2.0
#include "daemon/service.h"

#include "base/file.h"
#include "product/product.h"
#include "server/api/api.h"
#include "server/http/router.h"
#include "server/http/server.h"
#include "server/page/page.h"

namespace slip {
namespace {

std::string name_of(PoolKind kind) {
  switch (kind) {
    case PoolKind::btrfs:
      return "btrfs";
    case PoolKind::btrfs_file:
      return "btrfs_file";
    case PoolKind::directory_reflinks:
      return "directory_reflinks";
    case PoolKind::directory_copies:
      return "directory_copies";
  }
  return "";
}

ProductSettings product_settings(const Installation& installation, const ServiceOptions& options) {
  const PoolReport& pool = installation.pool_report();
  ProductSettings settings;
  settings.endpoint_host = options.endpoint_host;
  const PoolSettings& asked = installation.pool_settings();
  settings.pool = {
      .settings = asked, .kind = name_of(pool.kind), .why = pool.why, .warning = pool.warning};
  if (!pool.backing_file.empty()) {
    settings.pool.grow = [asked](std::int64_t bytes) { return grow_pool(asked, bytes); };
    settings.pool.reserve = [asked] { return reserve_pool(asked); };
  }
  return settings;
}

api::ApiSettings api_settings(const Installation& installation) {
  api::ApiSettings settings;
  settings.version = SLIP_VERSION;
  settings.authority = installation.certificates().authority();
  settings.kinds = installation.kinds();
  return settings;
}

http::ServerOptions server_options(const ServiceOptions& options) {
  http::TcpListener page{.address = options.address, .port = options.port};
  if (!options.tls_certificate.empty()) {
    page.tls = http::TlsFiles{options.tls_certificate, options.tls_key};
  }
  if (options.allow_plain_text) page.plain_text = http::PlainTextBeyondLoopback::allow;
  http::ServerOptions server;
  server.tcp.push_back(std::move(page));
  if (!options.socket.empty()) server.unix_sockets.push_back({.path = options.socket});
  server.host_names = options.host_names;
  server.trusted_proxies = options.trusted_proxies;
  server.html_content_security_policy = page_content_security_policy;
  // Requests that wait for an operation take a thread each: see ApiSettings::waiting_requests_max.
  server.threads = 24;
  return server;
}

}  // namespace

class Service::Implementation {
 public:
  Implementation(Installation& installation, const ServiceOptions& options)
      : product(installation.engine(), product_settings(installation, options)),
        api(product, api_settings(installation)),
        page(embedded_page()),
        socket_directory(options.socket.parent_path()),
        server(server_options(options),
               [this](const http::Request& request) { return router.handle(request); }) {
    api.install(router);
    router.set_fallback([this](const http::Request& request) { return page.handle(request); });
  }

  http::Router router;
  Product product;
  api::Api api;
  http::StaticFiles page;
  std::filesystem::path socket_directory;
  http::Server server;  // last: its threads use the others
};

Service::Service(Installation& installation, const ServiceOptions& options)
    : implementation_(std::make_unique<Implementation>(installation, options)) {}

Service::~Service() {
  stop();
}

Result<> Service::start() {
  if (!implementation_->socket_directory.empty()) {
    TRY(make_directories(implementation_->socket_directory));
  }
  return implementation_->server.start();
}

void Service::stop() {
  implementation_->api.close();
  implementation_->server.stop();
}

std::uint16_t Service::port() const {
  return implementation_->server.port();
}

}  // namespace slip
