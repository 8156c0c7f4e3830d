// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "ports/catalog.h"

namespace slip {

// Work in the background that comes back. One that ends by an exception is done again when its time
// comes, and keeps no other from its turn.
struct Chore {
  std::string name;  // "empty the trash"
  Duration interval;
  std::function<void()> run;
};

// Does chores, in their order, on a thread of its own.
class Chores {
 public:
  explicit Chores(Catalog& catalog) : catalog_(catalog) {}
  ~Chores();  // stops

  // Each is done at once for the first time.
  void start(std::vector<Chore> chores);
  // Returns when none is being done any more.
  void stop();

 private:
  void work();

  Catalog& catalog_;
  std::vector<Chore> chores_;
  std::mutex mutex_;
  std::condition_variable stopped_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace slip
