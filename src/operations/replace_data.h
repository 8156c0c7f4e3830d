// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "operations/drafts.h"
#include "operations/lookup.h"
#include "operations/routes.h"
#include "operations/scenes.h"

namespace slip {

// The container, or the branch of it that is not the active one, as operations call it: "qa",
// "branch bug of qa".
std::string words_for(const Container& container, const Branch& branch);

// What hooks a new copy of the point's data in a container are to see: those of data that comes
// from the template, if it does.
std::vector<HookMoment> moments_of_copy(const ChosenPoint& origin);

// Adds the steps that run these hooks on a new copy, started for them if it is not to run.
void add_copy_hooks(Plan& plan, const TemplateVersion& version, const VolumeId& copy,
                    const std::vector<HookMoment>& moments, RunState wanted);

// A volume record for a branch of the container, with the sources of that version.
Volume branch_volume(const Container& container, const BranchId& branch, int template_version,
                     std::string about);

}  // namespace slip
