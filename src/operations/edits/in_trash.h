// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "operations/edits/record_edit.h"
#include "operations/lookup.h"

namespace slip {

Error not_in_trash(const std::string& id);

// What an actor names in the trash, by id, to bring it back or to remove it for good. Each looks
// whether he may do so, that nothing is at work on it, and fills in the operation's ids.
// Errors: `not_found`; `permission_denied`; `busy`; `precondition_failed` (the container that it
// belongs to is in the trash itself).

struct TrashedBookmark {
  Bookmark bookmark;
  std::string owner;  // "qa", "template orders"
};
Result<TrashedBookmark> bookmark_in_trash(EditContext& context, const BookmarkId& id);

struct TrashedBranch {
  Branch branch;
  Container home;
};
Result<TrashedBranch> branch_in_trash(EditContext& context, const BranchId& id);

Result<Container> container_in_trash(EditContext& context, const ContainerId& id);

// Calls the one of the three that the id is of; each takes the context and the id.
template <class OnBookmark, class OnBranch, class OnContainer>
Result<> edit_in_trash(EditContext& context, const std::string& id, OnBookmark on_bookmark,
                       OnBranch on_branch, OnContainer on_container) {
  if (BookmarkId::looks_like(id)) return on_bookmark(context, BookmarkId(id));
  if (BranchId::looks_like(id)) return on_branch(context, BranchId(id));
  if (ContainerId::looks_like(id)) return on_container(context, ContainerId(id));
  return not_in_trash(id);
}

}  // namespace slip
