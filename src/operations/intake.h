// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "operations/lanes.h"
#include "operations/points_in_hand.h"
#include "operations/submit.h"

namespace slip {

// Where requests become operations that run. Thread-safe.
class Intake {
 public:
  Intake(World& world, Lanes& lanes, PointsInHand& points)
      : world_(world), lanes_(lanes), points_(points) {}

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
      if (!points_.wait_for_one(kPatienceWithPoints)) tries = 1;
      operation = journal_request(world_, actor, request, key, begin_of);
    }
    if (operation) lanes_.add(*operation, Lanes::Task::run);
    return operation;
  }

  // The same for what nobody has asked for, which waits for nothing. While it is asked for, it is a
  // point in hand.
  template <class Request>
  Result<Operation> submit_automatic_point(const Request& request) {
    points_.begin();
    auto operation = journal_request(world_, slipstream_itself, request);
    if (operation) lanes_.add(*operation, Lanes::Task::run);
    points_.withdraw();
    return operation;
  }

 private:
  static constexpr Duration kPatienceWithPoints = std::chrono::seconds(10);

  World& world_;
  Lanes& lanes_;
  PointsInHand& points_;
};

}  // namespace slip
