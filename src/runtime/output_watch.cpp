// SPDX-License-Identifier: Apache-2.0
#include "runtime/output_watch.h"

#include <utility>

#include "base/log.h"

namespace slip {

OutputWatch::OutputWatch(const InstanceStore& store, TooFast too_fast)
    : store_(store), too_fast_(std::move(too_fast)) {
  // What grew while nobody looked says nothing of how fast.
  look([](const InstanceId&, std::int64_t) {});
  thread_ = std::thread([this] { run(); });
}

OutputWatch::~OutputWatch() {
  {
    const std::lock_guard lock(mutex_);
    ends_ = true;
  }
  woken_.notify_all();
  thread_.join();
}

void OutputWatch::run() {
  std::unique_lock lock(mutex_);
  while (!woken_.wait_for(lock, interval, [this] { return ends_; })) {
    lock.unlock();
    look(too_fast_);
    lock.lock();
  }
}

// One that cannot be looked at, or cut, is no reason to leave the others.
void OutputWatch::look(const TooFast& too_fast) {
  const auto instances = store_.list();
  if (!instances) return complain({}, instances.error().describe());
  std::map<InstanceId, std::int64_t> left;
  for (const auto& id : *instances) {
    const auto size = store_.log_size(id);
    const auto trimmed = size ? store_.trim_log(id) : Result<>(size.error());
    complain(id, trimmed ? "" : trimmed.error().describe());
    if (!size) continue;
    const auto before = left_.find(id);
    const std::int64_t grown = *size - (before == left_.end() ? 0 : before->second);
    left[id] = store_.log_size(id).value_or(*size);
    // What cannot be cut must not grow by less each time, either.
    if (grown > growth_max || (!trimmed && *size > growth_max)) too_fast(id, grown);
  }
  left_ = std::move(left);
}

void OutputWatch::complain(const InstanceId& id, const std::string& why) {
  const std::string before = std::exchange(complaints_[id], why);
  if (why.empty()) complaints_.erase(id);
  if (!why.empty() && why != before) spdlog::error("the log of {}: {}", id.str(), why);
}

}  // namespace slip
