// SPDX-License-Identifier: Apache-2.0
#include "domain/operation.h"

#include <fmt/format.h>

#include <algorithm>

#include "domain/step_uses.h"

namespace slip {

bool Operation::committed() const {
  bool any = false;
  for (const auto& record : steps) {
    if (!std::holds_alternative<Commit>(record.step)) continue;
    if (record.state != StepState::done) return false;
    any = true;
  }
  return any;
}

std::vector<HeldLock> Operation::held() const {
  std::map<std::string, LockMode> modes;
  if (!ended()) {
    for (const auto& one : shared) modes[one] = LockMode::shared;
    for (const auto& one : locks) modes[one] = LockMode::exclusive;
  }
  std::vector<HeldLock> held;
  for (const auto& [what, mode] : modes) {
    held.push_back({what.substr(0, what.find_first_of("_ ")), what, mode, id});
  }
  return held;
}

bool Operation::excludes(const std::vector<std::string>& others_locks,
                         const std::vector<std::string>& others_shared) const {
  const auto meet = [](const std::vector<std::string>& some, const std::vector<std::string>& more) {
    return std::ranges::any_of(
        some, [&](const std::string& one) { return std::ranges::find(more, one) != more.end(); });
  };
  return meet(locks, others_locks) || meet(locks, others_shared) || meet(shared, others_locks);
}

bool Operation::has_work_on(const VolumeId& volume) const {
  return std::ranges::any_of(steps, [&](const StepRecord& record) {
    if (record.state == StepState::done || record.state == StepState::undone) return false;
    // It writes down what has become of a volume, which may go on running meanwhile.
    if (std::holds_alternative<Commit>(record.step)) return false;
    return uses_of(record.step).volumes.contains(volume);
  });
}

bool takes_long(OperationKind kind) {
  switch (kind) {
    case OperationKind::link_source:
    case OperationKind::sync_source:
    case OperationKind::reseed_source:
    case OperationKind::reindex_source:
    case OperationKind::create_template:
    case OperationKind::version_template:
      return true;
    default:
      return false;
  }
}

bool in_background(OperationKind kind) {
  return kind == OperationKind::automatic_point || kind == OperationKind::bake;
}

Error locked_by_another(const Operation& other) {
  return {.code = ErrorCode::busy,
          .message = fmt::format("{} is in the middle of: {}", other.actor.name, other.words),
          .hint = fmt::format("Wait until it has ended (\"slip operations show {}\").",
                              other.id.str())};
}

}  // namespace slip
