// SPDX-License-Identifier: Apache-2.0
#include "host/keeping.h"

#include <algorithm>
#include <chrono>
#include <set>
#include <utility>

#include "base/log.h"

namespace slip {

using namespace std::chrono_literals;

namespace {

// Between two looks at one volume: what ends as soon as it runs does not use up the machine.
constexpr Duration kShortestPause = 1s;
constexpr Duration kFirstPause = 1s;
constexpr Duration kLongestPause = 60s;

}  // namespace

LocalKeeping::LocalKeeping(Machine& machine, Instances& instances, KeepingRules rules)
    : machine_(machine), instances_(instances), rules_(std::move(rules)) {}

LocalKeeping::~LocalKeeping() {
  end();
}

void LocalKeeping::begin(unsigned hands) {
  machine_.runtime.on_end([this](const InstanceId& instance) { look_at(instance); });
  for (unsigned i = 0; i < hands; ++i) {
    hands_.emplace_back([this] { work(); });
  }
}

void LocalKeeping::end() {
  if (!hands_.empty()) machine_.runtime.on_end({});
  {
    const std::lock_guard lock(mutex_);
    ends_ = true;
  }
  changed_.notify_all();
  for (auto& hand : hands_) hand.join();
  hands_.clear();
}

void LocalKeeping::want(const std::vector<Wanted>& all) {
  {
    const std::lock_guard lock(mutex_);
    std::set<VolumeId> named;
    for (const auto& wanted : all) {
      named.insert(wanted.volume);
      Entry& entry = entries_[wanted.volume];
      entry.is_left = false;
      if (entry.wanted == wanted) continue;
      entry.wanted = wanted;
      entry.is_so = false;
      entry.not_before = {};
      entry.pause = Duration(0);
    }
    for (auto& [volume, entry] : entries_) entry.is_left = !named.contains(volume);
    std::erase_if(entries_,
                  [](const auto& one) { return one.second.is_left && !one.second.in_hand; });
  }
  changed_.notify_all();
}

void LocalKeeping::look_at(const InstanceId& instance) {
  {
    const std::lock_guard lock(mutex_);
    const auto found = entries_.find(volume_of(instance));
    if (found == entries_.end()) return;
    found->second.is_so = false;
  }
  changed_.notify_all();
}

void LocalKeeping::look_at_all() {
  {
    const std::lock_guard lock(mutex_);
    for (auto& [volume, entry] : entries_) entry.is_so = false;
  }
  changed_.notify_all();
}

void LocalKeeping::try_all_now() {
  {
    const std::lock_guard lock(mutex_);
    for (auto& [volume, entry] : entries_) {
      entry.is_so = false;
      entry.pause = Duration(0);
      entry.not_before = {};
    }
  }
  changed_.notify_all();
}

void LocalKeeping::settle() {
  std::unique_lock lock(mutex_);
  for (auto found = next(Clock::now()); found != entries_.end(); found = next(Clock::now())) {
    do_one(found, lock);
  }
}

void LocalKeeping::work() {
  std::unique_lock lock(mutex_);
  while (!ends_) {
    if (const auto found = next(Clock::now()); found != entries_.end()) {
      do_one(found, lock);
    } else if (const auto time = next_time()) {
      changed_.wait_until(lock, *time);
    } else {
      changed_.wait(lock);
    }
  }
}

// What has failed comes after everything else, as one try may take minutes.
LocalKeeping::Entries::iterator LocalKeeping::next(Clock::time_point now) {
  const auto turn = [](const Entry& entry) {
    return std::pair(entry.pause > Duration(0), entry.wanted.rank);
  };
  auto found = entries_.end();
  for (auto one = entries_.begin(); one != entries_.end(); ++one) {
    const Entry& entry = one->second;
    if (entry.is_so || entry.in_hand || now < entry.not_before) continue;
    if (found == entries_.end() || turn(entry) < turn(found->second)) found = one;
  }
  return found;
}

std::optional<LocalKeeping::Clock::time_point> LocalKeeping::next_time() const {
  std::optional<Clock::time_point> time;
  for (const auto& [volume, entry] : entries_) {
    if (entry.is_so || entry.in_hand) continue;
    time = std::min(time.value_or(entry.not_before), entry.not_before);
  }
  return time;
}

// What is noticed meanwhile is looked at again.
void LocalKeeping::do_one(Entries::iterator found, std::unique_lock<std::mutex>& lock) {
  Entry& entry = found->second;
  const Wanted wanted = entry.wanted;
  entry.in_hand = true;
  entry.is_so = true;
  lock.unlock();
  const Outcome outcome = keep(wanted);
  lock.lock();
  entry.in_hand = false;
  if (entry.is_left) {
    entries_.erase(found);
  } else {
    note(entry, wanted, outcome);
  }
}

void LocalKeeping::note(Entry& entry, const Wanted& wanted, Outcome outcome) {
  if (outcome != Outcome::is_so || entry.wanted != wanted) entry.is_so = false;
  if (entry.wanted != wanted) return;
  if (outcome != Outcome::failed) entry.pause = Duration(0);
  if (outcome == Outcome::failed) {
    entry.pause = std::clamp(entry.pause * 2, kFirstPause, kLongestPause);
  }
  entry.not_before = Clock::now() + std::max(entry.pause, kShortestPause);
}

LocalKeeping::Outcome LocalKeeping::keep(const Wanted& wanted) {
  const std::string what = "keep " + wanted.whose + " as it is wanted";
  try {
    const auto kept = try_keeping(wanted);
    if (kept) return *kept;
    spdlog::error("{}: {}", what, kept.error().describe());
  } catch (const std::exception& thrown) {
    rules_.unexpected(what, thrown.what());
  }
  return Outcome::failed;
}

Result<LocalKeeping::Outcome> LocalKeeping::try_keeping(const Wanted& wanted) {
  if (!is_wanted_now(wanted)) return Outcome::not_now;
  const auto volume = TRY(rules_.spec(wanted.volume));
  if (TRY(is_so(wanted, volume))) return Outcome::is_so;
  if (wanted.runs && !rules_.has_room(wanted)) return Outcome::not_now;
  const auto done = wanted.runs ? rules_.start(wanted, [&] { return is_wanted_now(wanted); })
                                : instances_.stop(volume, StopHow::in_order);
  if (done) return Outcome::is_so;
  if (!is_wanted_now(wanted)) return Outcome::not_now;
  return done.error();
}

bool LocalKeeping::is_wanted_now(const Wanted& wanted) {
  {
    const std::lock_guard lock(mutex_);
    if (ends_) return false;
  }
  return rules_.is_wanted_now(wanted);
}

Result<bool> LocalKeeping::is_so(const Wanted& wanted, const VolumeSpec& volume) {
  if (wanted.runs) return instances_.all_running(volume);
  const std::string prefix = instance_on(wanted.volume, "").str();
  const auto running = TRY(machine_.runtime.list());
  return std::ranges::none_of(running,
                              [&](const InstanceId& one) { return one.str().starts_with(prefix); });
}

}  // namespace slip
