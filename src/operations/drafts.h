// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <variant>

#include "domain/bookmark.h"
#include "domain/scene.h"
#include "operations/lookup.h"
#include "operations/planning.h"

namespace slip {

// Plans of what people do with branches, each made of scenes that were loaded before: pure. That
// names are free and rights are there has been checked.

// Starts what is on the branch, and leads its ports to it.
Plan draft_start(Drafting& drafting, const Scene& scene);
// The other way.
Plan draft_stop(Drafting& drafting, const Scene& scene);

// The container's endpoints lead to `next` from then on. Errors: `precondition_failed` (it is
// active already, or only to look at).
Result<Plan> draft_activation(Drafting& drafting, const Scene& next, const Scene& former,
                              FormerBranch what_becomes_of_it);

// To the trash. `branches` is how many there are. Errors: `precondition_failed` (it is the only
// one, or active).
Result<Plan> draft_deletion(Drafting& drafting, const Container& container, const Branch& branch,
                            std::size_t branches);

// What a new branch's data is: that of another as it is when the plan is carried out, or a point's.
using Origin = std::variant<Scene, ChosenPoint>;
struct NewBranch {
  std::string name;
  Activation activation = Activation::activate;
};
// A branch beside `former`, the active one, or in its place.
Plan draft_branch(Drafting& drafting, const Scene& former, const NewBranch& what,
                  const Origin& origin);

// Names the branch as it is when the plan is carried out. Where `manner` is nothing, the template
// says. The bookmark's point is filled in.
Plan draft_bookmark(Drafting& drafting, const Scene& scene, Bookmark bookmark,
                    std::optional<BookmarkManner> manner);

// As a bookmark without a name.
Plan draft_automatic_point(Drafting& drafting, const Scene& scene);

// What restore, refresh, reset and undo have in common: prepare the chosen point's data beside the
// branch's, switch, drop the old. What ran runs again, where it did; what was stopped stays so.
struct Replacement {
  OperationKind kind;
  SegmentKind begins;
  std::string words;  // "restore qa to bookmark \"clean base\""
  Safety safety;
};
Plan draft_replacement(Drafting& drafting, const Scene& scene, const ChosenPoint& target,
                       const Replacement& what);

}  // namespace slip
