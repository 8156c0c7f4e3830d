// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <variant>

#include "domain/bookmark.h"
#include "domain/scene.h"
#include "operations/lookup.h"
#include "operations/planning.h"

namespace slip {

// Plans of what people ask for, each made of scenes that were loaded before: pure. That names are
// free and rights are there has been checked.

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

// A copy of every source of the template, as of `origin`, a point of it, started and ready.
Plan draft_container(Drafting& drafting, const Container& container, const Template& mould,
                     const ChosenPoint& origin);
// To the trash, with those branches, all that it has; its endpoints are freed.
Plan draft_container_deletion(Drafting& drafting, const Container& container,
                              const std::vector<Branch>& branches);

// A template whose first point has the newest data of `sources`, those of the version's places.
Plan draft_template(Drafting& drafting, const std::string& name, const TemplateVersion& first,
                    const std::vector<Source>& sources);
// A version more, and a point of it. `sources` are those of `next`.
Plan draft_template_version(Drafting& drafting, const TemplateScene& scene,
                            const TemplateVersion& next, const std::vector<Source>& sources);

// Each of these four makes a new point of every template that has the source.
// Adds the source, and fetches its data for the first time.
Plan draft_link(Drafting& drafting, const SourceScene& scene);
// Fetches the newest data.
Plan draft_sync(Drafting& drafting, const SourceScene& scene);
// A source that follows production begins again, beside the data there is.
Plan draft_reseed(Drafting& drafting, const SourceScene& scene);
// Builds the indexes of the newest data again. From then on the source's configuration is `config`,
// where one is given.
Plan draft_reindex(Drafting& drafting, const SourceScene& scene,
                   const std::optional<SourceConfig>& config);

// What follows production is stopped; whoever keeps it up starts it with the new configuration.
Plan draft_new_url(Drafting& drafting, const Source& source, const SourceConfig& config);
// A point of the history of a source that follows production.
Plan draft_source_point(Drafting& drafting, const Source& source);

}  // namespace slip
