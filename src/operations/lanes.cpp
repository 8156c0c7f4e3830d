// SPDX-License-Identifier: Apache-2.0
#include "operations/lanes.h"

#include <algorithm>

#include "base/log.h"
#include "operations/guarded.h"

namespace slip {

using namespace std::chrono_literals;

Lanes::Lanes(World& world, Runner& runner, OnRun on_run)
    : world_(world), runner_(runner), on_run_(std::move(on_run)) {}

Lanes::~Lanes() {
  stop();
}

void Lanes::start() {
  for (int i = 0; i < world_.settings.workers; ++i) {
    workers_.emplace_back([this] { work(usual_); });
  }
  for (int i = 0; i < world_.settings.long_workers; ++i) {
    workers_.emplace_back([this] { work(long_); });
  }
  workers_.emplace_back([this] { work(background_); });
}

void Lanes::stop_soon() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  runner_.interrupt();
  changed_.notify_all();
}

void Lanes::stop() {
  stop_soon();
  for (auto& worker : workers_) worker.join();
  workers_.clear();
}

Lanes::Lane& Lanes::lane_of(OperationKind kind) {
  if (kind == OperationKind::bake) return background_;
  return takes_long(kind) ? long_ : usual_;
}

Begin Lanes::begin_of(OperationKind kind) {
  const std::lock_guard lock(mutex_);
  if (stopping_) return Begin::in_queue;
  const Lane& lane = lane_of(kind);
  return lane.waiting.size() < lane.idle ? Begin::at_once : Begin::in_queue;
}

void Lanes::add(const Operation& operation, Task task) {
  if (operation.ended() || operation.owner != world_.settings.daemon) return;
  {
    const std::lock_guard lock(mutex_);
    // Somebody may submit again, with the same idempotency key, what is in hand already.
    if (!in_hand_.insert(operation.id).second) {
      if (task == Task::take_up) taken_back_.insert_or_assign(operation.id, operation);
      return;
    }
    Queued added{operation.id, operation.container, task};
    const bool bakes = operation.kind == OperationKind::bake;
    if (bakes && operation.state == OperationState::queued) wait_for_quiet(added);
    lane_of(operation.kind).waiting.push_back(added);
  }
  changed_.notify_all();
}

// A container that gets one bookmark after the other has none of them prepared meanwhile.
void Lanes::wait_for_quiet(Queued& added) {
  added.not_before = std::chrono::steady_clock::now() + world_.settings.bake_after.value_or(0s);
  for (auto& other : background_.waiting) {
    if (other.container == added.container) other.not_before = added.not_before;
  }
}

std::optional<Lanes::Queued> Lanes::take_next(Lane& lane, std::unique_lock<std::mutex>& lock) {
  ++lane.idle;
  for (;;) {
    if (stopping_) return std::nullopt;
    const auto due = std::ranges::min_element(lane.waiting, {}, &Queued::not_before);
    if (due == lane.waiting.end()) {
      changed_.wait(lock);
    } else if (const auto time = due->not_before; time > std::chrono::steady_clock::now()) {
      changed_.wait_until(lock, time);
    } else {
      --lane.idle;
      Queued next = *due;
      lane.waiting.erase(due);
      return next;
    }
  }
}

void Lanes::work(Lane& lane) {
  std::unique_lock lock(mutex_);
  while (const auto next = take_next(lane, lock)) {
    ++running_;
    lock.unlock();
    run_one(*next);
    lock.lock();
    --running_;
    in_hand_.erase(next->operation);
    if (const auto again = taken_back_.extract(next->operation)) {
      lock.unlock();
      add(again.mapped(), Task::take_up);
      lock.lock();
    }
    last_ended_ = std::chrono::steady_clock::now();
    ++ends_;
    changed_.notify_all();
  }
}

void Lanes::run_one(const Queued& next) {
  const OperationId& operation = next.operation;
  const auto take_up = [&] {
    return guarded(world_.catalog, "run an operation", [&] { return runner_.take_up(operation); });
  };
  auto ran = next.task == Task::run ? guarded(world_.catalog, "run an operation",
                                              [&] { return runner_.run(operation); })
                                    : take_up();
  const auto is_given_up = [&] { return !ran && ran.error().code == ErrorCode::superseded; };
  for (auto pause = 100ms; !ran && !is_given_up();
       pause = std::min(pause * 2, std::chrono::milliseconds(5000))) {
    std::unique_lock lock(mutex_);
    if (stopping_) return;
    spdlog::error("journal {}: {}; trying again", operation.str(), ran.error().describe());
    changed_.wait_for(lock, pause, [&] { return stopping_; });
    lock.unlock();
    ran = take_up();
  }
  if (is_given_up()) return spdlog::error("{}: {}", operation.str(), ran.error().describe());
  on_run_(operation);
}

std::uint64_t Lanes::ends() {
  const std::lock_guard lock(mutex_);
  return ends_;
}

std::optional<Lanes::Steady> Lanes::quiet_since() {
  const std::lock_guard lock(mutex_);
  return running_ > 0 ? std::nullopt : std::optional(last_ended_);
}

}  // namespace slip
