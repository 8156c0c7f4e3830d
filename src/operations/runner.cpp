// SPDX-License-Identifier: Apache-2.0
#include "operations/runner.h"

#include <fmt/format.h>

#include <chrono>
#include <thread>

#include "base/log.h"
#include "operations/apply_change.h"
#include "operations/deaths.h"
#include "operations/guarded.h"
#include "operations/orders.h"
#include "operations/ownership.h"
#include "operations/quotas.h"
#include "operations/routes.h"
#include "operations/starting.h"

namespace slip {

using namespace std::chrono_literals;

namespace {

// Whether doing the same again may help.
bool is_passing(ErrorCode code) {
  return code == ErrorCode::unavailable || code == ErrorCode::timed_out;
}

// Operations are kept for ever, and a program's or server's words may repeat a password.
OperationFailure failure_of(const Error& error, std::string_view step, const Scrubber& scrubber) {
  OperationFailure failure{std::string(to_string(error.code)), error.describe(), error.hint,
                           std::string(step), error.detail};
  for (auto* text : {&failure.message, &failure.hint, &failure.detail}) scrubber.scrub(*text);
  return failure;
}

Result<> doom(Catalog& catalog, const VolumeId& id) {
  return catalog.write([&](CatalogUnit& unit) -> Result<> {
    auto volume = TRY(unit.volumes().find(id));
    if (!volume) return {};
    volume->state = StorageState::doomed;
    return unit.volumes().put(*volume);
  });
}

// What is done in the background has to do with what there is.
ContainerId container_worked_on(const Operation& operation) {
  return in_background(operation.kind) ? ContainerId() : operation.container;
}

// What a hook said stays with its step, also when that fails.
std::function<void(HookRun)> note_in(StepRecord& record, const Scrubber& scrubber) {
  return [&record, &scrubber](HookRun run) {
    scrubber.scrub(run.output);
    if (run.error) scrubber.scrub(*run.error);
    record.findings.hooks.push_back(std::move(run));
  };
}

}  // namespace

void begin_step(Operation& operation, std::size_t index, Timestamp now) {
  operation.state = OperationState::running;
  StepRecord& record = operation.steps[index];
  if (std::holds_alternative<Commit>(record.step)) return;
  record.state = StepState::running;
  record.started_at = now;
  operation.progress = words(record.step);
}

Event event_of(const Operation& operation, Timestamp now) {
  return Event{.sequence = 0,
               .at = now,
               .topic = "operation",
               .subject = operation.id.str(),
               .container = operation.container,
               .template_id = operation.template_id,
               .words = operation.words};
}

Result<> Runner::journal(const Operation& operation) {
  const auto written = TRY(world_.catalog.write([&](CatalogUnit& catalog) -> Result<Operation> {
    TRY(catalog.events().append(event_of(operation, world_.clock.now())));
    return put_as_owner(catalog, operation);
  }));
  if (written.cancel_requested) cancel(operation.id);
  return {};
}

void Runner::cancel(const OperationId& operation) {
  const std::lock_guard guard(mutex_);
  cancel_[operation] = true;
}

bool Runner::canceled(const OperationId& operation) {
  const std::lock_guard guard(mutex_);
  const auto found = cancel_.find(operation);
  return found != cancel_.end() && found->second;
}

Result<std::optional<Operation>> Runner::unfinished(const OperationId& id) {
  auto found =
      TRY(world_.catalog.read([&](CatalogUnit& catalog) { return catalog.operations().find(id); }));
  if (found && found->ended()) found.reset();
  if (found && found->owner != world_.settings.daemon) {
    return Error{.code = ErrorCode::superseded,
                 .message = fmt::format("{} has taken over: {}", found->owner, found->words)};
  }
  if (found && found->cancel_requested) cancel(id);
  return found;
}

Result<> Runner::run(const OperationId& id) {
  auto operation = TRY(unfinished(id));
  if (!operation) return {};
  const RoomToWork room(world_, container_worked_on(*operation));
  operation->state = OperationState::running;
  return forward(*operation);
}

Result<> Runner::take_up(const OperationId& id) {
  auto found = TRY(unfinished(id));
  if (!found) return {};
  Operation& operation = *found;
  const RoomToWork room(world_, container_worked_on(operation));
  const bool begun = operation.state != OperationState::queued;
  if (begun && !operation.committed()) {
    return roll_back(operation, why_rolled_back(id), operation.steps.size());
  }
  operation.state = OperationState::running;
  return forward(operation);
}

Error Runner::why_rolled_back(const OperationId& id) {
  const std::lock_guard guard(mutex_);
  const auto known = failed_.find(id);
  if (known != failed_.end()) return known->second;
  return Error{.code = ErrorCode::unavailable,
               .message = "the service was interrupted while this was running",
               .hint = "Everything is as it was before. Try again."};
}

Result<> Runner::forward(Operation& operation) {
  for (std::size_t index = 0; index < operation.steps.size(); ++index) {
    if (operation.steps[index].state == StepState::done) continue;
    if (interrupted_) {
      return Error{.code = ErrorCode::canceled, .message = "the service is stopping"};
    }
    const bool is_for_nobody = operation.kind != OperationKind::automatic_point &&
                               std::holds_alternative<KeepWhatIsLeft>(operation.steps[index].step);
    if (operation.committed() && is_for_nobody) return hand_over(operation, index);
    if (operation.committed()) {
      TRY(after_commit(operation, index));
      continue;
    }
    Result<> outcome;
    if (canceled(operation.id)) {
      outcome = Error{.code = ErrorCode::canceled, .message = "the operation was canceled"};
    } else if (std::holds_alternative<Commit>(operation.steps[index].step)) {
      outcome = commit(operation, index);
    } else {
      outcome = carry_out(operation, index);
    }
    if (!outcome && outcome.error().code == ErrorCode::superseded) return outcome;
    if (!outcome) return roll_back(operation, std::move(outcome).error(), index);
  }
  return end(operation, OperationState::succeeded);
}

Result<StepFindings> Runner::have_done(const Operation& operation, std::size_t index,
                                       OrderTalk& talk) {
  const Step& step = operation.steps[index].step;
  if (const auto* dropped = std::get_if<DropVolume>(&step)) {
    TRY(doom(world_.catalog, dropped->volume));
    return StepFindings{};
  }
  if (const auto* released = std::get_if<ReleaseEndpoints>(&step)) {
    TRY(apply_routes(world_, released->container, released->ports));
    return StepFindings{};
  }
  auto order = TRY(order_for(world_.catalog, operation, index));
  talk.to_start = [&] { return spec_to_start(world_, order.volume.id); };
  auto findings = world_.host.carry_out(order, talk);
  if (!findings) return explain(world_.catalog, operation, step, std::move(findings).error());
  TRY(record_findings(world_, step, *findings));
  return findings;
}

Result<> Runner::have_taken_back(const Operation& operation, std::size_t index, OrderTalk& talk) {
  const Step& step = operation.steps[index].step;
  if (const auto* held = std::get_if<HoldEndpoints>(&step)) {
    return apply_routes(world_, held->container, held->ports);
  }
  auto order = TRY(order_to_take_back(world_.catalog, operation, index));
  talk.to_start = [&] { return spec_to_start(world_, order.volume.id); };
  return world_.host.take_back(order, talk);
}

// A step's end is journaled together with the next one's beginning: one write a step.
Result<> Runner::carry_out(Operation& operation, std::size_t index) {
  StepRecord& record = operation.steps[index];
  if (record.state != StepState::running) {
    begin_step(operation, index, world_.clock.now());
    TRY(journal(operation));
  }
  auto told = std::chrono::steady_clock::now();
  OrderTalk talk{.keep_going = [&] { return !canceled(operation.id) && !interrupted_; },
                 .progress =
                     [&](std::string_view what) {
                       if (std::chrono::steady_clock::now() - told < 500ms) return;
                       told = std::chrono::steady_clock::now();
                       operation.progress =
                           std::string(words(record.step)) + ": " + std::string(what);
                       (void)journal(operation);
                     },
                 .hook_ran = note_in(record, scrubber_)};
  auto findings = TRY(guarded(world_.catalog, words(record.step),
                              [&] { return have_done(operation, index, talk); }));
  findings.hooks = std::move(record.findings.hooks);
  record.findings = std::move(findings);
  record.state = StepState::done;
  record.ended_at = world_.clock.now();
  for (const auto& lock : record.frees) std::erase(operation.locks, lock);
  return {};
}

// The changes and the record that they are made are one transaction.
Result<> Runner::commit(Operation& operation, std::size_t index) {
  Operation done = operation;
  StepRecord& record = done.steps[index];
  record.started_at = world_.clock.now();
  record.ended_at = record.started_at;
  record.state = StepState::done;
  const bool last = index + 1 == done.steps.size();
  const auto write = [&](CatalogUnit& catalog) -> Result<Operation> {
    // Somebody may have asked for a cancellation since; this is where it is decided.
    const auto stored = TRY(catalog.operations().find(operation.id));
    if (stored && stored->cancel_requested) {
      return Error{.code = ErrorCode::canceled, .message = "the operation was canceled"};
    }
    const Timestamp now = world_.clock.now();
    for (const auto& change : std::get<Commit>(record.step).changes) {
      TRY(apply_change(catalog, change, done, now));
    }
    // Where nothing comes after it, this is the operation's end too: one write less to wait for.
    if (last) return record_end(catalog, done, OperationState::succeeded, now);
    TRY(catalog.events().append(event_of(done, now)));
    return put_as_owner(catalog, done);
  };
  operation =
      TRY(guarded(world_.catalog, words(record.step), [&] { return world_.catalog.write(write); }));
  return {};
}

// Nothing can be taken back any more: try, try again, and leave the rest to the keeper and the
// reaper, who bring about what the catalog says.
Result<> Runner::after_commit(Operation& operation, std::size_t index) {
  StepRecord& record = operation.steps[index];
  OrderTalk talk{.keep_going = [] { return true; },
                 .progress = [](std::string_view) {},
                 .hook_ran = note_in(record, scrubber_)};
  record.started_at = world_.clock.now();
  for (int attempt = 1;; ++attempt) {
    const auto outcome = guarded(world_.catalog, words(record.step),
                                 [&] { return have_done(operation, index, talk); });
    if (outcome) break;
    if (outcome.error().code == ErrorCode::superseded) return outcome.error();
    if (attempt == 3 || !is_passing(outcome.error().code)) {
      spdlog::error("{} ({}): {}", operation.words, operation.id.str(), outcome.error().describe());
      break;
    }
    std::this_thread::sleep_for(100ms * attempt);
  }
  record.state = StepState::done;
  record.ended_at = world_.clock.now();
  const bool last = index + 1 == operation.steps.size();
  return last ? Result<>() : journal(operation);
}

Result<> Runner::roll_back(Operation& operation, Error error, std::size_t failed_step) {
  // Stopping is like a crash: the next start rolls back.
  if (interrupted_) return error;
  std::string_view step;
  if (failed_step < operation.steps.size()) step = words(operation.steps[failed_step].step);
  operation.failure = failure_of(error, step, scrubber_);
  operation.state = OperationState::rolling_back;
  operation.progress = "Putting everything back";
  // Where not even that can be written, people must not wait for a frozen database meanwhile.
  // Whoever takes the operation up again knows from here why.
  if (const auto written = journal(operation); !written) {
    if (written.error().code == ErrorCode::superseded) return written;
    spdlog::error("journal {}: {}", operation.id.str(), written.error().describe());
    const std::lock_guard guard(mutex_);
    failed_.emplace(operation.id, error);
  }
  for (std::size_t index = operation.steps.size(); index-- > 0;) {
    StepRecord& record = operation.steps[index];
    if (record.state == StepState::pending || record.state == StepState::undone) continue;
    OrderTalk talk{.keep_going = [] { return true; },
                   .progress = [](std::string_view) {},
                   .hook_ran = note_in(record, scrubber_)};
    for (int attempt = 1;; ++attempt) {
      const auto outcome = guarded(world_.catalog, words(record.step),
                                   [&] { return have_taken_back(operation, index, talk); });
      if (outcome) break;
      if (outcome.error().code == ErrorCode::superseded) return outcome;
      if (attempt == 3) {
        spdlog::error("take back \"{}\" of {}: {}", words(record.step), operation.id.str(),
                      outcome.error().describe());
        break;
      }
      std::this_thread::sleep_for(100ms * attempt);
    }
    record.state = StepState::undone;
  }
  const bool wanted = error.code == ErrorCode::canceled;
  return end(operation, wanted ? OperationState::canceled : OperationState::failed);
}

Result<Operation> Runner::record_end(CatalogUnit& catalog, Operation operation,
                                     OperationState state, Timestamp now) {
  operation.state = state;
  operation.progress.clear();
  operation.ended_at = now;
  // What it made and did not put to use goes.
  for (auto& volume : TRY(catalog.volumes().building(operation.id))) {
    volume.state = StorageState::doomed;
    TRY(catalog.volumes().put(volume));
  }
  for (auto& snapshot : TRY(catalog.snapshots().building(operation.id))) {
    snapshot.state = StorageState::doomed;
    TRY(catalog.snapshots().put(snapshot));
  }
  TRY(forget_deaths(catalog, operation.id));
  TRY(catalog.events().append(event_of(operation, now)));
  return put_as_owner(catalog, std::move(operation));
}

Result<> Runner::end(Operation& operation, OperationState state) {
  if (!operation.ended()) {
    operation = TRY(world_.catalog.write([&](CatalogUnit& catalog) {
      return record_end(catalog, operation, state, world_.clock.now());
    }));
  }
  const std::lock_guard guard(mutex_);
  cancel_.erase(operation.id);
  failed_.erase(operation.id);
  return {};
}

}  // namespace slip
