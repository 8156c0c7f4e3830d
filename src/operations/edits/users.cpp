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

Result<> leave_containers(EditContext& context, const UserId& user) {
  for (auto& container : TRY(context.catalog.containers().all(Trash::with))) {
    const auto left = std::ranges::find(container.members, user, &Member::user);
    if (left == container.members.end()) continue;
    if (left->role != ContainerRole::viewer) container.renew_login = true;
    container.members.erase(left);
    TRY(context.catalog.containers().put(container));
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
          user.role = *request.role;
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
                       TRY(leave_containers(context, user.id));
                       TRY(context.catalog.users().remove(user.id));
                       context.operation.words = "remove user " + user.name;
                       return context.tell("user", user.id.str());
                     });
}

}  // namespace slip
