// SPDX-License-Identifier: Apache-2.0
#include "operations/steps.h"

#include <algorithm>

#include "base/json.h"
#include "base/log.h"
#include "domain/source_history.h"
#include "host/facets.h"
#include "host/reveal.h"
#include "operations/lookup.h"
#include "operations/routes.h"
#include "operations/self_description.h"
#include "operations/starting.h"
#include "operations/volume_specs.h"

namespace slip {
namespace {

Progress progress_of(const StepContext& context) {
  return [&context](std::string_view what, std::optional<double>) {
    context.progress(what);
    return context.keep_going();
  };
}

}  // namespace

Result<StepFindings> Steps::carry_out(const Step& step, const StepContext& context) {
  return std::visit([&](const auto& one) { return carry_out_one(one, context); }, step);
}

Result<SelfDescription> Steps::describe_volume(const VolumeId& id, const Operation& operation) {
  return world_.catalog.read([&](CatalogUnit& catalog) -> Result<SelfDescription> {
    const auto volume = TRY(volume_of(catalog, id));
    return describe(catalog, operation, volume);
  });
}

Result<StepFindings> Steps::carry_out_one(const CreateVolume& step, const StepContext& context) {
  TRY(world_.storage.create_volume(step.volume,
                                   TRY(describe_volume(step.volume, context.operation))));
  return StepFindings{};
}

Result<StepFindings> Steps::carry_out_one(const CloneSnapshot& step, const StepContext& context) {
  auto about = TRY(describe_volume(step.volume, context.operation));
  about["origin"] = step.snapshot.str();
  TRY(world_.storage.clone(step.snapshot, step.volume, about));
  return StepFindings{};
}

Result<StepFindings> Steps::carry_out_one(const ReplayLog& step, const StepContext& context) {
  const auto later = TRY(world_.storage.open(step.later));
  auto replayed = instances_.replay(context.volume, later, step.until, progress_of(context));
  if (replayed) return StepFindings{};
  Error error = std::move(replayed).error();
  if (error.code == ErrorCode::out_of_range) {
    const auto nearest = TRY(nearest_points(context.operation.branch, step.until));
    if (!nearest.empty()) error.hint = "Choose the time of a point; the nearest: " + nearest + ".";
  }
  return error;
}

Result<std::string> Steps::nearest_points(const BranchId& branch, Timestamp at) {
  const auto points = TRY(world_.catalog.read(
      [&](CatalogUnit& catalog) { return catalog.points().of_branch(branch); }));
  const auto is_later = [&](const Point& point) { return point.at > at; };
  const auto after = std::ranges::find_if(
      points, [&](const Point& point) { return point.reachable() && is_later(point); });
  const auto before = std::ranges::find_if(points.rbegin(), points.rend(), [&](const Point& point) {
    return point.reachable() && !is_later(point);
  });
  std::string times;
  if (before != points.rend()) times = to_rfc3339(before->at);
  if (after != points.end()) times += (times.empty() ? "" : ", ") + to_rfc3339(after->at);
  return times;
}

Result<IngestRequest> Steps::offline(const SourceConfig& config, const VolumeId& volume,
                                     const StepContext& context) {
  return IngestRequest{.config = TRY(reveal(world_.secrets, config)),
                       .directory = TRY(world_.storage.attach(volume)),
                       .trusted = TRY(world_.storage.trusted(volume, kWholeVolume)),
                       .progress = progress_of(context),
                       .user = TRY(own_user(world_, kNobodys))};
}

Result<StepFindings> Steps::carry_out_one(const IngestSource& step, const StepContext& context) {
  Adapter* adapter = TRY(world_.adapter(step.config.kind));
  StepFindings findings;
  findings.positions.emplace("",
                             TRY(adapter->ingest(TRY(offline(step.config, step.volume, context)))));
  return findings;
}

// Up to when a follower that is cut off has all of production's, by this machine's clock. Nothing
// where that cannot be told: as long as it takes itself for connected, it does not know what it
// misses; and what it has is of production's clock, which only points know.
Result<std::optional<Timestamp>> Steps::came_before_the_end(const VolumeId& follower,
                                                            const FollowState& state) {
  if (state.health == FollowHealth::following || state.health == FollowHealth::catching_up ||
      !state.data_time) {
    return std::optional<Timestamp>();
  }
  const auto sources = TRY(world_.catalog.read(
      [](CatalogUnit& catalog) { return catalog.sources().all(Trash::without); }));
  const auto source = std::ranges::find(sources, follower, &Source::volume);
  if (source == sources.end()) return std::optional<Timestamp>();
  if (state.clock_ahead_ms) return state.data_time;
  const auto ahead = clock_ahead(*source, follower, *state.data_time);
  return ahead ? std::optional(*state.data_time - *ahead) : std::nullopt;
}

Result<StepFindings> Steps::carry_out_one(const CatchUp& step, const StepContext& context) {
  TRY(start_on(world_, instances_, step.volume, StartWhat::databases, context.keep_going));
  // As it has been started.
  const auto volume = TRY(spec_of(world_.catalog, step.volume));
  auto caught_up = instances_.catch_up(volume, progress_of(context));
  const auto state = instances_.follow_state(volume);
  // What happened before production went away can still be had.
  const auto had = caught_up || !step.reach || !state
                       ? std::optional<Timestamp>()
                       : TRY(came_before_the_end(step.volume, *state));
  if (had && *had >= *step.reach) caught_up = *had;
  if (!caught_up) {
    Error error = std::move(caught_up).error();
    if (had) {
      error.hint = "What production had by " + to_rfc3339(*had) +
                   " is here: choose an earlier time, or try again when production answers.";
    }
    return error;
  }
  if (step.reach && *caught_up < *step.reach) {
    return Error{.code = ErrorCode::out_of_range,
                 .message = caught_up->ms == 0 ? "nothing of production's log has come here yet"
                                               : "production's log is here up to " +
                                                     to_rfc3339(*caught_up) + " only",
                 .hint = "Choose an earlier time, or try again when more has come."};
  }
  StepFindings findings;
  findings.at = *caught_up;
  if (state) findings.clock_ahead_ms = state->clock_ahead_ms;
  return findings;
}

Result<StepFindings> Steps::carry_out_one(const FindDataTime& step, const StepContext& context) {
  StepFindings findings;
  auto state = instances_.follow_state(context.volume);
  if (state && state->health == FollowHealth::following) {
    const auto caught_up = instances_.catch_up(context.volume, progress_of(context));
    if (caught_up) findings.at = *caught_up;
    if (!caught_up) state = instances_.follow_state(context.volume);
  }
  if (!state) return findings;
  findings.clock_ahead_ms = state->clock_ahead_ms;
  if (!findings.at) findings.at = TRY(came_before_the_end(step.volume, *state));
  return findings;
}

Result<StepFindings> Steps::carry_out_one(const Detach& step, const StepContext& context) {
  const auto* following = TRY(following_of(*TRY(world_.adapter(step.config.kind))));
  StepFindings findings;
  findings.positions.emplace(
      "", TRY(following->detach(TRY(offline(step.config, step.volume, context)))));
  return findings;
}

Result<StepFindings> Steps::carry_out_one(const SortAnew& step, const StepContext& context) {
  const auto* order = TRY(text_order_of(*TRY(world_.adapter(step.config.kind))));
  DataPosition found;
  found.doubts = TRY(order->sort_anew(TRY(offline(step.config, step.volume, context))));
  StepFindings findings;
  findings.positions.emplace("", std::move(found));
  return findings;
}

// A composed volume is thrown away and begun again after a crash: only whole parts count.
Result<StepFindings> Steps::carry_out_one(const ComposeVolume& step, const StepContext& context) {
  const auto about = TRY(describe_volume(step.volume, context.operation));
  TRY(world_.storage.destroy(step.volume));
  TRY(world_.storage.create_volume(step.volume, about));
  for (const auto& part : step.parts) {
    context.progress(part.source_name);
    TRY(world_.storage.share(part.snapshot, step.volume, part.source_name));
    if (!context.keep_going()) {
      return Error{.code = ErrorCode::canceled, .message = "the operation was canceled"};
    }
  }
  return StepFindings{};
}

Result<StepFindings> Steps::carry_out_one(const StartInstances& step, const StepContext& context) {
  TRY(start_on(world_, instances_, step.volume, step.what, context.keep_going));
  return StepFindings{};
}

Result<StepFindings> Steps::carry_out_one(const StopInstances& step, const StepContext& context) {
  TRY(instances_.stop(context.volume, step.how));
  return StepFindings{};
}

// A container that is being made has its ports opened here, so that a port somebody else has
// taken is found out before the switch.
Result<StepFindings> Steps::carry_out_one(const HoldEndpoints& step, const StepContext&) {
  const auto container = TRY(world_.catalog.read(
      [&](CatalogUnit& catalog) { return catalog.containers().find(step.container); }));
  for (const auto port : step.ports) {
    if (!container) TRY(world_.endpoints.open(port, std::nullopt));
    TRY(world_.endpoints.hold(port));
  }
  return StepFindings{};
}

Result<StepFindings> Steps::carry_out_one(const ReleaseEndpoints& step, const StepContext&) {
  TRY(apply_routes(world_, step.container, step.ports));
  return StepFindings{};
}

Result<StepFindings> Steps::carry_out_one(const Commit&, const StepContext&) {
  return Error{.message = "a commit is carried out by the runner"};
}

Result<StepFindings> Steps::carry_out_one(const DropVolume& step, const StepContext&) {
  TRY(world_.catalog.write([&](CatalogUnit& catalog) -> Result<> {
    auto volume = TRY(catalog.volumes().find(step.volume));
    if (!volume) return {};
    volume->state = StorageState::doomed;
    return catalog.volumes().put(*volume);
  }));
  return StepFindings{};
}

Result<> Steps::run_hooks(HookMoment when, const StepContext& context) {
  return instances_.run_hooks(context.volume, when,
                              {.operation = context.operation.id,
                               .keep_going = context.keep_going,
                               .ran = context.hook_ran});
}

Result<StepFindings> Steps::carry_out_one(const RunHooks& step, const StepContext& context) {
  // A safety point leaves its volume frozen; after the switch nobody minds that databases go on.
  if (step.when == HookMoment::post_snapshot) TRY(instances_.thaw_databases(context.volume));
  TRY(run_hooks(step.when, context));
  return StepFindings{};
}

// What a pre_snapshot has held back or stopped goes on, whatever happened.
Result<> Steps::take_back_hooks(const RunHooks& step, const StepContext& context) {
  TRY(instances_.end_hooks(context.volume));
  if (step.when != HookMoment::pre_snapshot) return {};
  for (const auto& record : context.operation.steps) {
    const auto* other = std::get_if<RunHooks>(&record.step);
    const bool has_begun = other != nullptr && other->volume == step.volume &&
                           other->when == HookMoment::post_snapshot &&
                           record.state != StepState::pending;
    if (has_begun) return {};
  }
  const auto ran = run_hooks(HookMoment::post_snapshot, context);
  if (!ran) spdlog::error("{}: {}", context.operation.words, ran.error().describe());
  return {};
}

Result<> Steps::take_back(const Step& step, const StepContext& context) {
  if (const auto* hooks = std::get_if<RunHooks>(&step)) return take_back_hooks(*hooks, context);
  if (const auto* taken = std::get_if<TakeSnapshot>(&step)) {
    TRY(instances_.thaw(context.volume));
    return taken->after == AfterSnapshot::start_again ? start_again(taken->volume) : Result<>();
  }
  if (std::holds_alternative<StartInstances>(step)) {
    return instances_.stop(context.volume, StopHow::at_once);
  }
  if (const auto* held = std::get_if<HoldEndpoints>(&step)) {
    return apply_routes(world_, held->container, held->ports);
  }
  return {};
}

}  // namespace slip
