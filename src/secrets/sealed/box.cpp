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
  std::string text(2 * key_size + 1, '\0');
  ::sodium_bin2hex(text.data(), text.size(), key_.data(), key_.size());
  text.pop_back();
  return Secret(std::move(text));
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
