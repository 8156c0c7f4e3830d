// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "operations/lookup.h"
#include "operations/routes.h"

namespace slip {

// What restore, refresh, reset and undo have in common: prepare the chosen point's data beside the
// branch's, switch, drop the old. What ran runs again, where it did; what was stopped stays so.
struct Replacement {
  OperationKind kind;
  SegmentKind begins;
  std::string words;  // "restore qa to bookmark \"clean base\""
  Safety safety;
};
Result<Plan> plan_replacement(PlanContext& context, const Container& container,
                              const Branch& branch, const ChosenPoint& target,
                              const Replacement& what);

// The container, or the branch of it that is not the active one, as operations call it: "qa",
// "branch bug of qa".
std::string words_for(const Container& container, const Branch& branch);

// What hooks a new copy of the point's data in a container are to see: those of data that comes
// from the template, if it does.
Result<std::vector<HookMoment>> moments_of_copy(CatalogUnit& catalog, const ChosenPoint& origin);

// Adds the steps that run these hooks on a new copy, started for them if it is not to run.
void add_copy_hooks(Plan& plan, const TemplateVersion& version, const VolumeId& copy,
                    const std::vector<HookMoment>& moments, RunState wanted);

// A volume record for a branch of the container, with the sources of that version.
Volume branch_volume(const Container& container, const BranchId& branch, int template_version,
                     std::string about);

}  // namespace slip
