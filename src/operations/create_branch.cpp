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

// Adds the steps that take the branch as it is now, running or stopped, and to `commit` the point.
ChosenPoint add_now(Drafting& drafting, Plan& plan, const Scene& left, std::string about,
                    Commit& commit) {
  const auto& [container, mould, branch, segment, volume, on] = left;
  ChosenPoint now{.point = {.id = drafting.next_id<PointId>(),
                            .segment = branch.segment,
                            .branch = branch.id,
                            .kind = PointKind::automatic,
                            .at = drafting.now,
                            .snapshot = plan.add_snapshot(std::move(about)),
                            .baked = {},
                            .positions = {},
                            .operation = plan.operation.id},
                  .segment = segment,
                  .branch = branch,
                  .parent = {}};
  now.parent = {now.point.id, drafting.now,
                fmt::format("branch {} as of {}", branch.name, to_rfc3339(drafting.now))};
  if (left.runs()) plan.add_hooks(on, volume.id, HookMoment::pre_snapshot);
  plan.add(TakeSnapshot{volume.id, now.point.snapshot, AfterSnapshot::go_on});
  if (left.runs()) plan.add_hooks(on, volume.id, HookMoment::post_snapshot);
  plan.operation.point = now.point.id;
  commit.changes.push_back(AddPoint{now.point});
  return now;
}

// Adds what ends the creation of a branch whose instances run: it becomes active, or is beside.
void add_switch(Plan& plan, const Scene& former, const BranchId& branch, Activation activation,
                Commit commit) {
  const ContainerId& container = former.container.id;
  const auto ports = endpoint_ports(former.container);
  if (activation != Activation::activate) {
    plan.add(std::move(commit));
    plan.add(ReleaseEndpoints{container, ports});
    return;
  }
  commit.changes.push_back(SetActive{container, branch});
  commit.changes.push_back(SetWanted{former.branch.id, RunState::stopped});
  if (former.runs()) plan.add_hooks(former.on, former.volume.id, HookMoment::pre_stop);
  plan.add(HoldEndpoints{container, ports});
  plan.add(std::move(commit));
  plan.add(ReleaseEndpoints{container, ports});
  plan.add(StopInstances{former.volume.id, StopHow::in_order});
  if (former.runs()) plan.add_hooks(former.on, former.volume.id, HookMoment::post_stop);
}

}  // namespace

Plan draft_branch(Drafting& drafting, const Scene& former, const NewBranch& what,
                  const Origin& from) {
  const Container& container = former.container;
  Plan plan(drafting, OperationKind::create_branch,
            fmt::format("create branch {} of {}", what.name, container.name));
  plan.lock(container.id.str());
  Commit commit;
  const auto* left = std::get_if<Scene>(&from);
  const ChosenPoint origin =
      left == nullptr ? std::get<ChosenPoint>(from)
                      : add_now(drafting, plan, *left,
                                fmt::format("branch {} of {} where {} leaves it", left->branch.name,
                                            container.name, what.name),
                                commit);
  const int version = origin.segment.template_version;
  Branch branch{.id = drafting.next_id<BranchId>(),
                .name = what.name,
                .container = container.id,
                .template_id = {},
                .segment = drafting.next_id<SegmentId>(),
                .volume = {},
                .wanted = RunState::running,
                .created_at = drafting.now,
                .deleted_at = {}};
  auto volume = branch_volume(container, branch.id, version,
                              fmt::format("branch {} of {}", branch.name, container.name));
  volume.read_only = what.activation == Activation::look;
  branch.volume = plan.add_branch_volume(std::move(volume));
  const CopiedData data = add_copy(drafting, plan, origin, branch.volume, commit);
  const Segment segment{.id = branch.segment,
                        .branch = branch.id,
                        .previous = {},
                        .kind = SegmentKind::created,
                        .parent = data.parent,
                        .safety_point = {},
                        .template_version = version,
                        .operation = plan.operation.id,
                        .began_at = drafting.now,
                        .base = data.base};
  plan.operation.container = container.id;
  plan.operation.template_id = container.template_id;
  plan.operation.branch = branch.id;
  plan.operation.parent = data.parent;
  plan.operation.words += " from " + data.parent.words;

  plan.add(StartInstances{branch.volume});
  if (left == nullptr) {
    add_copy_hooks(plan, former.mould.version(version), branch.volume, moments_of_copy(origin),
                   RunState::running);
  }
  commit.changes.push_back(AddBranch{branch, segment});
  add_switch(plan, former, branch.id, what.activation, std::move(commit));
  return plan;
}

// Create branch: a new line of work from a branch's now, a bookmark, a time or the template. It
// becomes active at once unless it is to run beside; the former active branch keeps its last state.
Result<Plan> plan(PlanContext& context, const CreateBranch& request) {
  CatalogUnit& catalog = context.catalog;
  const auto former =
      TRY(find_scene(catalog, context.actor, Right::operate, request.container, ""));
  const NewBranch what{.name = TRY(check_new_branch(context, former.container, request)),
                       .activation = request.activation};
  const auto* now = std::get_if<FromNow>(&request.from);
  if (now == nullptr) {
    return draft_branch(context, former, what, TRY(choose_point(context, former, request.from)));
  }
  const auto left = TRY(find_branch_or_active(catalog, former.container, now->branch));
  return draft_branch(context, former, what, TRY(scene_of(catalog, former, left)));
}

}  // namespace slip
