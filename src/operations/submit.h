// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "operations/planning.h"

namespace slip {

// Whether whoever submits an operation runs it now or puts it in a queue. The first saves a durable
// write: the operation is journaled with its first step begun already.
enum class Begin { at_once, in_queue };

// Plans a request and journals the operation, in one transaction; nothing has been done yet when it
// returns. The same idempotency key by the same user gives the operation of the first time.
// Errors: those of the plan; `busy`, naming the operation that has what is needed and its user;
// `no_space` when it can be foreseen that the pool does not suffice. Without `begin`: in a queue.
using ChooseBegin = std::function<Begin(OperationKind)>;
using MakePlan = std::function<Result<Plan>(PlanContext&)>;
Result<Operation> journal_plan(World& world, const Actor& actor, const MakePlan& make_plan,
                               const IdempotencyKey& key, const ChooseBegin& begin);

template <class Request>
Result<Operation> journal_request(World& world, const Actor& actor, const Request& request,
                                  const IdempotencyKey& key = {}, const ChooseBegin& begin = {}) {
  return journal_plan(
      world, actor, [&](PlanContext& context) { return plan(context, request); }, key, begin);
}

// The operation that the key was given to before, if any. Fails with `invalid_argument` where that
// was another request.
Result<std::optional<Operation>> find_earlier(CatalogUnit& catalog, const Actor& actor,
                                              const IdempotencyKey& key);

// The unfinished operation that nothing with these locks may run beside, if any, as a `busy` error.
Result<> check_not_busy(CatalogUnit& catalog, const std::vector<std::string>& locks,
                        const std::vector<std::string>& shared = {});

}  // namespace slip
