// SPDX-License-Identifier: Apache-2.0
#include "operations/volume_specs.h"

#include "operations/lookup.h"

namespace slip {

Result<VolumeSpec> spec_of(CatalogUnit& catalog, const Volume& volume) {
  const auto version = TRY(version_on(catalog, volume));
  std::map<SourceId, Source> sources;
  for (const auto& place : version.sources) {
    auto source = TRY(catalog.sources().find(place.source));
    if (source) sources.emplace(place.source, *std::move(source));
  }
  auto spec = TRY(volume_spec(volume, version, sources));
  spec.quota = TRY(quota_of(catalog, volume));
  return spec;
}

Result<std::optional<Quota>> quota_of(CatalogUnit& catalog, const Volume& volume) {
  if (!volume.number) return std::optional<Quota>();
  const auto container = TRY(catalog.containers().find_numbered(*volume.number));
  return container ? container->quota : std::optional<Quota>();
}

Result<VolumeSpec> spec_of(Catalog& catalog, const VolumeId& volume) {
  return catalog.read([&](CatalogUnit& unit) -> Result<VolumeSpec> {
    return spec_of(unit, TRY(volume_of(unit, volume)));
  });
}

Result<VolumeSpec> spec_of_follower(const Volume& volume, const Source& source) {
  return volume_spec(volume, version_alone(source), {{source.id, source}});
}

TemplateVersion version_alone(const Source& source) {
  TemplateVersion alone;
  alone.sources.resize(1);
  alone.sources.front().name = source.name;
  alone.sources.front().source = source.id;
  return alone;
}

}  // namespace slip
