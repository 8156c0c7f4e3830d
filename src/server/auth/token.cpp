// SPDX-License-Identifier: Apache-2.0
#include "server/auth/token.h"

#include <sodium.h>

#include <algorithm>
#include <array>
#include <cstdlib>

namespace slip::auth {
namespace {

constexpr std::string_view token_prefix = "slp_";
constexpr std::string_view cookie_prefix = "sls_";
constexpr std::string_view page_key_prefix = "slk_";
constexpr std::size_t random_bytes = 32;
constexpr int variant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
constexpr std::size_t encoded_size = (random_bytes * 8 + 5) / 6;

bool is_base64url(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '_';
}

Secret make_secret(std::string_view prefix) {
  if (::sodium_init() < 0) std::abort();
  std::array<unsigned char, random_bytes> bytes{};
  ::randombytes_buf(bytes.data(), bytes.size());
  std::array<char, encoded_size + 1> text{};
  ::sodium_bin2base64(text.data(), text.size(), bytes.data(), bytes.size(), variant);
  Secret secret(std::string(prefix) + text.data());
  ::sodium_memzero(bytes.data(), bytes.size());
  ::sodium_memzero(text.data(), text.size());
  return secret;
}

bool has_form(std::string_view text, std::string_view prefix) {
  return text.size() == prefix.size() + encoded_size && text.starts_with(prefix) &&
         std::ranges::all_of(text.substr(prefix.size()), is_base64url);
}

}  // namespace

NewToken make_token() {
  Secret token = make_secret(token_prefix);
  std::string hash = hash_token(token.reveal());
  return {.token = std::move(token), .hash = std::move(hash)};
}

NewSession make_session() {
  Secret cookie = make_secret(cookie_prefix);
  Secret page_key = make_secret(page_key_prefix);
  std::string hash = hash_session(cookie.reveal(), page_key.reveal());
  return {.cookie = std::move(cookie), .page_key = std::move(page_key), .hash = std::move(hash)};
}

std::string hash_session(std::string_view cookie, std::string_view page_key) {
  // Both have a fixed length, so that no other two halves make the same text.
  return hash_token(std::string(cookie) + std::string(page_key));
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
  return has_form(text, token_prefix);
}

bool look_like_session(std::string_view cookie, std::string_view page_key) {
  return has_form(cookie, cookie_prefix) && has_form(page_key, page_key_prefix);
}

}  // namespace slip::auth
