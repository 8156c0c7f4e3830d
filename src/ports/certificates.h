// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "base/result.h"
#include "base/secret.h"

namespace slip {

// What a server shows to its clients, PEM.
struct ServerCertificate {
  std::string certificate;
  Secret key;
};

// Makes certificates for this installation's servers. Thread-safe.
class Certificates {
 public:
  virtual ~Certificates() = default;

  // A new key, and a certificate for it by the names that people reach this installation by. Quick.
  // Errors: `internal`.
  virtual Result<ServerCertificate> issue() const = 0;

  // The certificate of the authority that signs them, PEM: what clients are told to trust.
  virtual const std::string& authority() const = 0;
};

}  // namespace slip
