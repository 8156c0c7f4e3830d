// SPDX-License-Identifier: Apache-2.0
#include "adapters/support/server_certificate.h"

namespace slip {

namespace {

constexpr const char* kCertificateName = "server.pem";
constexpr const char* kKeyName = "server.key";
constexpr const char* kAuthorityName = "authority.pem";

}  // namespace

CertificateFiles certificate_files(const std::filesystem::path& ours) {
  return {.certificate = ours / kCertificateName,
          .key = ours / kKeyName,
          .authority = ours / kAuthorityName};
}

Result<> give_certificate(const Certificates& certificates, const Directory& ours,
                          const RunUser& user) {
  const ServerCertificate made = TRY(certificates.issue());
  TRY(tell_server(ours, kKeyName, made.key.reveal(), user));
  TRY(tell_server(ours, kCertificateName, made.certificate, user));
  return tell_server(ours, kAuthorityName, certificates.authority(), user);
}

}  // namespace slip
