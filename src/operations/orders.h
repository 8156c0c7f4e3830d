// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "operations/world.h"

namespace slip {

// What goes between the catalog and whoever carries a step out: the catalog is read before, and
// written after, never meanwhile.

// The step of that index of the operation, with all that has to be known for it. Errors: those of
// the catalog; `internal` (it lacks something that the step names).
Result<Order> order_for(Catalog& catalog, const Operation& operation, std::size_t index);

// The same for taking it back.
Result<Order> order_to_take_back(Catalog& catalog, const Operation& operation, std::size_t index);

// Writes down what a step has found out of something that is there already, where it has. May be
// called again with the same.
Result<> record_findings(World& world, const Step& step, const StepFindings& findings);

// The error with what only the catalog can say to it.
Error explain(Catalog& catalog, const Operation& operation, const Step& step, Error error);

}  // namespace slip
