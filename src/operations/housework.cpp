// SPDX-License-Identifier: Apache-2.0
#include "operations/housework.h"

#include "base/log.h"
#include "operations/quotas.h"
#include "operations/renew_login.h"

namespace slip {

using namespace std::chrono_literals;

namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr auto kReapPatience = 45s;
constexpr auto kRenewalPause = 60s;  // before one that did not succeed is tried again

// Whether what is doomed may lie a little longer.
bool has_room(StorageDriver& storage) {
  const auto space = storage.probe();
  return space && storage.info().capabilities.cheap_clone && space->free > space->total / 5;
}

}  // namespace

Housework::Housework(World& world, Intake& intake, Lanes& lanes, BelievedClock& clock)
    : world_(world),
      intake_(intake),
      lanes_(lanes),
      clock_(clock),
      reaper_(world),
      automatic_points_(world),
      scheduled_syncs_(world),
      secret_sweep_(world) {}

std::vector<Chore> Housework::chores(std::function<bool()> stands_still) {
  const auto unless_still = [stands_still](auto work) {
    return [stands_still, work] {
      if (!stands_still()) work();
    };
  };
  return {
      {"watch the clock", 1s, [this] { clock_.look(); }},
      {"empty the trash", 15s, [this] { purge_trash(); }},
      {"keep house", 60s, [this] { keep_house(); }},
      {"settle disk quotas", 1s, [this] { settle_quotas(); }},
      {"take automatic points", 5s, unless_still([this] { take_automatic_points(); })},
      {"sync on schedule", 5s, unless_still([this] { sync_on_schedule(); })},
      {"renew passwords", 1s, unless_still([this] { renew_logins(); })},
      {"free space", 1s, [this] { free_space(); }},
  };
}

void Housework::retire_points() {
  if (!clock_.is_believed()) return;
  const Timestamp now = world_.clock.wall();
  if (const auto thinned = reaper_.retire_points(now); !thinned) {
    spdlog::error("retire old points: {}", thinned.error().describe());
  }
  if (const auto thinned = reaper_.retire_source_points(now); !thinned) {
    spdlog::error("retire old points of sources: {}", thinned.error().describe());
  }
}

void Housework::purge_trash() {
  if (!reap_since_) reap_since_ = SteadyClock::now();
  if (!clock_.is_believed()) return;
  if (const auto purged = reaper_.purge_trash(world_.clock.wall()); !purged) {
    spdlog::error("empty the trash: {}", purged.error().describe());
  }
}

// A pool can fill up within a minute.
void Housework::make_room() {
  retire_points();
  if (!reap_since_) reap_since_ = SteadyClock::now();
}

void Housework::keep_house() {
  retire_points();
  if (clock_.is_believed()) {
    if (const auto trimmed = reaper_.trim_database_logs(world_.clock.wall()); !trimmed) {
      spdlog::error("shorten the databases' logs: {}", trimmed.error().describe());
    }
  }
  if (const auto swept = secret_sweep_.sweep(); !swept) {
    spdlog::error("forget secrets that nothing names: {}", swept.error().describe());
  }
}

void Housework::settle_quotas() {
  const auto settled = settle_disk_quotas(world_);
  if (!settled) spdlog::error("settle disk quotas: {}", settled.error().describe());
}

void Housework::take_automatic_points() {
  // Where each would be a full copy, people say themselves what they are worth it for.
  if (!world_.storage.info().capabilities.cheap_clone) return;
  if (const auto space = world_.storage.probe(); space && space->runs_short()) make_room();
  const auto take = [&](const auto& request, const std::string& of) {
    const auto taken = intake_.submit_automatic_point(request);
    if (taken || taken.error().code == ErrorCode::busy) return;
    spdlog::warn("save a point of {}: {}", of, taken.error().describe());
  };
  const auto branches = automatic_points_.due(world_.clock.now());
  if (!branches) return spdlog::error("look for what has changed: {}", branches.error().describe());
  for (const auto& branch : *branches) take(TakePoint{branch}, branch.str());
  const auto sources = automatic_points_.due_sources(world_.clock.now());
  if (!sources) return spdlog::error("look for what has changed: {}", sources.error().describe());
  for (const auto& source : *sources) take(TakeSourcePoint{source}, source.str());
}

void Housework::sync_on_schedule() {
  const auto due = scheduled_syncs_.due(world_.clock.now());
  if (!due) return spdlog::error("look for sources to sync: {}", due.error().describe());
  for (const auto& source : *due) {
    const auto operation = intake_.submit(slipstream_itself, SyncSource{source});
    if (operation) continue;
    // Often another source of the same template, whose time has come, too.
    if (operation.error().code == ErrorCode::busy) {
      scheduled_syncs_.put_back(source);
    } else {
      spdlog::warn("sync source {}: {}", source, operation.error().describe());
    }
  }
}

void Housework::renew_logins() {
  const auto due = due_login_renewals(world_);
  if (!due) return spdlog::error("look for passwords to renew: {}", due.error().describe());
  const auto now = SteadyClock::now();
  for (const auto& container : *due) {
    const auto tried = renewal_tried_.find(container);
    if (tried != renewal_tried_.end() && now < tried->second + kRenewalPause) continue;
    const auto operation = intake_.submit(slipstream_itself, RenewLogin{container.str()});
    // One that is in the middle of something is looked at again in a second.
    if (!operation && operation.error().code == ErrorCode::busy) continue;
    renewal_tried_[container] = now;
    if (operation) continue;
    spdlog::warn("renew the password of {}: {}", container.str(), operation.error().describe());
  }
}

// It slows the file system for everybody, so it waits until nothing has run for a while; but not
// for ever, and not where space is short.
void Housework::free_space() {
  const auto now = SteadyClock::now();
  if (const auto ends = lanes_.ends(); ends != ends_seen_) {
    ends_seen_ = ends;
    if (!reap_since_) reap_since_ = now;
  }
  if (!reap_since_) return;
  const auto quiet_since = lanes_.quiet_since();
  const bool is_quiet = quiet_since && now - *quiet_since >= world_.settings.reap_after;
  if (!is_quiet && now - *reap_since_ < kReapPatience && has_room(world_.storage)) return;
  reap_since_.reset();
  if (const auto reaped = reaper_.destroy_doomed(); !reaped) {
    spdlog::error("free space: {}", reaped.error().describe());
  }
}

}  // namespace slip
