// SPDX-License-Identifier: Apache-2.0
#include "operations/host_watch.h"

#include <optional>

#include "base/log.h"

namespace slip {
namespace {

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

void HostWatch::look() {
  if (stands_still_) {
    try_to_go_on();
  } else if (const auto why = why_not_to_write(world_.storage)) {
    stand_still(*why);
  }
}

void HostWatch::stand_still(const std::string& why) {
  stands_still_ = true;
  spdlog::critical("{}: databases and applications are stopped until there is room", why);
  // The pool's own memory reaches the disk while that has room.
  if (const auto stopped = acts_.stop_all(); !stopped) {
    spdlog::error("stop what writes: {}", stopped.error().describe());
  }
}

void HostWatch::try_to_go_on() {
  // What was started before it was known, and what could not be stopped, is stopped again.
  const auto running = world_.host.list();
  if (running && !running->empty()) (void)acts_.stop_all();
  if (const auto revived = world_.storage.revive(); !revived) {
    return spdlog::error("bring the pool back: {}", revived.error().describe());
  }
  if (!has_room_again(world_.storage)) return;
  spdlog::info("the disk behind the pool has room again: what was stopped starts");
  stands_still_ = false;
  acts_.go_on();
}

}  // namespace slip
