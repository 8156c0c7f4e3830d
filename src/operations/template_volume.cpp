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

TemplatePoint add_template_point(Drafting& drafting, Plan& plan, const Branch& master,
                                 const std::string& name, const std::vector<TemplateSource>& places,
                                 const std::vector<Source>& sources) {
  ComposeVolume compose{add_template_volume(drafting, plan, name, places), {}};
  for (std::size_t i = 0; i < places.size(); ++i) {
    compose.parts.push_back({places[i].name, sources[i].snapshot});
  }
  Point point{.id = drafting.next_id<PointId>(),
              .segment = master.segment,
              .branch = master.id,
              .kind = PointKind::synced,
              .at = drafting.now,
              .snapshot = plan.add_snapshot("template " + name),
              .baked = {},
              .positions = {},
              .operation = plan.operation.id};
  plan.add(compose);
  add_mask_steps(plan, places, compose.volume);
  plan.add(TakeSnapshot{compose.volume, point.snapshot, AfterSnapshot::go_on});
  return {std::move(point), compose.volume};
}

}  // namespace slip
