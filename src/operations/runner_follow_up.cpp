// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <chrono>
#include <thread>

#include "base/log.h"
#include "operations/runner.h"

namespace slip {

namespace {

// What has been switched, and what is left to do after it.
Operation follow_up_of(const Operation& operation, std::size_t index, const OperationId& id,
                       Timestamp now) {
  Operation rest;
  rest.id = id;
  rest.kind = OperationKind::automatic_point;
  rest.actor = slipstream_itself;
  rest.words = "keep what was there before: " + operation.words;
  rest.container = operation.container;
  rest.template_id = operation.template_id;
  rest.branch = operation.branch;
  rest.point = operation.point;
  rest.locks = operation.locks;
  rest.shared = operation.shared;
  rest.owner = operation.owner;
  rest.generation = 1;
  rest.created_at = now;
  const auto begin = operation.steps.begin();
  std::copy_if(
      begin, begin + static_cast<std::ptrdiff_t>(index), std::back_inserter(rest.steps),
      [](const StepRecord& record) { return std::holds_alternative<Commit>(record.step); });
  std::copy(begin + static_cast<std::ptrdiff_t>(index), operation.steps.end(),
            std::back_inserter(rest.steps));
  return rest;
}

}  // namespace

Result<> Runner::hand_over(Operation& operation, std::size_t index) {
  Operation rest =
      follow_up_of(operation, index, world_.ids.next<OperationId>(), world_.clock.now());
  operation.steps.resize(index);
  operation = TRY(world_.catalog.write([&](CatalogUnit& catalog) -> Result<Operation> {
    for (auto& snapshot : TRY(catalog.snapshots().building(operation.id))) {
      snapshot.operation = rest.id;
      TRY(catalog.snapshots().put(snapshot));
    }
    // First the end, as the rest takes over its locks.
    auto ended = TRY(record_end(catalog, operation, OperationState::succeeded, world_.clock.now()));
    TRY(catalog.operations().put(rest));
    return ended;
  }));
  {
    const std::lock_guard guard(mutex_);
    cancel_.erase(operation.id);
    failed_.erase(operation.id);
  }
  rest.state = OperationState::running;
  for (auto done = forward(rest); !done; done = forward(rest)) {
    // The next start takes it up.
    if (interrupted_ || done.error().code == ErrorCode::superseded) break;
    spdlog::error("{}: {}; trying again", rest.words, done.error().describe());
    std::this_thread::sleep_for(std::chrono::seconds(1));
  }
  return {};
}

}  // namespace slip
