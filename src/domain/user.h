// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/describe.hpp>
#include <optional>
#include <string>

#include "base/time.h"
#include "domain/ids.h"

namespace slip {

enum class SystemRole { member, admin };
BOOST_DESCRIBE_ENUM(SystemRole, member, admin)

// Somebody who can log in.
struct User {
  UserId id;
  std::string name;  // check_identifier; unique, the catalog checks
  SystemRole role = SystemRole::member;
  std::string password_hash;  // Argon2id
  Timestamp created_at;
};
BOOST_DESCRIBE_STRUCT(User, (), (id, name, role, password_hash, created_at))

enum class AccessKind { session, token };
BOOST_DESCRIBE_ENUM(AccessKind, session, token)

// A way in that a user was given: the page's session, or a script's token. Only its hash is kept.
struct Access {
  AccessId id;
  UserId user;
  AccessKind kind = AccessKind::session;
  std::string secret_hash;
  std::string label;  // "page", or what the token is for
  Timestamp created_at;
  std::optional<Timestamp> expires_at;
};
BOOST_DESCRIBE_STRUCT(Access, (), (id, user, kind, secret_hash, label, created_at, expires_at))

// Who does something, as every operation records it.
struct Actor {
  UserId user;
  std::string name;
  SystemRole role = SystemRole::member;
};
BOOST_DESCRIBE_STRUCT(Actor, (), (user, name, role))

}  // namespace slip
