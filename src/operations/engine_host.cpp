// SPDX-License-Identifier: Apache-2.0
#include <chrono>

#include "base/log.h"
#include "operations/engine.h"

// What is done when the disk behind the pool's file fills up. While it can still be done in good
// order, everything that writes is stopped; with room it starts again.

namespace slip {

using namespace std::chrono_literals;

namespace {

constexpr auto watch_interval = 1s;

// Nothing: it can be used. A pool that its file system has made read-only cannot.
std::optional<std::string> why_not_to_write(StorageDriver& storage) {
  const auto space = storage.probe();
  if (!space) return space.error().message;
  if (space->host_room() != HostRoom::none) return std::nullopt;
  return "the disk behind the pool's file has " + std::to_string(space->host->free >> 20) +
         " MB free";
}

// With some more than it was stopped for, so that it does not go on and off.
bool has_room_again(StorageDriver& storage) {
  const auto space = storage.probe();
  return space && space->host_room() < HostRoom::little;
}

}  // namespace

void Engine::watch_host() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    lock.unlock();
    do_chore("watch the disk behind the pool", [&] {
      if (stands_still_) {
        go_on();
      } else if (const auto why = why_not_to_write(world_.storage)) {
        stand_still(*why);
      }
    });
    lock.lock();
    changed_.wait_for(lock, watch_interval, [&] { return stopping_; });
  }
}

void Engine::stand_still(const std::string& why) {
  stands_still_ = true;
  spdlog::critical("{}: databases and applications are stopped until there is room", why);
  // The pool's own memory reaches the disk while that has room.
  if (const auto stopped = stop_all_instances(); !stopped) {
    spdlog::error("stop what writes: {}", stopped.error().describe());
  }
}

void Engine::go_on() {
  // What was started before it was known, and what could not be stopped, is stopped again.
  const auto running = world_.runtime.list();
  if (running && !running->empty()) (void)stop_all_instances();
  if (const auto revived = world_.storage.revive(); !revived) {
    return spdlog::error("bring the pool back: {}", revived.error().describe());
  }
  if (!has_room_again(world_.storage)) return;
  spdlog::info("the disk behind the pool has room again: what was stopped starts");
  stands_still_ = false;
  changed_.notify_all();
}

}  // namespace slip
