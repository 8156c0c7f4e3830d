// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "domain/name.h"
#include "operations/edits/edits.h"
#include "operations/edits/record_edit.h"
#include "operations/lookup.h"
#include "operations/name_free.h"

namespace slip {
namespace {

std::string_view name_of(SystemRole role) {
  return role == SystemRole::admin ? "admin" : "member";
}

Result<> end_sessions(CatalogUnit& catalog, const UserId& user, const AccessId& keep) {
  for (const auto& access : TRY(catalog.accesses().of_user(user))) {
    if (access.kind != AccessKind::session || access.id == keep) continue;
    TRY(catalog.accesses().remove(access.id));
  }
  return {};
}

// Whoever administers may see every container's password.
bool sees_password(const User& user, const Container& container) {
  if (user.role == SystemRole::admin) return true;
  const auto member = std::ranges::find(container.members, user.id, &Member::user);
  return member != container.members.end() && member->role != ContainerRole::viewer;
}

// The passwords that he saw and sees no longer are renewed. Nothing: he is no user any more.
Result<> renew_passwords(EditContext& context, const User& before,
                         const std::optional<User>& after) {
  for (auto& container : TRY(context.catalog.containers().all(Trash::with))) {
    const bool loses_it =
        sees_password(before, container) && !(after && sees_password(*after, container));
    if (!loses_it || container.renew_login) continue;
    container.renew_login = true;
    TRY(context.catalog.containers().put(container));
  }
  return {};
}

Result<> leave_containers(EditContext& context, const UserId& user) {
  for (auto& container : TRY(context.catalog.containers().all(Trash::with))) {
    if (std::erase_if(container.members, [&](const Member& one) { return one.user == user; }) > 0) {
      TRY(context.catalog.containers().put(container));
    }
  }
  return {};
}

}  // namespace

Result<Operation> edit(World& world, const Actor& actor, const CreateUser& request,
                       const IdempotencyKey& key) {
  return record_edit(
      world, actor, OperationKind::edit_users, key, [&](EditContext& context) -> Result<> {
        TRY(must_be_admin(context.actor));
        TRY(check_identifier("user name", request.name));
        TRY(check_name_free("user", TRY(context.catalog.users().all()), request.name, UserId()));
        const User user{.id = context.next_id<UserId>(),
                        .name = request.name,
                        .role = request.role,
                        .password_hash = request.password_hash,
                        .created_at = context.now};
        context.operation.words = fmt::format("create user {} ({})", user.name, name_of(user.role));
        TRY(context.catalog.users().put(user));
        return context.tell("user", user.id.str());
      });
}

Result<Operation> edit(World& world, const Actor& actor, const ChangeUser& request,
                       const IdempotencyKey& key) {
  return record_edit(
      world, actor, OperationKind::edit_users, key, [&](EditContext& context) -> Result<> {
        const bool himself =
            request.user == context.actor.name || request.user == context.actor.user.str();
        if (!himself || request.role) TRY(must_be_admin(context.actor));
        auto user = TRY(find_user_named(context.catalog, request.user));
        std::string what;
        if (request.role) {
          if (*request.role != SystemRole::admin) {
            TRY(must_leave_an_admin(user, TRY(context.catalog.users().all())));
          }
          const User before = user;
          user.role = *request.role;
          TRY(renew_passwords(context, before, user));
          what = fmt::format("make {} {}", user.name, name_of(user.role));
        }
        if (request.password_hash) {
          user.password_hash = *request.password_hash;
          what += (what.empty() ? "" : " and ") + fmt::format("set {}'s password", user.name);
          TRY(end_sessions(context.catalog, user.id, request.keep));
        }
        context.operation.words = what.empty() ? "change nothing of user " + user.name : what;
        TRY(context.catalog.users().put(user));
        return context.tell("user", user.id.str());
      });
}

Result<Operation> edit(World& world, const Actor& actor, const RemoveUser& request,
                       const IdempotencyKey& key) {
  return record_edit(world, actor, OperationKind::edit_users, key,
                     [&](EditContext& context) -> Result<> {
                       TRY(must_be_admin(context.actor));
                       const auto user = TRY(find_user_named(context.catalog, request.user));
                       TRY(must_leave_an_admin(user, TRY(context.catalog.users().all())));
                       TRY(renew_passwords(context, user, std::nullopt));
                       TRY(leave_containers(context, user.id));
                       TRY(context.catalog.users().remove(user.id));
                       context.operation.words = "remove user " + user.name;
                       return context.tell("user", user.id.str());
                     });
}

}  // namespace slip
