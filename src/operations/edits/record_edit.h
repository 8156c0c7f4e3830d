// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "domain/operation.h"
#include "operations/planning.h"

namespace slip {

// One immediate edit in the making: its transaction, and the operation that records it. The edit
// fills in the operation's words and ids.
struct EditContext : PlanContext {
  Operation operation;

  // Pages that show `subject` look at it again. The operation's own event is appended in any case.
  Result<> tell(std::string_view topic, const std::string& subject);
  // The same, to everybody with a container of the operation's template.
  Result<> tell_template(std::string_view topic, const std::string& subject);
};

// What an edit does, within its transaction. When it fails nothing has happened.
using Edit = std::function<Result<>(EditContext&)>;

// Runs the edit and records it, in one transaction; or finds what was recorded for the key before.
Result<Operation> record_edit(World& world, const Actor& actor, OperationKind kind,
                              const IdempotencyKey& key, const Edit& change);

}  // namespace slip
