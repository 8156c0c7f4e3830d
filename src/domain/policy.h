// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <vector>

#include "base/result.h"
#include "domain/bookmark.h"
#include "domain/container.h"
#include "domain/user.h"

namespace slip {

// What somebody wants to do in a container. Viewers look; operators work with data; owners also
// rename, delete and decide who is a member.
enum class Right { look, operate, own };

// The user's role in the container; an admin is an owner everywhere. Nothing: no member.
std::optional<ContainerRole> role_in(const Container& container, const Actor& actor);

// Whoever works with the data of a container has its password; to look there is no need of it.
bool knows_password(const Container& container, const Actor& actor);

// Fails with `not_found` when the actor may not even look (what he cannot see does not exist for
// him), `permission_denied` when his role does not suffice, and `precondition_failed` when somebody
// else has locked the container and `right` is more than to look.
Result<> may(const Actor& actor, Right right, const Container& container);

// Fails with `permission_denied` unless the actor is an admin.
Result<> must_be_admin(const Actor& actor);

// Somebody must be left who may do everything: fails with `precondition_failed` when `user` is the
// only admin of `users`. To be asked before he is removed, or made a member.
Result<> must_leave_an_admin(const User& user, const std::vector<User>& users);

// Its creator, an owner of its container, or an admin may edit, share and delete a bookmark.
// `container` is nothing for a template's bookmark.
Result<> may_edit(const Actor& actor, const Bookmark& bookmark, const Container* container);

// True if a shared bookmark is offered to this user, who is a member of `own`, a container of the
// bookmark's template. His own containers' bookmarks are not "shared", they are simply there.
bool is_shared_with(const Bookmark& bookmark, const Actor& actor, const Container& own);

}  // namespace slip
