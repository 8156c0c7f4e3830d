// SPDX-License-Identifier: Apache-2.0
#include "secrets/sealed/box.h"

#include <sodium.h>

#include <cstdlib>

namespace slip {
namespace {

constexpr std::size_t nonce_size = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t tag_size = crypto_aead_xchacha20poly1305_ietf_ABYTES;
static_assert(Box::key_size == crypto_aead_xchacha20poly1305_ietf_KEYBYTES);

void start_library() {
  if (::sodium_init() < 0) std::abort();
}

unsigned char* bytes(std::string& text) {
  return reinterpret_cast<unsigned char*>(text.data());
}
const unsigned char* bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

std::string hexadecimal(const unsigned char* data, std::size_t size) {
  std::string text(2 * size + 1, '\0');
  ::sodium_bin2hex(text.data(), text.size(), data, size);
  text.pop_back();
  return text;
}

}  // namespace

Box Box::with_new_key() {
  start_library();
  Box box;
  ::randombytes_buf(box.key_.data(), box.key_.size());
  return box;
}

Result<Box> Box::with_key(const Secret& text) {
  start_library();
  Box box;
  std::size_t size = 0;
  const std::string& digits = text.reveal();
  const bool is_read = ::sodium_hex2bin(box.key_.data(), box.key_.size(), digits.data(),
                                        digits.size(), nullptr, &size, nullptr) == 0;
  if (is_read && size == key_size && digits.size() == 2 * key_size) return box;
  return Error{.code = ErrorCode::invalid_argument, .message = "it holds no key"};
}

Box::~Box() {
  ::sodium_memzero(key_.data(), key_.size());
}

Secret Box::key_text() const {
  return Secret(hexadecimal(key_.data(), key_.size()));
}

std::string Box::seal(std::string_view name, const Secret& value) const {
  const std::string& plain = value.reveal();
  std::string sealed(nonce_size + plain.size() + tag_size, '\0');
  ::randombytes_buf(sealed.data(), nonce_size);
  ::crypto_aead_xchacha20poly1305_ietf_encrypt(
      bytes(sealed) + nonce_size, nullptr, bytes(std::string_view(plain)), plain.size(),
      bytes(name), name.size(), nullptr, bytes(sealed), key_.data());
  return sealed;
}

std::string Box::digest(std::string_view text) const {
  std::array<unsigned char, crypto_auth_KEYBYTES> key;
  static_assert(key_size == crypto_kdf_KEYBYTES);
  ::crypto_kdf_derive_from_key(key.data(), key.size(), 1, "digests ", key_.data());
  std::array<unsigned char, crypto_auth_BYTES> result;
  ::crypto_auth(result.data(), bytes(text), text.size(), key.data());
  ::sodium_memzero(key.data(), key.size());
  return hexadecimal(result.data(), result.size());
}

Result<Secret> Box::open(std::string_view name, std::string_view sealed) const {
  const Error refused{.code = ErrorCode::failed, .message = "the key does not open it"};
  if (sealed.size() < nonce_size + tag_size) return refused;
  std::string plain(sealed.size() - nonce_size - tag_size, '\0');
  const bool is_open =
      ::crypto_aead_xchacha20poly1305_ietf_decrypt(
          bytes(plain), nullptr, nullptr, bytes(sealed) + nonce_size, sealed.size() - nonce_size,
          bytes(name), name.size(), bytes(sealed), key_.data()) == 0;
  if (!is_open) return refused;
  return Secret(std::move(plain));
}

}  // namespace slip
