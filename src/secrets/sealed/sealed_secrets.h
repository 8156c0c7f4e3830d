// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>
#include <mutex>

#include "ports/secrets.h"
#include "secrets/sealed/box.h"

namespace slip {

// Secrets as files, one a handle, sealed with a key that lies in a file of its own, so that a copy
// of the secrets, or of the catalog, is worth nothing without it. Both belong to whoever runs the
// daemon and are readable for nobody else. One process at a time may have them open.
class SealedSecrets : public Secrets {
 public:
  struct Places {
    std::filesystem::path directory;  // of the secrets
    std::filesystem::path key;        // a file
  };

  // Makes the directory, and a key where there are no secrets yet. Errors: `precondition_failed`
  // where there are secrets and the key is missing, no key, or of another installation, and where
  // there is a key and the directory is missing or has been emptied; nothing has been changed then.
  static Result<std::unique_ptr<SealedSecrets>> open(const Places& places);

  Result<> put(const SecretId& id, const Secret& value) override;
  Result<Secret> get(const SecretId& id) override;
  Result<> forget(const SecretId& id) override;
  std::string digest(std::string_view text) const override { return box_.digest(text); }
  Result<std::vector<SecretId>> list() override;

 private:
  SealedSecrets(std::filesystem::path directory, Box box);
  Result<std::filesystem::path> path_of(const SecretId& id) const;

  std::mutex writing_;
  std::filesystem::path directory_;
  Box box_;
};

}  // namespace slip
