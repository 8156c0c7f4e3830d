// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "domain/name.h"
#include "operations/drafts.h"
#include "operations/lookup.h"
#include "operations/name_free.h"
#include "operations/scenes.h"
#include "operations/template_volume.h"
#include "ports/kinds.h"

namespace slip {
namespace {

// That the kind of source can do what hooks, masks and subset ask of it.
Result<> check_facets(const Adapter& adapter, const TemplateSource& place) {
  if (!place.subset.empty()) TRY(TRY(sql_scripts_of(adapter))->subset_script(place.subset));
  if (has_hooks(TemplateVersion{0, {place}}, HookMoment::mask)) TRY(masking_of(adapter));
  for (const auto& hook : place.hooks) {
    if (hook.sql.empty() || adapter.sql_scripts() != nullptr) continue;
    return Error{.code = ErrorCode::unsupported,
                 .message = fmt::format("a source of kind {} runs no SQL, as its {} hook wants",
                                        adapter.info().kind, name_of(hook.when)),
                 .hint = "Give the hook a command instead."};
  }
  return {};
}

Result<std::vector<TemplateSource>> resolve(PlanContext& context,
                                            const std::vector<SourcePlace>& places) {
  std::vector<TemplateSource> sources;
  for (const auto& place : places) {
    const auto source = TRY(find_source(context.catalog, place.source));
    if (source.snapshot.empty()) {
      return Error{.code = ErrorCode::precondition_failed,
                   .message = fmt::format("source {} has no data yet", source.name),
                   .hint = "Sync it first."};
    }
    TemplateSource resolved{place.name,     source.id,   place.priority, place.port,
                            place.settings, place.hooks, place.subset,   {}};
    Adapter* adapter = TRY(context.world.adapter(source.config.kind));
    TRY(in_context("source " + place.name, adapter->validate(effective_config(source, resolved))));
    TRY(in_context("source " + place.name, check_facets(*adapter, resolved)));
    context.secrets->seal(resolved);
    sources.push_back(std::move(resolved));
  }
  TRY(check_sources(sources));
  return sources;
}

// Their data stays as it is meanwhile.
void lock_sources(Plan& plan, const std::vector<Source>& sources) {
  for (const auto& source : sources) plan.lock("source " + source.name);
}

}  // namespace

Plan draft_template(Drafting& drafting, const std::string& name, const TemplateVersion& first,
                    const std::vector<Source>& sources) {
  Plan plan(drafting, OperationKind::create_template, "create template " + name);
  const Template mould{.id = drafting.next_id<TemplateId>(),
                       .name = name,
                       .versions = {first},
                       .master = drafting.next_id<BranchId>(),
                       .created_at = drafting.now,
                       .deleted_at = {}};
  const Segment segment{.id = drafting.next_id<SegmentId>(),
                        .branch = mould.master,
                        .previous = {},
                        .kind = SegmentKind::created,
                        .parent = {},
                        .safety_point = {},
                        .template_version = first.number,
                        .operation = plan.operation.id,
                        .began_at = drafting.now};
  const Branch master{.id = mould.master,
                      .name = "master",
                      .container = {},
                      .template_id = mould.id,
                      .segment = segment.id,
                      .volume = {},
                      .wanted = RunState::stopped,
                      .created_at = drafting.now,
                      .deleted_at = {}};
  plan.operation.template_id = mould.id;
  plan.lock("template " + mould.name);
  lock_sources(plan, sources);
  const auto [point, volume] =
      add_template_point(drafting, plan, master, name, first.sources, sources);
  plan.operation.point = point.id;
  plan.add(Commit{{AddTemplate{mould, master, segment}, AddPoint{point}}});
  plan.add(DropVolume{volume});
  return plan;
}

Plan draft_template_version(Drafting& drafting, const TemplateScene& scene,
                            const TemplateVersion& next, const std::vector<Source>& sources) {
  const Template& mould = scene.mould;
  Plan plan(drafting, OperationKind::version_template,
            fmt::format("make version {} of template {}", next.number, mould.name));
  const Segment segment{.id = drafting.next_id<SegmentId>(),
                        .branch = scene.master.id,
                        .previous = scene.master.segment,
                        .kind = SegmentKind::created,
                        .parent = {},
                        .safety_point = {},
                        .template_version = next.number,
                        .operation = plan.operation.id,
                        .began_at = drafting.now};
  plan.operation.template_id = mould.id;
  plan.lock(mould.id.str());
  lock_sources(plan, sources);
  Branch master = scene.master;
  master.segment = segment.id;
  const auto [point, volume] =
      add_template_point(drafting, plan, master, mould.name, next.sources, sources);
  plan.operation.point = point.id;
  plan.add(Commit{{AddTemplateVersion{mould.id, next, segment}, AddPoint{point}}});
  plan.add(DropVolume{volume});
  return plan;
}

Result<Plan> plan(PlanContext& context, const CreateTemplate& request) {
  TRY(must_be_admin(context.actor));
  const auto name = TRY(accept_name("template name", request.name));
  TRY(check_name_free("template", TRY(context.catalog.templates().all(Trash::without)), name,
                      TemplateId(), "Choose another name, or make a new version of it."));
  const TemplateVersion first{1, TRY(resolve(context, request.sources)), request.ask_beyond_s,
                              request.bookmarks};
  return draft_template(context, name, first, TRY(sources_of(context.catalog, first.sources)));
}

// Containers move to it at their next refresh.
Result<Plan> plan(PlanContext& context, const VersionTemplate& request) {
  TRY(must_be_admin(context.actor));
  const auto scene =
      TRY(scene_of(context.catalog, TRY(find_template(context.catalog, request.tmpl))));
  const TemplateVersion next{scene.mould.newest().number + 1,
                             TRY(resolve(context, request.sources)), request.ask_beyond_s,
                             request.bookmarks};
  return draft_template_version(context, scene, next,
                                TRY(sources_of(context.catalog, next.sources)));
}

}  // namespace slip
