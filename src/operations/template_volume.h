// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "operations/planning.h"

namespace slip {

// Where a template's sources are brought together to become a point of it. With a mask or a subset
// their databases run there first, and nobody but hooks can connect to them: whoever is to have
// copies of the point never sees what was there before.

VolumeId add_template_volume(Drafting& drafting, Plan& plan, const std::string& name,
                             const std::vector<TemplateSource>& sources);

// Adds the steps that mask what is on the volume, if there is a mask or subset: they leave it
// cleanly shut down.
void add_mask_steps(Plan& plan, const std::vector<TemplateSource>& sources, const VolumeId& volume);

}  // namespace slip
