// SPDX-License-Identifier: Apache-2.0
#include "domain/policy.h"

#include <fmt/format.h>

#include <algorithm>

namespace slip {
namespace {

ContainerRole needed(Right right) {
  switch (right) {
    case Right::look:
      return ContainerRole::viewer;
    case Right::operate:
      return ContainerRole::operator_;
    case Right::own:
      return ContainerRole::owner;
  }
  return ContainerRole::owner;
}

std::string_view name_of(ContainerRole role) {
  switch (role) {
    case ContainerRole::viewer:
      return "viewer";
    case ContainerRole::operator_:
      return "operator";
    case ContainerRole::owner:
      return "owner";
  }
  return "";
}

}  // namespace

std::optional<ContainerRole> role_in(const Container& container, const Actor& actor) {
  if (actor.role == SystemRole::admin) return ContainerRole::owner;
  const auto member = std::ranges::find(container.members, actor.user, &Member::user);
  if (member == container.members.end()) return std::nullopt;
  return member->role;
}

bool knows_password(const Container& container, const Actor& actor) {
  const auto role = role_in(container, actor);
  return role && *role != ContainerRole::viewer;
}

Result<> may(const Actor& actor, Right right, const Container& container) {
  const auto role = role_in(container, actor);
  if (!role) {
    return Error{
        .code = ErrorCode::not_found,
        .message = fmt::format("there is no container \"{}\" that you can see", container.name),
        .hint = "\"slip container list\" shows yours."};
  }
  if (*role < needed(right)) {
    return Error{.code = ErrorCode::permission_denied,
                 .message = fmt::format("you are {} of {}; this needs its {}", name_of(*role),
                                        container.name, name_of(needed(right))),
                 .hint =
                     "An owner of the container, or an administrator, can do it or change "
                     "your role."};
  }
  if (right != Right::look && container.lock && container.lock->by != actor.user &&
      actor.role != SystemRole::admin) {
    return Error{
        .code = ErrorCode::precondition_failed,
        .message = fmt::format("{} has locked {}{}{}", container.lock->by_name, container.name,
                               container.lock->why.empty() ? "" : ": ", container.lock->why),
        .hint = fmt::format("Ask {} to unlock it.", container.lock->by_name)};
  }
  return {};
}

Result<> must_be_admin(const Actor& actor) {
  if (actor.role == SystemRole::admin) return {};
  return Error{.code = ErrorCode::permission_denied,
               .message = "only an administrator may do this"};
}

Result<> must_leave_an_admin(const User& user, const std::vector<User>& users) {
  const bool another = std::ranges::any_of(
      users, [&](const User& one) { return one.role == SystemRole::admin && one.id != user.id; });
  if (user.role != SystemRole::admin || another) return {};
  return Error{.code = ErrorCode::precondition_failed,
               .message = fmt::format("{} is the last administrator", user.name),
               .hint = "Make somebody else an administrator first."};
}

Result<> may_edit(const Actor& actor, const Bookmark& bookmark, const Container* container) {
  if (actor.role == SystemRole::admin) return {};
  if (container != nullptr) {
    TRY(may(actor, Right::operate, *container));
    if (bookmark.creator == actor.user || role_in(*container, actor) == ContainerRole::owner) {
      return {};
    }
  }
  return Error{
      .code = ErrorCode::permission_denied,
      .message = fmt::format("bookmark \"{}\" is {}'s", bookmark.name, bookmark.creator_name),
      .hint = "Its creator, an owner of the container, or an administrator can change it."};
}

bool is_shared_with(const Bookmark& bookmark, const Actor& actor, const Container& own) {
  if (bookmark.deleted_at || bookmark.container == own.id) return false;
  if (bookmark.template_id != own.template_id) return false;
  if (bookmark.container.empty()) return true;
  switch (bookmark.audience) {
    case Audience::only_container:
      return false;
    case Audience::everyone:
      return true;
    case Audience::named:
      return std::ranges::find(bookmark.shared_with, actor.user) != bookmark.shared_with.end();
  }
  return false;
}

}  // namespace slip
