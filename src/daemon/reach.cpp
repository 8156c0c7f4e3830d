// SPDX-License-Identifier: Apache-2.0
#include "daemon/reach.h"

#include <algorithm>
#include <cctype>

#include "base/file.h"
#include "operations/lookup.h"

namespace slip {
namespace {

Result<std::string> kind_on(CatalogUnit& catalog, const Volume& volume, const std::string& name) {
  const auto version = TRY(version_on(catalog, volume));
  const auto found = std::ranges::find(version.sources, name, &TemplateSource::name);
  if (found == version.sources.end()) return std::string();
  const auto source = TRY(catalog.sources().find(found->source));
  return source ? source->config.kind : std::string();
}

// The kind of source behind a port: an endpoint's leads to the container's active branch, others to
// those that run beside it. Nothing: there is none with that port.
Result<std::string> kind_behind(CatalogUnit& catalog, std::uint16_t port) {
  const auto containers = TRY(catalog.containers().all(Trash::without));
  for (const auto& container : containers) {
    for (const auto& endpoint : container.endpoints) {
      if (endpoint.port != port) continue;
      const auto active = TRY(branch_of(catalog, container.active));
      return kind_on(catalog, TRY(volume_of(catalog, active.volume)), endpoint.source);
    }
  }
  for (const auto& container : containers) {
    for (const auto& branch : TRY(catalog.branches().of_container(container.id, Trash::without))) {
      const auto found =
          std::ranges::find(branch.ports, port, [](const auto& one) { return one.second; });
      if (found == branch.ports.end()) continue;
      return kind_on(catalog, TRY(volume_of(catalog, branch.volume)), found->first);
    }
  }
  return std::string();
}

Speech speech_of(WireProtocol protocol) {
  switch (protocol) {
    case WireProtocol::postgresql:
      return Speech::postgresql;
    case WireProtocol::mysql:
      return Speech::mysql;
    case WireProtocol::any:
      return Speech::any;
  }
  return Speech::any;
}

}  // namespace

Result<GuestEncryption> encryption_of(
    Catalog& catalog, const Certificates& certificates,
    std::function<WireProtocol(const std::string& kind)> protocol_of) {
  auto speech = [&catalog, protocol_of = std::move(protocol_of)](std::uint16_t port) {
    const auto kind = catalog.read([&](CatalogUnit& unit) { return kind_behind(unit, port); });
    return kind ? speech_of(protocol_of(*kind)) : Speech::any;
  };
  return GuestEncryption{.certificate = TRY(certificates.issue()), .speech = std::move(speech)};
}

Result<PageCertificate> make_page_certificate(const Certificates& certificates,
                                              const std::filesystem::path& data) {
  const ServerCertificate made = TRY(certificates.issue());
  PageCertificate files{.certificate = data / "tls" / "page.pem", .key = data / "tls" / "page.key"};
  TRY(write_file_durably(files.key, made.key.reveal(), 0600));
  TRY(write_file_durably(files.certificate, made.certificate));
  return files;
}

Result<> check_reach_name(const std::string& name) {
  const bool plain =
      !name.empty() && name.size() < 254 && std::ranges::all_of(name, [](unsigned char c) {
        return std::isalnum(c) != 0 || c == '.' || c == '-';
      });
  if (plain && !name.starts_with('-') && !name.starts_with('.')) return {};
  return Error{.code = ErrorCode::invalid_argument,
               .message = "\"" + name + "\" is no name or IPv4 address of a machine",
               .hint = "Give the one that people reach this machine by, such as db.example.org."};
}

bool is_loopback_address(const std::string& ipv4) {
  return ipv4.starts_with("127.");
}

}  // namespace slip
