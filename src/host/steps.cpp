// SPDX-License-Identifier: Apache-2.0
#include "host/steps.h"

#include <algorithm>

#include "base/log.h"
#include "domain/source_history.h"
#include "host/reveal.h"
#include "ports/kinds.h"

namespace slip {
namespace {

Progress progress_of(const StepContext& context) {
  return [&context](std::string_view what, std::optional<double>) {
    context.talk.progress(what);
    return context.talk.keep_going();
  };
}

// Up to when a follower that is cut off has all of production's, by this machine's clock. Nothing
// where that cannot be told: as long as it takes itself for connected, it does not know what it
// misses; and what it has is of production's clock, which only points know.
std::optional<Timestamp> came_before_the_end(const Order& order, const FollowState& state) {
  if (state.health == FollowHealth::following || state.health == FollowHealth::catching_up ||
      !state.data_time) {
    return std::nullopt;
  }
  if (!order.follows) return std::nullopt;
  if (state.clock_ahead_ms) return state.data_time;
  const auto ahead = clock_ahead(*order.follows, order.volume.id, *state.data_time);
  return ahead ? std::optional(*state.data_time - *ahead) : std::nullopt;
}

}  // namespace

Result<StepFindings> Steps::carry_out(const StepContext& context) {
  return std::visit([&](const auto& one) { return carry_out_one(one, context); },
                    context.order.step);
}

Result<VolumeSpec> Steps::start(StartWhat what, const StepContext& context) {
  return instances_.start(context.talk.to_start, what, context.talk.keep_going);
}

Result<StepFindings> Steps::carry_out_one(const CreateVolume& step, const StepContext& context) {
  TRY(machine_.storage.create_volume(step.volume, context.order.about));
  return StepFindings{};
}

Result<StepFindings> Steps::carry_out_one(const CloneSnapshot& step, const StepContext& context) {
  auto about = context.order.about;
  about["origin"] = step.snapshot.str();
  TRY(machine_.storage.clone(step.snapshot, step.volume, about));
  if (context.order.owner) TRY(machine_.storage.charge(step.volume, *context.order.owner));
  return StepFindings{};
}

Result<StepFindings> Steps::carry_out_one(const ReplayLog& step, const StepContext& context) {
  const auto later = TRY(machine_.storage.open(step.later));
  TRY(instances_.replay(context.order.volume, later.path(), step.until, progress_of(context)));
  return StepFindings{};
}

Result<Steps::Offline> Steps::offline(const SourceConfig& config, const VolumeId& volume,
                                      const StepContext& context) {
  auto tree = TRY(machine_.storage.attach(volume));
  IngestRequest request{.config = TRY(reveal(machine_.secrets, config)),
                        .directory = tree.path(),
                        .trusted = TRY(machine_.storage.trusted(volume, kWholeVolume)),
                        .progress = progress_of(context),
                        .user = TRY(own_user(machine_.info(), kNobodys))};
  return Offline{std::move(tree), std::move(request)};
}

Result<StepFindings> Steps::carry_out_one(const IngestSource& step, const StepContext& context) {
  Adapter* adapter = TRY(machine_.adapter(step.config.kind));
  const auto empty = TRY(offline(step.config, step.volume, context));
  StepFindings findings;
  findings.positions.emplace("", TRY(adapter->ingest(empty.request)));
  return findings;
}

Result<StepFindings> Steps::carry_out_one(const CatchUp& step, const StepContext& context) {
  const auto volume = TRY(start(StartWhat::databases, context));
  auto caught_up = instances_.catch_up(volume, progress_of(context));
  const auto state = instances_.follow_state(volume);
  // What happened before production went away can still be had.
  const auto had = caught_up || !step.reach || !state ? std::optional<Timestamp>()
                                                      : came_before_the_end(context.order, *state);
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

Result<StepFindings> Steps::carry_out_one(const FindDataTime&, const StepContext& context) {
  StepFindings findings;
  auto state = instances_.follow_state(context.order.volume);
  if (state && state->health == FollowHealth::following) {
    const auto caught_up = instances_.catch_up(context.order.volume, progress_of(context));
    if (caught_up) findings.at = *caught_up;
    if (!caught_up) state = instances_.follow_state(context.order.volume);
  }
  if (!state) return findings;
  findings.clock_ahead_ms = state->clock_ahead_ms;
  if (!findings.at) findings.at = came_before_the_end(context.order, *state);
  return findings;
}

Result<StepFindings> Steps::carry_out_one(const Detach& step, const StepContext& context) {
  const auto* following = TRY(following_of(*TRY(machine_.adapter(step.config.kind))));
  const auto copy = TRY(offline(step.config, step.volume, context));
  StepFindings findings;
  findings.positions.emplace("", TRY(following->detach(copy.request)));
  return findings;
}

Result<StepFindings> Steps::carry_out_one(const SortAnew& step, const StepContext& context) {
  const auto* order = TRY(text_order_of(*TRY(machine_.adapter(step.config.kind))));
  const auto copy = TRY(offline(step.config, step.volume, context));
  DataPosition found;
  found.doubts = TRY(order->sort_anew(copy.request));
  StepFindings findings;
  findings.positions.emplace("", std::move(found));
  return findings;
}

Result<StepFindings> Steps::carry_out_one(const ComposeVolume& step, const StepContext& context) {
  std::vector<TreePart> parts;
  for (const auto& part : step.parts) parts.push_back({part.source_name, part.snapshot});
  TRY(machine_.storage.compose(
      step.volume, parts, context.order.about,
      {.begins = context.talk.progress, .keep_going = context.talk.keep_going}));
  return StepFindings{};
}

Result<StepFindings> Steps::carry_out_one(const StartInstances& step, const StepContext& context) {
  TRY(start(step.what, context));
  return StepFindings{};
}

Result<StepFindings> Steps::carry_out_one(const StopInstances& step, const StepContext& context) {
  TRY(instances_.stop(context.order.volume, step.how));
  return StepFindings{};
}

// A container that is being made has its ports opened here, so that a port somebody else has
// taken is found out before the switch.
Result<StepFindings> Steps::carry_out_one(const HoldEndpoints& step, const StepContext& context) {
  for (const auto port : step.ports) {
    if (context.order.opens_endpoints) TRY(machine_.endpoints.open(port, std::nullopt));
    TRY(machine_.endpoints.hold(port));
  }
  return StepFindings{};
}

Result<> Steps::run_hooks(HookMoment when, const StepContext& context) {
  return instances_.run_hooks(context.order.volume, when,
                              {.operation = context.order.operation,
                               .keep_going = context.talk.keep_going,
                               .ran = context.talk.hook_ran});
}

Result<StepFindings> Steps::carry_out_one(const RunHooks& step, const StepContext& context) {
  // A safety point leaves its volume frozen; after the switch nobody minds that databases go on.
  if (step.when == HookMoment::post_snapshot) TRY(instances_.thaw_databases(context.order.volume));
  TRY(run_hooks(step.when, context));
  return StepFindings{};
}

// What a pre_snapshot has held back or stopped goes on, whatever happened.
Result<> Steps::take_back_hooks(const RunHooks& step, const StepContext& context) {
  TRY(instances_.end_hooks(context.order.volume));
  if (step.when != HookMoment::pre_snapshot || context.order.is_answered) return {};
  const auto ran = run_hooks(HookMoment::post_snapshot, context);
  if (!ran) spdlog::error("{}: {}", context.order.words, ran.error().describe());
  return {};
}

Result<> Steps::take_back(const StepContext& context) {
  const Step& step = context.order.step;
  if (const auto* hooks = std::get_if<RunHooks>(&step)) return take_back_hooks(*hooks, context);
  if (const auto* taken = std::get_if<TakeSnapshot>(&step)) {
    TRY(instances_.thaw(context.order.volume));
    if (taken->after == AfterSnapshot::start_again) TRY(start(StartWhat::everything, context));
    return {};
  }
  if (std::holds_alternative<StartInstances>(step)) {
    return instances_.stop(context.order.volume, StopHow::at_once);
  }
  return {};
}

}  // namespace slip
