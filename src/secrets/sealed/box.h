// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/secret.h"

namespace slip {

// Authenticated encryption with one key: XChaCha20-Poly1305 (RFC 8439 with the longer nonce of
// draft-irtf-cfrg-xchacha), by libsodium.
class Box {
 public:
  static constexpr std::size_t key_size = 32;

  static Box with_new_key();
  // Its text form, 64 hexadecimal digits. Errors: `invalid_argument`.
  static Result<Box> with_key(const Secret& text);
  Secret key_text() const;
  ~Box();
  Box(const Box&) = default;
  Box& operator=(const Box&) = default;

  // The nonce and the sealed value. `name` is not in it, but it opens under the same name only.
  std::string seal(std::string_view name, const Secret& value) const;
  // HMAC-SHA-512, cut to 256 bits, with a key derived from this one (crypto_kdf); hexadecimal.
  std::string digest(std::string_view text) const;
  // Errors: `failed` (of another key or name, or damaged).
  Result<Secret> open(std::string_view name, std::string_view sealed) const;

 private:
  Box() = default;
  std::array<unsigned char, key_size> key_{};
};

}  // namespace slip
