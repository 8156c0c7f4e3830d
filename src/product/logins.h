// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "domain/user.h"

namespace slip {

class Engine;

struct Known {
  Actor actor;
  std::optional<Access> access;  // nothing for who needs none
};

// Users' ways in: sessions and tokens, of which only hashes are known, and the hashes of passwords.
// Nobody's rights are checked. Thread-safe.
class Logins {
 public:
  explicit Logins(Engine& engine) : engine_(engine) {}

  // Whose session or token has a secret of that hash. Errors: `unauthenticated` (there is none, or
  // it has expired).
  Result<Known> find(AccessKind kind, std::string_view secret_hash);
  // Gives a way in: its id and the time are filled in. Those that have expired are forgotten,
  // unless the machine's clock is doubted: they are good again once it is set right.
  // `made_by` is the token that asked for it, if it was one.
  Result<Access> add(Access access, const std::optional<AccessId>& made_by = {});
  // Succeeds if there is none.
  Result<> end(const AccessId& access);
  // Ends a token, and with it those that it has made, and those that they have: whoever got hold of
  // one may have made himself others. Returns all of them.
  Result<std::vector<AccessId>> end_with_made(const Access& token);
  Result<std::vector<Access>> tokens_of(const UserId& user);

  Result<std::optional<User>> user(const UserId& user);
  Result<std::optional<User>> user_named(std::string_view name);
  // The same password, at another cost. Not recorded as an act, as nobody's password is another.
  Result<> store_password(const UserId& user, const std::string& password_hash);

  // What sessions and tokens expire by: right again as soon as the machine's clock is.
  Timestamp wall();

 private:
  Engine& engine_;
};

}  // namespace slip
