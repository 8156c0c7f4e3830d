// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "certificates/x509.h"
#include "ports/certificates.h"

namespace slip {

// The certificate authority of one installation, made once. Its key never leaves the directory,
// which nobody but its owner can enter; servers get keys of their own, so that whoever holds a
// copy's key holds nothing else.
class Authority : public Certificates {
 public:
  // `names`: what servers' certificates are for, beside this machine's loopback.
  // Errors: `precondition_failed` (only one of key and certificate is there, or they do not belong
  // together), those of files.
  static Result<std::unique_ptr<Authority>> open(const std::filesystem::path& directory,
                                                 std::vector<std::string> names);

  Result<ServerCertificate> issue() const override;
  const std::string& authority() const override { return pem_; }

 private:
  Authority() = default;

  PrivateKey key_;
  Certificate certificate_;
  std::string pem_;
  std::vector<std::string> names_;
};

}  // namespace slip
