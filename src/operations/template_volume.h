// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "domain/source.h"
#include "operations/planning.h"

namespace slip {

// Where a template's sources are brought together to become a point of it. With a mask or a subset
// their databases run there first, and nobody but hooks can connect to them: whoever is to have
// copies of the point never sees what was there before.

VolumeId add_template_volume(Drafting& drafting, Plan& plan, const std::string& name,
                             const std::vector<TemplateSource>& sources);

struct TemplatePoint {
  Point point;
  VolumeId made_on;  // to be dropped once the point is committed
};
// Adds the steps that bring the newest data of the sources of `places`, which are in the same
// order, together, and make a point of it, in the newest segment of `master`, the template's
// timeline.
TemplatePoint add_template_point(Drafting& drafting, Plan& plan, const Branch& master,
                                 const std::string& name, const std::vector<TemplateSource>& places,
                                 const std::vector<Source>& sources);

// Adds the steps that mask what is on the volume, if there is a mask or subset: they leave it
// cleanly shut down.
void add_mask_steps(Plan& plan, const std::vector<TemplateSource>& sources, const VolumeId& volume);

}  // namespace slip
