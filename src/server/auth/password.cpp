// SPDX-License-Identifier: Apache-2.0
#include "server/auth/password.h"

#include <sodium.h>

#include <array>
#include <cstdlib>
#include <mutex>

namespace slip::auth {
namespace {

struct Limits {
  unsigned long long passes;
  std::size_t bytes;
};

Limits limits(PasswordCost cost) {
  if (cost == PasswordCost::for_tests) return {.passes = 1, .bytes = crypto_pwhash_MEMLIMIT_MIN};
  return {.passes = 2, .bytes = 19 << 20};
}

// Held while hashing: the memory is needed once, not once for each person who signs in.
std::mutex& one_at_a_time() {
  static std::mutex mutex;
  return mutex;
}

void ready() {
  if (::sodium_init() < 0) std::abort();
}

}  // namespace

Result<std::string> hash_password(const Secret& password, PasswordCost cost) {
  ready();
  const std::string& text = password.reveal();
  if (text.size() < 8 || text.size() > 1024) {
    return Error{.code = ErrorCode::invalid_argument,
                 .message = "a password must have 8 to 1024 characters"};
  }
  std::array<char, crypto_pwhash_STRBYTES> stored{};
  const Limits limit = limits(cost);
  const std::lock_guard lock(one_at_a_time());
  if (::crypto_pwhash_str_alg(stored.data(), text.data(), text.size(), limit.passes, limit.bytes,
                              crypto_pwhash_ALG_ARGON2ID13) != 0) {
    return Error{.code = ErrorCode::unavailable,
                 .message = "there is not enough memory to hash a password"};
  }
  return std::string(stored.data());
}

PasswordCheck check_password(std::string_view stored, const Secret& password, PasswordCost cost) {
  ready();
  const std::string text(stored);
  const std::string& given = password.reveal();
  {
    const std::lock_guard lock(one_at_a_time());
    if (given.size() > 1024 || text.size() >= crypto_pwhash_STRBYTES ||
        ::crypto_pwhash_str_verify(text.c_str(), given.data(), given.size()) != 0) {
      return PasswordCheck::differs;
    }
  }
  const Limits limit = limits(cost);
  const bool outdated =
      ::crypto_pwhash_str_needs_rehash(text.c_str(), limit.passes, limit.bytes) != 0;
  return outdated ? PasswordCheck::matches_outdated : PasswordCheck::matches;
}

void check_no_password(const Secret& password, PasswordCost cost) {
  static const auto hash_of_nothing = [](PasswordCost at) {
    return hash_password(generate_password(), at).value_or("");
  };
  static const std::string product = hash_of_nothing(PasswordCost::product);
  static const std::string for_tests = hash_of_nothing(PasswordCost::for_tests);
  const std::string& stored = cost == PasswordCost::product ? product : for_tests;
  static_cast<void>(check_password(stored, password, cost));
}

Secret generate_password() {
  ready();
  // Without 0 o 1 l i, and without u, which some take for v.
  static constexpr std::string_view alphabet = "23456789abcdefghjkmnpqrstvwxyz";
  std::string text;
  for (int i = 0; i < 16; ++i) {
    if (i > 0 && i % 4 == 0) text += '-';
    text += alphabet[::randombytes_uniform(static_cast<std::uint32_t>(alphabet.size()))];
  }
  return Secret(std::move(text));
}

}  // namespace slip::auth
