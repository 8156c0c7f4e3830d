// SPDX-License-Identifier: Apache-2.0
#include "queries/surveys.h"

#include <algorithm>

#include "operations/guarded.h"

namespace slip::queries {
namespace {

Error not_yet() {
  return Error{.code = ErrorCode::unavailable,
               .message = "this is still being measured",
               .hint = "Ask again in a while: it goes on, and is kept."};
}

}  // namespace

Surveys::Surveys(Catalog& catalog) : catalog_(catalog) {
  for (std::size_t i = 0; i < at_once; ++i) threads_.emplace_back([this] { work(); });
}

Surveys::~Surveys() {
  close();
  for (auto& thread : threads_) thread.join();
}

void Surveys::close() {
  const std::lock_guard lock(mutex_);
  is_closed_ = true;
  changed_.notify_all();
}

// Forgets what nobody has asked for the longest time; false where all are being measured.
bool Surveys::make_room() {
  if (known_.size() < known_max) return true;
  auto oldest = known_.end();
  for (auto one = known_.begin(); one != known_.end(); ++one) {
    if (one->second->ended < one->second->wanted) continue;
    if (oldest == known_.end() || one->second->asked < oldest->second->asked) oldest = one;
  }
  if (oldest == known_.end()) return false;
  known_.erase(oldest);
  return true;
}

Result<Surveys::AnyFound> Surveys::ask_any(const std::string& what, Duration patience,
                                           AnyMeasure measure) {
  std::unique_lock lock(mutex_);
  if (is_closed_ || (!known_.contains(what) && !make_room())) return not_yet();
  auto& place = known_[what];
  if (!place) place = std::make_shared<Known>();
  const auto known = place;
  known->asked = ++asked_;
  known->measure = std::move(measure);
  // One that is being measured may have looked already at what has changed since.
  const std::uint64_t mine = known->begun + 1;
  if (known->wanted < mine) {
    known->wanted = mine;
    queue_.push_back(known);
    changed_.notify_all();
  }
  changed_.wait_for(lock, patience, [&] { return known->ended >= mine || is_closed_; });
  if (known->ended >= mine) return known->last;
  if (known->found && !is_closed_) return known->found;
  return not_yet();
}

// One thing is measured once at a time. Null: there is nothing to do.
std::shared_ptr<Surveys::Known> Surveys::next() {
  const auto first =
      std::ranges::find_if(queue_, [](const auto& one) { return one->begun == one->ended; });
  if (first == queue_.end()) return nullptr;
  auto known = *first;
  queue_.erase(first);
  return known;
}

void Surveys::work() {
  std::unique_lock lock(mutex_);
  std::shared_ptr<Known> known;
  for (;;) {
    changed_.wait(lock, [&] { return is_closed_ || (known = next()) != nullptr; });
    if (is_closed_) return;
    ++known->begun;
    const AnyMeasure measure = known->measure;
    lock.unlock();
    auto found = guarded(catalog_, "measure what is on disk", measure);
    lock.lock();
    ++known->ended;
    if (found) known->found = *found;
    known->last = std::move(found);
    known.reset();
    changed_.notify_all();
  }
}

}  // namespace slip::queries
