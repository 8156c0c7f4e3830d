// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "base/secret.h"

namespace slip::auth {

// Argon2id (RFC 9106) by libsodium. `product` takes two passes over 19 MiB, OWASP's minimum, so
// that the daemon stays small; only one password is hashed at a time in a process, for the same
// reason.
enum class PasswordCost { product, for_tests };

// The text to store: algorithm, cost, salt and hash. Never twice the same.
// Errors: `invalid_argument` (shorter than 8 or longer than 1024 bytes), `unavailable` (no memory).
Result<std::string> hash_password(const Secret& password,
                                  PasswordCost cost = PasswordCost::product);

enum class PasswordCheck {
  matches,
  matches_outdated,  // right, but stored at another cost: hash it again
  differs,           // also for a stored text that is no hash
};
PasswordCheck check_password(std::string_view stored, const Secret& password,
                             PasswordCost cost = PasswordCost::product);

// Takes as long as a check that fails. For user names that do not exist, so that the time of the
// answer does not tell which do.
void check_no_password(const Secret& password, PasswordCost cost = PasswordCost::product);

// For a person to type: "k7mp-x3wd-9fhr-tq4e". 16 characters of an alphabet of 30 without
// look-alikes, 78 bits.
Secret generate_password();

}  // namespace slip::auth
