#include "domain/operation.h"

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

bool in_background(OperationKind kind) {
  return kind == OperationKind::automatic_point || kind == OperationKind::bake;
}

}  // namespace slip
