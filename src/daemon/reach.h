// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "domain/kind.h"
#include "ports/catalog.h"
#include "runtime/tcp_endpoints.h"

namespace slip {

// Endpoints beyond loopback, safely. `protocol_of` tells how a kind of source talks, and is asked
// as connections come. The catalog outlives it. Errors: those of the certificates.
Result<GuestEncryption> encryption_of(
    Catalog& catalog, const Certificates& certificates,
    std::function<WireProtocol(const std::string& kind)> protocol_of);

// For the page, of the installation's own authority: new at every start.
struct PageCertificate {
  std::filesystem::path certificate;
  std::filesystem::path key;
};
Result<PageCertificate> make_page_certificate(const Certificates& certificates,
                                              const std::filesystem::path& data);

// What certificates and addresses can be made with. Errors: `invalid_argument`.
Result<> check_reach_name(const std::string& name);

bool is_loopback_address(const std::string& ipv4);

}  // namespace slip
