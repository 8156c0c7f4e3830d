#pragma once

#include <string>
#include <string_view>

#include "base/secret.h"

namespace slip::auth {

// A bearer token or session key: "slp_" and 32 random bytes as base64url. Only its hash is stored;
// the token is shown once.
struct NewToken {
  Secret token;
  std::string hash;
};
NewToken make_token();

// BLAKE2b-256 in hexadecimal. Not salted: a token has 256 random bits, and must be found by its
// hash.
std::string hash_token(std::string_view token);

// Has the form of a token. Anything else need not be looked up.
bool looks_like_token(std::string_view text);

}  // namespace slip::auth
