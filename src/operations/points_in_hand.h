// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <cstddef>
#include <mutex>

#include "base/time.h"

namespace slip {

// Automatic points that are being taken, from before they are journaled to their end. Nobody has
// asked for them, so nobody is told that they are in the way: who meets one waits. Thread-safe.
class PointsInHand {
 public:
  void begin();
  void end();
  // It was not to be taken, or whoever takes it has it in hand now.
  void withdraw();
  // Until one of them has ended. False: there is none, or it takes too long.
  bool wait_for_one(Duration patience);
  // Nobody waits any more, and never will.
  void stop();

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t in_hand_ = 0;
  std::size_t ended_ = 0;  // ever
  bool stopped_ = false;
};

}  // namespace slip
