// SPDX-License-Identifier: Apache-2.0
#include "operations/chores.h"

#include <algorithm>

#include "operations/guarded.h"

namespace slip {

using SteadyClock = std::chrono::steady_clock;

Chores::~Chores() {
  stop();
}

void Chores::start(std::vector<Chore> chores) {
  chores_ = std::move(chores);
  thread_ = std::thread([this] { work(); });
}

void Chores::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  stopped_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void Chores::work() {
  std::vector<SteadyClock::time_point> next(chores_.size(), SteadyClock::now());
  std::unique_lock lock(mutex_);
  while (!stopping_ && !chores_.empty()) {
    lock.unlock();
    for (std::size_t i = 0; i < chores_.size(); ++i) {
      if (SteadyClock::now() < next[i]) continue;
      next[i] = SteadyClock::now() + chores_[i].interval;
      (void)guarded(catalog_, chores_[i].name, [&]() -> Result<> {
        chores_[i].run();
        return {};
      });
    }
    lock.lock();
    stopped_.wait_until(lock, *std::ranges::min_element(next), [&] { return stopping_; });
  }
}

}  // namespace slip
