// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "operations/automatic_points.h"
#include "operations/believed_clock.h"
#include "operations/chores.h"
#include "operations/intake.h"
#include "operations/reaper.h"
#include "operations/scheduled_syncs.h"
#include "operations/secrets.h"

namespace slip {

// What is done in the background every now and then: points are taken and given up, sources synced,
// passwords renewed, the trash emptied, space freed. Its chores are to be done on one thread.
class Housework {
 public:
  Housework(World& world, Intake& intake, Lanes& lanes, BelievedClock& clock);

  // `stands_still` says whether all that writes is stopped: then nothing is begun.
  std::vector<Chore> chores(std::function<bool()> stands_still);

 private:
  using Steady = std::chrono::steady_clock::time_point;

  void retire_points();
  void purge_trash();
  void make_room();
  void keep_house();
  void settle_quotas();
  void take_automatic_points();
  void sync_on_schedule();
  void renew_logins();
  void free_space();

  World& world_;
  Intake& intake_;
  Lanes& lanes_;
  BelievedClock& clock_;
  Reaper reaper_;
  AutomaticPoints automatic_points_;
  ScheduledSyncs scheduled_syncs_;
  SecretSweep secret_sweep_;
  std::map<ContainerId, Steady> renewal_tried_;
  // Since when there may be something to destroy; nothing: there is not.
  std::optional<Steady> reap_since_ = Steady{};
  std::uint64_t ends_seen_ = 0;
};

}  // namespace slip
