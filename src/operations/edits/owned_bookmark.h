// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "domain/edits.h"
#include "operations/edits/record_edit.h"

namespace slip {

// A bookmark together with whose it is.
struct OwnedBookmark {
  Bookmark bookmark;
  std::optional<Container> container;  // nothing for a template's
  std::string owner_name;
};

// The owner's own bookmark of that name or id, which the actor may edit; never one that is only
// shared with the container. Fills in the operation's container, template and point.
// Errors: `not_found`, naming those there are; `permission_denied`; `precondition_failed` (locked).
Result<OwnedBookmark> find_owned_bookmark(EditContext& context, const BookmarkOwner& owner,
                                          std::string_view reference);

// Fails with `already_exists` when another bookmark of the same owner has the name, or one that
// looks like it.
Result<> check_bookmark_name_free(CatalogUnit& catalog, const Bookmark& bookmark);

// Tells everybody who may see the bookmark that it has changed: where it is shared, or a
// template's, members of other containers too.
Result<> tell_of_change(EditContext& context, const Bookmark& bookmark);

}  // namespace slip
