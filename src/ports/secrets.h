// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/secret.h"
#include "domain/ids.h"

namespace slip {

// Passwords, and addresses that have one, by handle. What the catalog keeps and shows, its steps
// and events among it, names the handle alone; the value is fetched at the moment of use.
// Thread-safe. The caller chooses the handles, and never gives one to two values.
// Errors of every call: `unavailable` (it cannot be read or written), `no_space`,
// `invalid_argument` (a handle that is no plain name).
class Secrets {
 public:
  virtual ~Secrets() = default;

  // It is durable when this returns. Idempotent: the same again succeeds. After a failure or crash
  // it may be there or not; a handle that nothing names is forgotten in time.
  // Errors: `already_exists` (the handle has another value).
  virtual Result<> put(const SecretId& id, const Secret& value) = 0;

  // Errors: `not_found`.
  virtual Result<Secret> get(const SecretId& id) = 0;

  // Succeeds if there is none.
  virtual Result<> forget(const SecretId& id) = 0;

  // A digest of a text that may hold secrets, for comparing it with others: the same for the same
  // text as long as the secrets are kept, and of no use to whoever has not the key.
  virtual std::string digest(std::string_view text) const = 0;

  // Every handle there is, in no particular order: to find those that nothing names any more.
  virtual Result<std::vector<SecretId>> list() = 0;
};

}  // namespace slip
