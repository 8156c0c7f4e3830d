// SPDX-License-Identifier: Apache-2.0
#include "operations/scenes.h"

#include <algorithm>

#include "operations/lookup.h"
#include "ports/kinds.h"

namespace slip {
namespace {

Result<Scene> load(CatalogUnit& catalog, const Container& container, const Template& mould,
                   const Branch& branch) {
  Scene scene{.container = container,
              .mould = mould,
              .branch = branch,
              .segment = TRY(segment_of(catalog, branch.segment)),
              .volume = TRY(volume_of(catalog, branch.volume)),
              .on = {}};
  const Volume& volume = scene.volume;
  const bool is_of_mould = volume.follows.empty() && volume.template_id == mould.id;
  scene.on =
      is_of_mould ? mould.version(volume.template_version) : TRY(version_on(catalog, volume));
  return scene;
}

}  // namespace

Result<Scene> scene_of(CatalogUnit& catalog, const Container& container, const Branch& branch) {
  return load(catalog, container, TRY(template_of(catalog, container.template_id)), branch);
}

Result<Scene> scene_of(CatalogUnit& catalog, const Scene& beside, const Branch& branch) {
  if (branch.id == beside.branch.id) return beside;
  return load(catalog, beside.container, beside.mould, branch);
}

Result<Scene> find_scene(CatalogUnit& catalog, const Actor& actor, Right right,
                         std::string_view container_name, std::string_view branch_name) {
  const auto container = TRY(find_container(catalog, actor, right, container_name));
  const auto branch = TRY(find_branch_or_active(catalog, container, branch_name));
  return scene_of(catalog, container, branch);
}

Result<std::vector<Source>> sources_of(CatalogUnit& catalog,
                                       const std::vector<TemplateSource>& places) {
  std::vector<Source> sources;
  for (const auto& place : places) sources.push_back(TRY(source_of(catalog, place.source)));
  return sources;
}

Result<TemplateScene> scene_of(CatalogUnit& catalog, const Template& mould) {
  return TemplateScene{.mould = mould,
                       .master = TRY(branch_of(catalog, mould.master)),
                       .sources = TRY(sources_of(catalog, mould.newest().sources))};
}

Result<SourceScene> scene_of(CatalogUnit& catalog, const World& world, const Source& source) {
  const Adapter* adapter = TRY(world.adapter(source.config.kind));
  SourceScene scene{.source = source,
                    .upkeep = Upkeep::copied,
                    .keeps_points = world.storage.info().capabilities.cheap_clone,
                    .templates = {}};
  if (follows(*adapter, source.config)) {
    scene.upkeep = Upkeep::followed;
  } else if (adapter->incremental(source.config)) {
    scene.upkeep = Upkeep::updated;
  }
  for (const auto& mould : TRY(catalog.templates().all(Trash::without))) {
    const auto& places = mould.newest().sources;
    if (std::ranges::find(places, source.id, &TemplateSource::source) == places.end()) continue;
    scene.templates.push_back(TRY(scene_of(catalog, mould)));
  }
  return scene;
}

}  // namespace slip
