// SPDX-License-Identifier: Apache-2.0
#include "operations/template_volume.h"

namespace slip {
namespace {

bool is_masked(const std::vector<TemplateSource>& sources) {
  return has_hooks(TemplateVersion{0, sources}, HookMoment::mask);
}

}  // namespace

VolumeId add_template_volume(Drafting& drafting, Plan& plan, const std::string& name,
                             const std::vector<TemplateSource>& sources) {
  Volume volume;
  volume.about = "template " + name;
  if (is_masked(sources)) {
    volume.places = sources;
    volume.login = drafting.secrets->new_password();
  }
  return plan.add_branch_volume(std::move(volume));
}

void add_mask_steps(Plan& plan, const std::vector<TemplateSource>& sources,
                    const VolumeId& volume) {
  if (!is_masked(sources)) return;
  plan.add(StartInstances{volume, StartWhat::databases});
  plan.add(RunHooks{volume, HookMoment::mask});
  plan.add(StopInstances{volume, StopHow::in_order});
}

}  // namespace slip
