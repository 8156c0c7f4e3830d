// SPDX-License-Identifier: Apache-2.0
#include "operations/keeper.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/log.h"
#include "operations/guarded.h"
#include "operations/lookup.h"
#include "operations/quotas.h"
#include "operations/routes.h"
#include "operations/starting.h"
#include "operations/submit.h"
#include "operations/volume_specs.h"

namespace slip {

using namespace std::chrono_literals;

namespace {

// A burst of commits is one round.
constexpr Duration kShortestRound = 100ms;
// With what nobody has told of: a process that ended while nobody watched it.
constexpr Duration kLongestRound = 30s;
// With ports that could not be opened, or where it could not be told what is wanted.
constexpr Duration kRoundWithSomethingLeft = 1s;

enum Rank { active_branch, follower, branch_beside };

// By what runs on it, and nobody else has in hand.
struct Owner {
  std::optional<Branch> branch;
  std::optional<Source> source;
};

Result<Owner> owner_of(CatalogUnit& catalog, const VolumeId& id) {
  Owner owner;
  const auto volume = TRY(catalog.volumes().find(id));
  if (!volume) return owner;
  if (!volume->branch.empty()) owner.branch = TRY(catalog.branches().find(volume->branch));
  if (!volume->follows.empty()) owner.source = TRY(catalog.sources().find(volume->follows));
  if (owner.branch && owner.branch->volume != id) owner.branch.reset();
  if (owner.source && (owner.source->volume != id || owner.source->deleted_at)) {
    owner.source.reset();
  }
  return owner;
}

bool is_wanted_running(const Branch& branch) {
  return branch.wanted == RunState::running && !branch.deleted_at;
}

// What is done with a copy of a source need not keep it from following: production may delete the
// log that it lacks.
Result<bool> is_left_alone(CatalogUnit& catalog, const Owner& owner) {
  if (owner.branch) return check_not_busy(catalog, {owner.branch->container.str()}).has_value();
  const auto unfinished = TRY(catalog.operations().unfinished());
  return std::ranges::none_of(
      unfinished, [&](const Operation& one) { return one.has_work_on(owner.source->volume); });
}

}  // namespace

Keeper::Keeper(World& world) : world_(world), keeping_(world.host.keep(rules())) {}

Keeper::~Keeper() {
  end();
}

KeepingRules Keeper::rules() {
  return {
      .spec = [this](const VolumeId& volume) { return spec_of(world_.catalog, volume); },
      .is_wanted_now = [this](const Wanted& wanted) { return is_wanted_now(wanted); },
      .has_room = [this](const Wanted& wanted) { return has_room(wanted); },
      .start = [this](const Wanted& wanted,
                      const KeepGoing& keep_going) { return start(wanted, keep_going); },
      .unexpected =
          [this](std::string_view what, std::string_view thrown) {
            return unexpected(world_.catalog, what, thrown);
          },
  };
}

Result<> Keeper::open_endpoints() {
  const auto containers = TRY(world_.catalog.read(
      [](CatalogUnit& catalog) { return catalog.containers().all(Trash::without); }));
  for (const auto& container : containers) {
    const auto opened = apply_routes(world_, container.id, endpoint_ports(container));
    if (opened) continue;
    spdlog::error("open the endpoints of {}: {}", container.name, opened.error().describe());
  }
  return {};
}

void Keeper::open_closed() {
  for (const auto& id : world_.closed_endpoints->containers()) {
    const auto container =
        world_.catalog.read([&](CatalogUnit& catalog) -> Result<std::optional<Container>> {
          // Whoever is changing it holds its endpoints, and opens them in the end.
          TRY(check_not_busy(catalog, {id.str()}));
          return catalog.containers().find(id);
        });
    if (!container) continue;
    const auto ports = *container ? endpoint_ports(**container) : std::vector<std::uint16_t>();
    if (!apply_routes(world_, id, ports)) continue;
    if (*container) spdlog::info("the endpoints of {} are open again", (*container)->name);
  }
}

void Keeper::begin(std::function<bool()> may_act) {
  may_act_ = std::move(may_act);
  keeping_->begin(std::clamp(std::thread::hardware_concurrency(), 2U, 8U));
  thread_ = std::jthread([this](const std::stop_token& stop) { decide_all_the_time(stop); });
}

void Keeper::end() {
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
  keeping_->end();
}

void Keeper::decide_all_the_time(const std::stop_token& stop) {
  using SteadyClock = std::chrono::steady_clock;
  auto next_look = SteadyClock::now() + kLongestRound;
  std::int64_t known = world_.catalog.wait_events(0, Duration::zero()).value_or(0);
  while (!stop.stop_requested()) {
    if (SteadyClock::now() >= next_look) {
      keeping_->look_at_all();
      next_look = SteadyClock::now() + kLongestRound;
    }
    const auto decided =
        guarded(world_.catalog, "keep instances running", [&] { return decide(); });
    if (!decided) spdlog::error("keep instances running: {}", decided.error().describe());
    auto longest = std::chrono::ceil<Duration>(next_look - SteadyClock::now());
    if (!decided || !world_.closed_endpoints->containers().empty())
      longest = std::min(longest, kRoundWithSomethingLeft);
    known = wait_for_the_next_round(stop, known, longest);
  }
}

std::int64_t Keeper::wait_for_the_next_round(const std::stop_token& stop, std::int64_t known,
                                             Duration longest) {
  pause(stop, kShortestRound);
  if (stop.stop_requested()) return known;
  const auto last = world_.catalog.wait_events(known, longest, stop);
  if (!last) pause(stop, kRoundWithSomethingLeft);
  return last.value_or(known);
}

void Keeper::pause(const std::stop_token& stop, Duration pause) {
  std::unique_lock lock(mutex_);
  pauses_.wait_for(lock, stop, pause, [] { return false; });
}

Result<> Keeper::reconcile() {
  TRY(decide());
  keeping_->look_at_all();
  keeping_->settle();
  return {};
}

Result<> Keeper::decide() {
  keeping_->want(TRY(wanted()));
  open_closed();
  return {};
}

Result<std::vector<Wanted>> Keeper::wanted() const {
  std::set<VolumeId> run;
  for (const auto& instance : TRY(world_.host.list())) run.insert(volume_of(instance));
  return world_.catalog.read([&](CatalogUnit& catalog) -> Result<std::vector<Wanted>> {
    std::map<ContainerId, Container> containers;
    for (auto& one : TRY(catalog.containers().all(Trash::with))) {
      const ContainerId id = one.id;
      containers.emplace(id, std::move(one));
    }
    std::vector<Wanted> all;
    for (const auto& branch : TRY(catalog.branches().all(Trash::with))) {
      const bool runs = is_wanted_running(branch);
      if (branch.volume.empty() || (!runs && !run.contains(branch.volume))) continue;
      const auto container = containers.find(branch.container);
      const bool is_active = container != containers.end() && container->second.active == branch.id;
      all.push_back({.volume = branch.volume,
                     .whose = "branch " + branch.name,
                     .runs = runs,
                     .rank = is_active ? active_branch : branch_beside});
      if (container != containers.end()) all.back().whose += " of " + container->second.name;
    }
    for (const auto& source : TRY(catalog.sources().all(Trash::without))) {
      if (source.volume.empty()) continue;
      all.push_back({.volume = source.volume,
                     .whose = "source " + source.name,
                     .what = StartWhat::databases,
                     .rank = follower});
    }
    return all;
  });
}

// A round and a start take long: an operation may have begun, or ended, since.
bool Keeper::is_wanted_now(const Wanted& wanted) {
  if (!may_act_()) return false;
  const auto now = world_.catalog.read([&](CatalogUnit& catalog) -> Result<bool> {
    const auto owner = TRY(owner_of(catalog, wanted.volume));
    if (!owner.branch && !owner.source) return false;
    if (owner.branch && is_wanted_running(*owner.branch) != wanted.runs) return false;
    return is_left_alone(catalog, owner);
  });
  return now && *now;
}

Result<> Keeper::start(const Wanted& wanted, const KeepGoing& keep_going) {
  const auto owner = TRY(
      world_.catalog.read([&](CatalogUnit& catalog) { return owner_of(catalog, wanted.volume); }));
  if (owner.branch) return start_branch(*owner.branch, keep_going);
  spdlog::info("{} goes on following production", wanted.whose);
  return start_on(world_, wanted.volume, wanted.what, keep_going);
}

Result<> Keeper::start_branch(const Branch& branch, const KeepGoing& keep_going) {
  spdlog::warn("branch {} ({}) is not running as it should: starting it", branch.name,
               branch.id.str());
  // One that met its disk quota has to recover before it can make room.
  const RoomToWork room(world_, branch.container);
  TRY(start_on(world_, branch.volume, StartWhat::everything, keep_going));
  const auto container = TRY(world_.catalog.read(
      [&](CatalogUnit& catalog) { return container_of(catalog, branch.container); }));
  return apply_routes(world_, container.id, endpoint_ports(container));
}

// What ended because its container has used up its disk quota would end again.
bool Keeper::has_room(const Wanted& wanted) {
  const auto container =
      world_.catalog.read([&](CatalogUnit& catalog) -> Result<std::optional<Container>> {
        const auto owner = TRY(owner_of(catalog, wanted.volume));
        if (!owner.branch) return std::optional<Container>();
        return catalog.containers().find(owner.branch->container);
      });
  if (!container || !*container || !(*container)->quota) return true;
  const auto use = disk_use(world_.storage, (*container)->quota, (*container)->number);
  const bool is_used_up = use && *use && (*use)->room() != DiskRoom::ample;
  const std::lock_guard lock(mutex_);
  if (!is_used_up) {
    waiting_.erase(wanted.volume);
  } else if (waiting_.insert(wanted.volume).second) {
    spdlog::warn("{} is not started again: the container's disk quota is used up", wanted.whose);
  }
  return !is_used_up;
}

}  // namespace slip
