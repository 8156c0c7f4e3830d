// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "base/secret.h"
#include "client/cli/daemon_address.h"

namespace slip::cli {

struct SavedLogin {
  std::string user;
  Secret token;
};

// The logins that `slip login` keeps, one for each daemon, in a file that only this user can read:
// $XDG_CONFIG_HOME/slipstream/credentials.json.
class Credentials {
 public:
  static Result<Credentials> at_home(const Environment& environment);
  explicit Credentials(std::filesystem::path file) : file_(std::move(file)) {}

  // Nothing when there is none for this daemon. Errors: `invalid_argument` (not our file),
  // `permission_denied`, also when others could read it.
  Result<std::optional<SavedLogin>> find(const std::string& address) const;
  // Replaces the one that is there; after a failure the file is as before.
  Result<> save(const std::string& address, const SavedLogin& login) const;
  // Succeeds when there is none.
  Result<> forget(const std::string& address) const;

  const std::filesystem::path& file() const { return file_; }

 private:
  std::filesystem::path file_;
};

}  // namespace slip::cli
