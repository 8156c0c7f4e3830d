// SPDX-License-Identifier: Apache-2.0
#include "domain/volume_spec.h"

#include <algorithm>

namespace slip {
namespace {

Purpose purpose_of(const Volume& volume) {
  if (!volume.follows.empty()) return Purpose::follow;
  return volume.read_only ? Purpose::look : Purpose::work;
}

}  // namespace

Result<VolumeSpec> volume_spec(const Volume& volume, const TemplateVersion& version,
                               const std::map<SourceId, Source>& sources) {
  const bool is_shown = volume.places.empty() && volume.follows.empty();
  VolumeSpec spec{.id = volume.id,
                  .purpose = purpose_of(volume),
                  .reach = is_shown ? Reach::everybody : Reach::hooks_only,
                  .login = volume.login,
                  .number = volume.number};
  for (const auto& group : start_order(version)) {
    for (const auto& place : group) {
      const auto source = sources.find(place.source);
      if (source == sources.end()) {
        return Error{.message = "there is no source " + place.source.str() + ", which \"" +
                                place.name + "\" on " + volume.id.str() + " is of"};
      }
      const auto port = volume.ports.find(place.name);
      spec.sources.push_back(
          {.name = place.name,
           .source = place.source,
           .priority = place.priority,
           .config = effective_config(source->second, place),
           .hooks = place.hooks,
           .subset = place.subset,
           .port = port == volume.ports.end() ? std::uint16_t{0} : port->second});
    }
  }
  return spec;
}

Result<RunLimits> limits_together(const VolumeSpec& volume) {
  constexpr std::int64_t usual_weight = 100;
  RunLimits of_sources;
  for (const auto& source : volume.sources) {
    const auto weight = TRY(run_settings(source.config)).limits.cpu_weight.value_or(usual_weight);
    of_sources.cpu_weight = std::max(of_sources.cpu_weight.value_or(0), weight);
  }
  return tighter(of_sources, limits_of_what_runs(volume.quota.value_or(Quota())));
}

bool has_hooks(const SourceSpec& source, HookMoment when) {
  return (when == HookMoment::mask && !source.subset.empty()) ||
         std::ranges::find(source.hooks, when, &Hook::when) != source.hooks.end();
}

}  // namespace slip
