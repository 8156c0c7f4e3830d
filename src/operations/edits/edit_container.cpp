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

Result<> rename(EditContext& context, Container& container, const std::string& wanted) {
  auto name = TRY(accept_name("container name", wanted));
  TRY(check_name_free("container", TRY(context.catalog.containers().all(Trash::without)), name,
                      container.id));
  container.name = std::move(name);
  return {};
}

// Whoever knew the password and is left without a role that has it.
bool loses_password(const std::vector<Member>& before, const std::vector<Member>& after) {
  return std::ranges::any_of(before, [&](const Member& one) {
    if (one.role == ContainerRole::viewer) return false;
    const auto now = std::ranges::find(after, one.user, &Member::user);
    return now == after.end() || now->role == ContainerRole::viewer;
  });
}

Result<std::vector<Member>> resolve(CatalogUnit& catalog, const std::vector<MemberNamed>& named) {
  std::vector<Member> members;
  for (const auto& one : named) {
    const auto user = TRY(find_user_named(catalog, one.user));
    if (std::ranges::find(members, user.id, &Member::user) != members.end()) {
      return Error{.code = ErrorCode::invalid_argument,
                   .message = fmt::format("{} is given twice as a member", user.name)};
    }
    members.push_back({user.id, one.role});
  }
  return members;
}

}  // namespace

Result<Operation> edit(World& world, const Actor& actor, const EditContainer& request,
                       const IdempotencyKey& key) {
  return record_edit(
      world, actor, OperationKind::edit_container, key, [&](EditContext& context) -> Result<> {
        auto container =
            TRY(find_container(context.catalog, context.actor, Right::own, request.container));
        const std::string former = container.name;
        if (request.name) TRY(rename(context, container, *request.name));
        if (request.members) {
          auto members = TRY(resolve(context.catalog, *request.members));
          if (loses_password(container.members, members)) {
            container.renew_login = true;
          }
          container.members = std::move(members);
        }
        context.operation.container = container.id;
        context.operation.template_id = container.template_id;
        context.operation.words =
            former == container.name
                ? fmt::format("set the members of {}", former)
                : fmt::format("rename container {} to {}{}", former, container.name,
                              request.members ? " and set its members" : "");
        TRY(context.catalog.containers().put(container));
        return context.tell("container", container.id.str());
      });
}

}  // namespace slip
