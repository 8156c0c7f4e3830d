// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <vector>

#include "adapters/support/tenant_files.h"
#include "ports/certificates.h"

namespace slip {

// The files by which a server has TLS, in a directory that only we write: InstanceContext::trusted.
// The server may read them, and so may whoever is superuser in it: the key is that copy's alone.
struct CertificateFiles {
  std::filesystem::path certificate;
  std::filesystem::path key;
  std::filesystem::path authority;

  std::vector<std::filesystem::path> all() const { return {certificate, key, authority}; }
};
CertificateFiles certificate_files(const std::filesystem::path& ours);

// Writes them for a server that is going to be started.
Result<> give_certificate(const Certificates& certificates, const Directory& ours,
                          const RunUser& user);

}  // namespace slip
