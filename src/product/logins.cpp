// SPDX-License-Identifier: Apache-2.0
#include "product/logins.h"

#include <map>

#include "operations/engine.h"

namespace slip {
namespace {

Error not_valid(std::string message) {
  return Error{.code = ErrorCode::unauthenticated,
               .message = std::move(message),
               .hint = "Log in: \"slip login\", or the page."};
}

// The catalog's fact that says which token made that one.
std::string maker_of(const AccessId& token) {
  return "maker of " + token.str();
}

Result<> forget_expired(CatalogUnit& catalog, const UserId& user, Timestamp now) {
  for (const auto& access : TRY(catalog.accesses().of_user(user))) {
    if (access.expires_at && *access.expires_at <= now) {
      TRY(catalog.facts().remove(maker_of(access.id)));
    }
  }
  return catalog.accesses().remove_expired(now);
}

}  // namespace

Result<Known> Logins::find(AccessKind kind, std::string_view secret_hash) {
  const Timestamp now = wall();
  return engine_.world().catalog.read([&](CatalogUnit& unit) -> Result<Known> {
    auto access = TRY(unit.accesses().find_by_hash(secret_hash));
    if (!access || access->kind != kind) return not_valid("the login is not valid any more");
    if (access->expires_at && *access->expires_at <= now) {
      return not_valid("the login has expired");
    }
    const auto user = TRY(unit.users().find(access->user));
    if (!user) return not_valid("the login is not valid any more");
    return Known{Actor{user->id, user->name, user->role}, std::move(access)};
  });
}

Result<Access> Logins::add(Access access, const std::optional<AccessId>& made_by) {
  World& world = engine_.world();
  access.id = world.ids.next<AccessId>();
  access.created_at = world.clock.now();
  const bool is_believed = !engine_.clock_doubt();
  const Timestamp now = wall();
  TRY(world.catalog.write([&](CatalogUnit& catalog) -> Result<> {
    if (is_believed) TRY(forget_expired(catalog, access.user, now));
    if (made_by) {
      // It may have been ended since it was shown.
      if (!TRY(catalog.accesses().find(*made_by))) {
        return not_valid("the login is not valid any more");
      }
      TRY(catalog.facts().put(maker_of(access.id), made_by->str()));
    }
    return catalog.accesses().put(access);
  }));
  return access;
}

Result<> Logins::end(const AccessId& access) {
  return engine_.world().catalog.write(
      [&](CatalogUnit& catalog) { return catalog.accesses().remove(access); });
}

Result<std::vector<AccessId>> Logins::end_with_made(const Access& token) {
  return engine_.world().catalog.write([&](CatalogUnit& catalog) -> Result<std::vector<AccessId>> {
    std::map<AccessId, std::string> makers;
    for (const auto& one : TRY(catalog.accesses().of_user(token.user))) {
      auto maker = TRY(catalog.facts().find(maker_of(one.id)));
      if (maker) makers.emplace(one.id, *std::move(maker));
    }
    std::vector<AccessId> ended = {token.id};
    for (std::size_t next = 0; next < ended.size(); ++next) {
      const std::string maker = ended[next].str();
      for (const auto& [made, its_maker] : makers) {
        if (its_maker == maker) ended.push_back(made);
      }
    }
    for (const auto& one : ended) {
      TRY(catalog.accesses().remove(one));
      TRY(catalog.facts().remove(maker_of(one)));
    }
    return ended;
  });
}

Result<std::vector<Access>> Logins::tokens_of(const UserId& user) {
  auto all = TRY(engine_.world().catalog.read(
      [&](CatalogUnit& catalog) { return catalog.accesses().of_user(user); }));
  std::erase_if(all, [](const Access& one) { return one.kind != AccessKind::token; });
  return all;
}

Result<std::optional<User>> Logins::user(const UserId& user) {
  return engine_.world().catalog.read(
      [&](CatalogUnit& catalog) { return catalog.users().find(user); });
}

Result<std::optional<User>> Logins::user_named(std::string_view name) {
  return engine_.world().catalog.read(
      [&](CatalogUnit& catalog) { return catalog.users().find_named(name); });
}

Result<> Logins::store_password(const UserId& user, const std::string& password_hash) {
  return engine_.world().catalog.write([&](CatalogUnit& catalog) -> Result<> {
    auto found = TRY(catalog.users().find(user));
    if (!found) return {};
    found->password_hash = password_hash;
    return catalog.users().put(*found);
  });
}

Timestamp Logins::wall() {
  return engine_.world().clock.wall();
}

}  // namespace slip
