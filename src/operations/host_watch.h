// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <functional>
#include <string>

#include "operations/world.h"

namespace slip {

// What is done when the disk behind the pool's file fills up: while it can still be done in good
// order, everything that writes is stopped; with room it goes on.
class HostWatch {
 public:
  struct Acts {
    std::function<Result<>()> stop_all;  // that writes
    std::function<void()> go_on;
  };
  HostWatch(World& world, Acts acts) : world_(world), acts_(std::move(acts)) {}

  // To be called every second or so, by one thread.
  void look();

  // True while everything is stopped. Of any thread.
  bool stands_still() const { return stands_still_; }

 private:
  void stand_still(const std::string& why);
  void try_to_go_on();

  World& world_;
  Acts acts_;
  std::atomic<bool> stands_still_ = false;
};

}  // namespace slip
