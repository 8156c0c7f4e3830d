// SPDX-License-Identifier: Apache-2.0
#include <ranges>

#include "host/instances.h"

namespace slip {

Result<> Instances::freeze(const VolumeSpec& volume, const std::function<Result<>()>& between) {
  const auto all = TRY(members(volume));
  for (const auto& member : all | std::views::reverse) {
    if (member.adapter->info().recovers) continue;
    TRY(machine_.runtime.freeze(member.context.id));
  }
  TRY(between());
  for (const auto& member : all) {
    if (!member.adapter->info().recovers) continue;
    TRY(machine_.runtime.freeze(member.context.id));
  }
  return {};
}

Result<> Instances::thaw(const VolumeSpec& volume) {
  Result<> outcome;
  for (const SourceSpec& source : volume.sources) {
    auto thawed = machine_.runtime.thaw(instance_on(volume.id, source.name));
    if (!thawed && outcome) outcome = std::move(thawed);
  }
  return outcome;
}

Result<> Instances::thaw_databases(const VolumeSpec& volume) {
  for (const auto& member : TRY(members(volume, Tree::not_needed))) {
    if (member.adapter->info().recovers) TRY(machine_.runtime.thaw(member.context.id));
  }
  return {};
}

}  // namespace slip
