// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "domain/name.h"
#include "operations/lookup.h"
#include "operations/name_free.h"
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

// The steps that bring all sources together, and the point that they make.
Result<Point> add_compose_steps(PlanContext& context, Plan& plan, const std::string& name,
                                const Segment& segment,
                                const std::vector<TemplateSource>& sources) {
  ComposeVolume compose{add_template_volume(context, plan, name, sources), {}};
  for (const auto& place : sources) {
    const auto source = TRY(context.catalog.sources().find(place.source));
    compose.parts.push_back({place.name, source->snapshot});
    plan.lock("source " + source->name);
  }
  Point point{.id = context.next_id<PointId>(),
              .segment = segment.id,
              .branch = segment.branch,
              .kind = PointKind::synced,
              .at = context.now,
              .snapshot = plan.add_snapshot("template " + name),
              .baked = {},
              .positions = {},
              .operation = plan.operation.id};
  plan.add(compose);
  add_mask_steps(plan, sources, compose.volume);
  plan.add(TakeSnapshot{compose.volume, point.snapshot, AfterSnapshot::go_on});
  plan.operation.point = point.id;
  return point;
}

VolumeId composed_volume(const Plan& plan) {
  return plan.volumes.back().id;
}

}  // namespace

Result<Plan> plan(PlanContext& context, const CreateTemplate& request) {
  TRY(must_be_admin(context.actor));
  const auto name = TRY(accept_name("template name", request.name));
  TRY(check_name_free("template", TRY(context.catalog.templates().all(Trash::without)), name,
                      TemplateId(), "Choose another name, or make a new version of it."));
  const auto sources = TRY(resolve(context, request.sources));
  Plan plan(context, OperationKind::create_template, "create template " + name);
  const Template mould{.id = context.next_id<TemplateId>(),
                       .name = name,
                       .versions = {{1, sources, request.ask_beyond_s, request.bookmarks}},
                       .master = context.next_id<BranchId>(),
                       .created_at = context.now,
                       .deleted_at = {}};
  const Segment segment{.id = context.next_id<SegmentId>(),
                        .branch = mould.master,
                        .previous = {},
                        .kind = SegmentKind::created,
                        .parent = {},
                        .safety_point = {},
                        .template_version = 1,
                        .operation = plan.operation.id,
                        .began_at = context.now};
  const Branch master{.id = mould.master,
                      .name = "master",
                      .container = {},
                      .template_id = mould.id,
                      .segment = segment.id,
                      .volume = {},
                      .wanted = RunState::stopped,
                      .created_at = context.now,
                      .deleted_at = {}};
  plan.operation.template_id = mould.id;
  plan.lock("template " + mould.name);
  const Point point = TRY(add_compose_steps(context, plan, mould.name, segment, sources));
  plan.add(Commit{{AddTemplate{mould, master, segment}, AddPoint{point}}});
  plan.add(DropVolume{composed_volume(plan)});
  return plan;
}

// A new version of a template: containers move to it at their next refresh.
Result<Plan> plan(PlanContext& context, const VersionTemplate& request) {
  TRY(must_be_admin(context.actor));
  const auto mould = TRY(find_template(context.catalog, request.tmpl));
  const TemplateVersion version{mould.newest().number + 1, TRY(resolve(context, request.sources)),
                                request.ask_beyond_s, request.bookmarks};
  Plan plan(context, OperationKind::version_template,
            fmt::format("make version {} of template {}", version.number, mould.name));
  const auto master = TRY(branch_of(context.catalog, mould.master));
  const Segment segment{.id = context.next_id<SegmentId>(),
                        .branch = master.id,
                        .previous = master.segment,
                        .kind = SegmentKind::created,
                        .parent = {},
                        .safety_point = {},
                        .template_version = version.number,
                        .operation = plan.operation.id,
                        .began_at = context.now};
  plan.operation.template_id = mould.id;
  plan.lock(mould.id.str());
  const Point point = TRY(add_compose_steps(context, plan, mould.name, segment, version.sources));
  plan.add(Commit{{AddTemplateVersion{mould.id, version, segment}, AddPoint{point}}});
  plan.add(DropVolume{composed_volume(plan)});
  return plan;
}

}  // namespace slip
