// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stop_token>

#include "operations/lanes.h"
#include "operations/submit.h"

namespace slip {

// Where requests become operations that run. Thread-safe.
class Intake {
 public:
  // Once `stop` is requested nobody is kept waiting.
  Intake(World& world, Lanes& lanes, std::stop_token stop)
      : world_(world), lanes_(lanes), stop_(std::move(stop)) {}

  // Journals the operation and sees to it that it runs. Errors: see journal_request.
  template <class Request>
  Result<Operation> submit(const Actor& actor, const Request& request,
                           const IdempotencyKey& key = {}) {
    const auto begin_of = [this](OperationKind kind) { return lanes_.begin_of(kind); };
    auto operation = journal_request(world_, actor, request, key, begin_of);
    // Nobody is told to wait for what nobody has asked for. Where no point is being taken, one may
    // have ended since it was in the way.
    for (int tries = 3; tries > 0 && !operation && operation.error().code == ErrorCode::busy;
         --tries) {
      if (!wait_for_an_automatic_point(kPatienceWithPoints)) tries = 1;
      operation = journal_request(world_, actor, request, key, begin_of);
    }
    if (operation) lanes_.add(*operation, Lanes::Task::run);
    return operation;
  }

  // The same for what nobody has asked for, which waits for nothing.
  template <class Request>
  Result<Operation> submit_automatic_point(const Request& request) {
    auto operation = journal_request(world_, slipstream_itself, request);
    if (operation) lanes_.add(*operation, Lanes::Task::run);
    return operation;
  }

  // Until one of the automatic points that are being taken has ended, whoever takes it; not until
  // all have: one of a source that has much to catch up with takes long. False: there is none, or
  // it takes longer.
  bool wait_for_an_automatic_point(Duration patience);

 private:
  static constexpr Duration kPatienceWithPoints = std::chrono::seconds(10);

  World& world_;
  Lanes& lanes_;
  std::stop_token stop_;
};

}  // namespace slip
