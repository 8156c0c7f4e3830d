#include "server/auth/token.h"

#include <sodium.h>

#include <algorithm>
#include <array>
#include <cstdlib>

namespace slip::auth {
namespace {

constexpr std::string_view prefix = "slp_";
constexpr std::size_t random_bytes = 32;
constexpr int variant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
constexpr std::size_t encoded_size = (random_bytes * 8 + 5) / 6;

bool is_base64url(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '_';
}

}  // namespace

NewToken make_token() {
  if (::sodium_init() < 0) std::abort();
  std::array<unsigned char, random_bytes> bytes{};
  ::randombytes_buf(bytes.data(), bytes.size());
  std::array<char, encoded_size + 1> text{};
  ::sodium_bin2base64(text.data(), text.size(), bytes.data(), bytes.size(), variant);
  std::string token = std::string(prefix) + text.data();
  std::string hash = hash_token(token);
  ::sodium_memzero(bytes.data(), bytes.size());
  ::sodium_memzero(text.data(), text.size());
  return {.token = Secret(std::move(token)), .hash = std::move(hash)};
}

std::string hash_token(std::string_view token) {
  if (::sodium_init() < 0) std::abort();
  std::array<unsigned char, crypto_generichash_BYTES> hash{};
  ::crypto_generichash(hash.data(), hash.size(),
                       reinterpret_cast<const unsigned char*>(token.data()), token.size(), nullptr,
                       0);
  std::string out(hash.size() * 2 + 1, '\0');
  ::sodium_bin2hex(out.data(), out.size(), hash.data(), hash.size());
  out.pop_back();
  return out;
}

bool looks_like_token(std::string_view text) {
  return text.size() == prefix.size() + encoded_size && text.starts_with(prefix) &&
         std::ranges::all_of(text.substr(prefix.size()), is_base64url);
}

}  // namespace slip::auth
