// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "domain/name.h"
#include "operations/copy_data.h"
#include "operations/name_free.h"
#include "operations/replace_data.h"

namespace slip {
namespace {

// How many branches may run at once in a container, the active one included.
constexpr std::ptrdiff_t running_branches_max = 8;

// The name, if there may be one more branch, of that name.
Result<std::string> check_new_branch(PlanContext& context, const Container& container,
                                     const CreateBranch& request) {
  auto name = TRY(accept_name("branch name", request.name));
  const auto branches = TRY(context.catalog.branches().of_container(container.id, Trash::without));
  TRY(check_name_free("branch", branches, name, BranchId(),
                      "Choose another name, or activate that one."));
  const auto running = std::ranges::count(branches, RunState::running, &Branch::wanted);
  if (request.activation != Activation::activate && running >= running_branches_max) {
    return Error{.code = ErrorCode::precondition_failed,
                 .message = fmt::format("{} branches of {} are running; more are not possible",
                                        running, container.name),
                 .hint = "Stop one of them first."};
  }
  return name;
}

// Adds the steps that take the branch as it is now, running or stopped.
Result<ChosenPoint> take_now(PlanContext& context, Plan& plan, const Branch& branch,
                             std::string about) {
  ChosenPoint now;
  now.segment = TRY(segment_of(context.catalog, branch.segment));
  now.point = Point{.id = context.next_id<PointId>(),
                    .segment = branch.segment,
                    .branch = branch.id,
                    .kind = PointKind::automatic,
                    .at = context.now,
                    .snapshot = plan.add_snapshot(std::move(about)),
                    .baked = {},
                    .positions = {},
                    .operation = plan.operation.id};
  now.parent = {now.point.id, context.now,
                fmt::format("branch {} as of {}", branch.name, to_rfc3339(context.now))};
  TemplateVersion on;  // what runs, with its hooks
  if (branch.wanted == RunState::running) {
    on = TRY(version_on(context.catalog, TRY(volume_of(context.catalog, branch.volume))));
  }
  plan.add_hooks(on, branch.volume, HookMoment::pre_snapshot);
  plan.add(TakeSnapshot{branch.volume, now.point.snapshot, AfterSnapshot::go_on});
  plan.add_hooks(on, branch.volume, HookMoment::post_snapshot);
  plan.operation.point = now.point.id;
  return now;
}

}  // namespace

// Create branch: a new line of work from a branch's now, a bookmark, a time or the template. It
// becomes active
// at once unless it is to run beside; the former active branch keeps its last state.
Result<Plan> plan(PlanContext& context, const CreateBranch& request) {
  CatalogUnit& catalog = context.catalog;
  const auto container =
      TRY(find_container(catalog, context.actor, Right::operate, request.container));
  const auto name = TRY(check_new_branch(context, container, request));
  const auto former = TRY(branch_of(catalog, container.active));
  const auto former_on = TRY(version_on(catalog, TRY(volume_of(catalog, former.volume))));

  Plan plan(context, OperationKind::create_branch,
            fmt::format("create branch {} of {}", name, container.name));
  plan.lock(container.id.str());
  Commit commit;
  ChosenPoint origin;
  const auto mould = TRY(template_of(catalog, container.template_id));
  const bool former_runs = former.wanted == RunState::running;
  std::vector<HookMoment> copy_moments;
  if (const auto* now = std::get_if<FromNow>(&request.from)) {
    const auto left = TRY(find_branch_or_active(catalog, container, now->branch));
    origin = TRY(take_now(
        context, plan, left,
        fmt::format("branch {} of {} where {} leaves it", left.name, container.name, name)));
    commit.changes.push_back(AddPoint{origin.point});
  } else {
    origin = TRY(choose_point(context, container, request.from));
    copy_moments = TRY(moments_of_copy(catalog, origin));
  }
  Branch branch{.id = context.next_id<BranchId>(),
                .name = name,
                .container = container.id,
                .template_id = {},
                .segment = context.next_id<SegmentId>(),
                .volume = {},
                .wanted = RunState::running,
                .created_at = context.now,
                .deleted_at = {}};
  auto volume = branch_volume(container, branch.id, origin.segment.template_version,
                              fmt::format("branch {} of {}", branch.name, container.name));
  volume.read_only = request.activation == Activation::look;
  branch.volume = plan.add_branch_volume(std::move(volume));
  const CopiedData data = add_copy(context, plan, origin, branch.volume, commit);
  const Segment segment{.id = branch.segment,
                        .branch = branch.id,
                        .previous = {},
                        .kind = SegmentKind::created,
                        .parent = data.parent,
                        .safety_point = {},
                        .template_version = origin.segment.template_version,
                        .operation = plan.operation.id,
                        .began_at = context.now,
                        .base = data.base};
  plan.operation.container = container.id;
  plan.operation.template_id = container.template_id;
  plan.operation.branch = branch.id;
  plan.operation.parent = data.parent;
  plan.operation.words += " from " + data.parent.words;

  plan.add(StartInstances{branch.volume});
  add_copy_hooks(plan, mould.version(origin.segment.template_version), branch.volume, copy_moments,
                 RunState::running);
  commit.changes.push_back(AddBranch{branch, segment});
  const auto ports = endpoint_ports(container);
  if (request.activation != Activation::activate) {
    plan.add(std::move(commit));
    plan.add(ReleaseEndpoints{container.id, ports});
    return plan;
  }
  commit.changes.push_back(SetActive{container.id, branch.id});
  commit.changes.push_back(SetWanted{former.id, RunState::stopped});
  if (former_runs) plan.add_hooks(former_on, former.volume, HookMoment::pre_stop);
  plan.add(HoldEndpoints{container.id, ports});
  plan.add(std::move(commit));
  plan.add(ReleaseEndpoints{container.id, ports});
  plan.add(StopInstances{former.volume, StopHow::in_order});
  if (former_runs) plan.add_hooks(former_on, former.volume, HookMoment::post_stop);
  return plan;
}

}  // namespace slip
