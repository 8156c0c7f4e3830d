// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "base/secret.h"

namespace slip::auth {

// A bearer token: "slp_" and 32 random bytes as base64url. Only its hash is stored;
// the token is shown once.
struct NewToken {
  Secret token;
  std::string hash;
};
NewToken make_token();

// A session of the page has two halves: a cookie, which the browser sends to every port of this
// host, and so to the applications of containers too; and a key, which only the page's own origin
// keeps. Neither is of use without the other, and neither has the form of a token.
struct NewSession {
  Secret cookie;    // "sls_..."
  Secret page_key;  // "slk_..."
  std::string hash;
};
NewSession make_session();

// Of both halves together.
std::string hash_session(std::string_view cookie, std::string_view page_key);

// Have the forms of the two halves of a session. Anything else need not be looked up.
bool look_like_session(std::string_view cookie, std::string_view page_key);

// BLAKE2b-256 in hexadecimal. Not salted: a token has 256 random bits, and must be found by its
// hash.
std::string hash_token(std::string_view token);

// Has the form of a token. Anything else need not be looked up.
bool looks_like_token(std::string_view text);

}  // namespace slip::auth
