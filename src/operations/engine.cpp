// SPDX-License-Identifier: Apache-2.0
#include "operations/engine.h"

#include <algorithm>
#include <chrono>

#include "base/log.h"
#include "operations/deaths.h"
#include "operations/guarded.h"
#include "operations/hybrid_clock.h"
#include "operations/lookup.h"
#include "operations/missing_kinds.h"
#include "operations/quotas.h"
#include "operations/renew_login.h"
#include "operations/volume_specs.h"

namespace slip {

using namespace std::chrono_literals;

namespace {

constexpr auto keeper_interval = 1s;
constexpr auto look_before = 2ms;  // the second
constexpr auto retirement_interval = 15s;
constexpr auto reap_patience = 45s;
constexpr auto housekeeping_interval = 60s;
constexpr auto automatic_points_interval = 5s;
constexpr auto schedules_interval = 5s;
constexpr auto automatic_point_patience = 10s;
constexpr auto renewal_pause = 60s;  // before one that did not succeed is tried again

std::chrono::nanoseconds until(std::chrono::system_clock::time_point moment) {
  return moment - std::chrono::system_clock::now();
}

constexpr std::string_view clock_doubt_fact = "clock_doubt";

// Told, and kept over restarts: what is recorded meanwhile is of a doubtful time.
void note_clock_doubt(World& world, const std::optional<ClockDoubt>& doubt) {
  const auto noted = world.catalog.write([&](CatalogUnit& catalog) {
    return doubt ? catalog.facts().put(clock_doubt_fact, to_rfc3339(doubt->said))
                 : catalog.facts().remove(clock_doubt_fact);
  });
  if (!noted) spdlog::error("note a doubt about the clock: {}", noted.error().describe());
  if (!doubt) return spdlog::info("the machine's clock is believed: what is old is deleted again");
  spdlog::warn(
      "the machine's clock says {}, and should say about {}: nothing is deleted for its age until "
      "it has run steadily for an hour, or \"slip doctor --believe-clock\"",
      to_rfc3339(doubt->said), to_rfc3339(doubt->expected));
}

// Whether what is doomed may lie a little longer.
bool has_room(StorageDriver& storage) {
  const auto space = storage.probe();
  return space && storage.info().capabilities.cheap_clone && space->free > space->total / 5;
}

}  // namespace

Engine::Engine(World world)
    : world_(std::move(world)),
      instances_(world_),
      runner_(world_, instances_),
      keeper_(world_, instances_),
      reaper_(world_, instances_),
      automatic_points_(world_, instances_),
      log_watcher_(world_, instances_),
      scheduled_syncs_(world_),
      secret_sweep_(world_) {
  runner_.on_follow_up([this](Runner::FollowUp now) {
    {
      const std::lock_guard guard(mutex_);
      if (now == Runner::FollowUp::begins) ++taking_points_;
      if (now == Runner::FollowUp::has_ended) {
        --taking_points_;
        ++points_taken_;
      }
    }
    changed_.notify_all();
  });
}

Engine::~Engine() {
  stop();
}

Result<> Engine::start() {
  TRY(keeper_.open_endpoints());
  TRY(apply_quotas(world_));
  TRY(take_up_unfinished());
  TRY(begin_clock_watch());
  // Whatever can run, runs.
  const auto unknown = unknown_in_pool(world_);
  if (!unknown) spdlog::error("look through the pool: {}", unknown.error().describe());
  for (const auto& one : unknown.value_or(std::vector<std::string>())) {
    spdlog::warn("the pool holds {}, which is not known or cannot be read; it is left alone", one);
  }
  for (const auto& one : TRY(missing_kinds(world_))) spdlog::error("{}", one);
  for (int i = 0; i < world_.settings.workers; ++i) {
    threads_.emplace_back([this] { work(queue_); });
  }
  for (int i = 0; i < world_.settings.long_workers; ++i) {
    threads_.emplace_back([this] { work(long_); });
  }
  threads_.emplace_back([this] { work(background_); });
  threads_.emplace_back([this] { keep(); });
  threads_.emplace_back([this] { watch_logs(); });
  threads_.emplace_back([this] { watch_host(); });
  return {};
}

Result<> Engine::take_up_unfinished() {
  const auto unfinished =
      TRY(world_.catalog.write([&](CatalogUnit& catalog) -> Result<std::vector<Operation>> {
        const bool was_clean = TRY(take_clean_end(catalog));
        std::vector<Operation> left;
        for (auto& operation : TRY(catalog.operations().unfinished())) {
          const bool begun = operation.state != OperationState::queued;
          const bool ends =
              begun && !was_clean && TRY(note_death(catalog, operation, world_.clock.now()));
          if (!ends) left.push_back(std::move(operation));
        }
        return left;
      }));
  for (const auto& operation : unfinished) enqueue(operation, Task::take_up);
  return {};
}

void Engine::stop() {
  {
    const std::lock_guard guard(mutex_);
    stopping_ = true;
  }
  runner_.interrupt();
  changed_.notify_all();
  if (threads_.empty()) return;
  for (auto& thread : threads_) thread.join();
  threads_.clear();
  const auto noted =
      world_.catalog.write([](CatalogUnit& catalog) { return note_clean_end(catalog); });
  if (!noted) spdlog::error("note a clean end: {}", noted.error().describe());
}

Engine::Queue& Engine::queue_of(OperationKind kind) {
  if (kind == OperationKind::bake) return background_;
  return takes_long(kind) ? long_ : queue_;
}

Begin Engine::begin(OperationKind kind) {
  const std::lock_guard guard(mutex_);
  const Queue& queue = queue_of(kind);
  return queue.waiting.size() < queue.idle ? Begin::at_once : Begin::in_queue;
}

bool Engine::is_stopping() {
  const std::lock_guard guard(mutex_);
  return stopping_;
}

void Engine::enqueue(const Operation& operation, Task task) {
  if (operation.ended()) return;
  {
    const std::lock_guard guard(mutex_);
    // Somebody may submit again, with the same idempotency key, what is in hand already.
    if (!in_hand_.insert(operation.id).second) return;
    const bool bake = operation.kind == OperationKind::bake;
    Queued added{operation.id, operation.container, task};
    added.is_automatic = operation.kind == OperationKind::automatic_point;
    if (added.is_automatic) ++taking_points_;
    if (bake && operation.state == OperationState::queued) {
      added.not_before = std::chrono::steady_clock::now() + world_.settings.bake_after.value_or(0s);
      for (auto& other : background_.waiting) {
        if (other.container == added.container) other.not_before = added.not_before;
      }
    }
    queue_of(operation.kind).waiting.push_back(added);
  }
  changed_.notify_all();
}

void Engine::work(Queue& queue) {
  auto& waiting = queue.waiting;
  std::unique_lock lock(mutex_);
  for (;;) {
    ++queue.idle;
    auto due = waiting.end();
    for (;;) {
      due = std::ranges::min_element(waiting, {}, &Queued::not_before);
      if (stopping_) return;
      if (due == waiting.end()) {
        changed_.wait(lock);
      } else if (due->not_before > std::chrono::steady_clock::now()) {
        changed_.wait_until(lock, due->not_before);
      } else {
        break;
      }
    }
    --queue.idle;
    const Queued next = *due;
    waiting.erase(due);
    ++running_;
    lock.unlock();
    run_one(next);
    lock.lock();
    --running_;
    in_hand_.erase(next.operation);
    if (next.is_automatic) {
      --taking_points_;
      ++points_taken_;
    }
    last_ended_ = std::chrono::steady_clock::now();
    if (!reap_since_) reap_since_ = last_ended_;
    changed_.notify_all();
  }
}

void Engine::run_one(const Queued& next) {
  const OperationId& operation = next.operation;
  const auto take_up = [&] {
    return guarded(world_.catalog, "run an operation", [&] { return runner_.take_up(operation); });
  };
  auto ran = next.task == Task::run ? guarded(world_.catalog, "run an operation",
                                              [&] { return runner_.run(operation); })
                                    : take_up();
  for (auto pause = 100ms; !ran; pause = std::min(pause * 2, std::chrono::milliseconds(5000))) {
    std::unique_lock lock(mutex_);
    if (stopping_) return;
    spdlog::error("journal {}: {}; trying again", operation.str(), ran.error().describe());
    changed_.wait_for(lock, pause, [&] { return stopping_; });
    lock.unlock();
    ran = take_up();
  }
  do_chore("prepare a bookmark", [&] { bake_new_bookmark(operation); });
}

void Engine::bake_new_bookmark(const OperationId& id) {
  if (!world_.settings.bake_after) return;
  const auto operation =
      world_.catalog.read([&](CatalogUnit& catalog) { return catalog.operations().find(id); });
  if (!operation || !*operation) return;
  const Operation& done = **operation;
  if (done.kind != OperationKind::bookmark || done.state != OperationState::succeeded) return;
  if (done.container.empty() || done.point.empty()) return;
  const auto baking = journal_request(world_, slipstream_itself, BakePoint{done.point});
  if (baking) enqueue(*baking, Task::run);
  if (!baking && baking.error().code != ErrorCode::precondition_failed) {
    spdlog::warn("{}: cannot be prepared: {}", done.words, baking.error().describe());
  }
}

bool Engine::is_quiet() const {
  const auto now = std::chrono::steady_clock::now();
  return running_ == 0 && now - last_ended_ >= world_.settings.reap_after;
}

void Engine::reap_when_quiet() {
  {
    const bool is_crowded = !has_room(world_.storage);
    const std::lock_guard guard(mutex_);
    if (!reap_since_) return;
    const auto waited = std::chrono::steady_clock::now() - *reap_since_;
    if (!is_quiet() && !is_crowded && waited < reap_patience) return;
    reap_since_.reset();
  }
  if (const auto reaped = reaper_.destroy_doomed(); !reaped) {
    spdlog::error("free space: {}", reaped.error().describe());
  }
}

void Engine::take_automatic_points() {
  // Where each would be a full copy, people say themselves what they are worth it for.
  if (!world_.storage.info().capabilities.cheap_clone) return;
  if (const auto space = world_.storage.probe(); space && space->runs_short()) make_room();
  const auto branches = automatic_points_.due(world_.clock.now());
  if (!branches) return spdlog::error("look for what has changed: {}", branches.error().describe());
  for (const auto& branch : *branches) take_automatic_point(TakePoint{branch}, branch.str());
  const auto sources = automatic_points_.due_sources(world_.clock.now());
  if (!sources) return spdlog::error("look for what has changed: {}", sources.error().describe());
  for (const auto& source : *sources) take_automatic_point(TakeSourcePoint{source}, source.str());
}

template <class Request>
void Engine::take_automatic_point(const Request& request, const std::string& of) {
  {
    const std::lock_guard guard(mutex_);
    ++taking_points_;
  }
  const auto operation = journal_request(world_, slipstream_itself, request);
  if (operation) {
    enqueue(*operation, Task::run);
  } else if (operation.error().code != ErrorCode::busy) {
    spdlog::warn("save a point of {}: {}", of, operation.error().describe());
  }
  const std::lock_guard guard(mutex_);
  --taking_points_;
  changed_.notify_all();
}

void Engine::sync_on_schedule() {
  const auto due = scheduled_syncs_.due(world_.clock.now());
  if (!due) return spdlog::error("look for sources to sync: {}", due.error().describe());
  for (const auto& source : *due) {
    const auto operation = submit(slipstream_itself, SyncSource{source});
    if (operation) continue;
    // Often another source of the same template, whose time has come, too.
    if (operation.error().code == ErrorCode::busy) {
      scheduled_syncs_.put_back(source);
    } else {
      spdlog::warn("sync source {}: {}", source, operation.error().describe());
    }
  }
}

void Engine::renew_logins() {
  const auto due = due_login_renewals(world_);
  if (!due) return spdlog::error("look for passwords to renew: {}", due.error().describe());
  const auto now = std::chrono::steady_clock::now();
  for (const auto& container : *due) {
    const auto tried = renewal_tried_.find(container);
    if (tried != renewal_tried_.end() && now < tried->second + renewal_pause) continue;
    const auto operation = submit(slipstream_itself, RenewLogin{container.str()});
    // One that is in the middle of something is looked at again in a second.
    if (!operation && operation.error().code == ErrorCode::busy) continue;
    renewal_tried_[container] = now;
    if (operation) continue;
    spdlog::warn("renew the password of {}: {}", container.str(), operation.error().describe());
  }
}

bool Engine::wait_for_automatic_points() {
  std::unique_lock lock(mutex_);
  if (taking_points_ == 0) return false;
  // Not until all are: one of a source that has much to catch up with takes long.
  const std::size_t before = points_taken_;
  return changed_.wait_for(lock, automatic_point_patience, [&] {
    return stopping_ || points_taken_ != before || taking_points_ == 0;
  }) && !stopping_;
}

void Engine::retire_points() {
  if (!believes_clock()) return;
  const Timestamp now = world_.clock.wall();
  if (const auto thinned = reaper_.retire_points(now); !thinned) {
    spdlog::error("retire old points: {}", thinned.error().describe());
  }
  if (const auto thinned = reaper_.retire_source_points(now); !thinned) {
    spdlog::error("retire old points of sources: {}", thinned.error().describe());
  }
}

void Engine::purge_trash() {
  if (!believes_clock()) return;
  if (const auto purged = reaper_.purge_trash(world_.clock.wall()); !purged) {
    spdlog::error("empty the trash: {}", purged.error().describe());
  }
}

// A pool can fill up within a minute.
void Engine::make_room() {
  retire_points();
  const std::lock_guard guard(mutex_);
  if (!reap_since_) reap_since_ = std::chrono::steady_clock::now();
}

void Engine::keep_house() {
  retire_points();
  if (believes_clock()) {
    if (const auto trimmed = reaper_.trim_database_logs(world_.clock.wall()); !trimmed) {
      spdlog::error("shorten the databases' logs: {}", trimmed.error().describe());
    }
  }
  if (const auto swept = secret_sweep_.sweep(); !swept) {
    spdlog::error("forget secrets that nothing names: {}", swept.error().describe());
  }
  if (const auto trimmed = world_.runtime.trim_logs(); !trimmed) {
    spdlog::error("shorten logs: {}", trimmed.error().describe());
  }
}

void Engine::keep() {
  auto retirement = std::chrono::steady_clock::now();
  auto housekeeping = retirement;
  auto automatic_points = retirement;
  auto schedules = retirement;
  const auto is_time = [](std::chrono::steady_clock::time_point& next,
                          std::chrono::steady_clock::duration interval) {
    const auto now = std::chrono::steady_clock::now();
    if (now < next) return false;
    next = now + interval;
    return true;
  };
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    const bool retire = is_time(retirement, retirement_interval);
    if (retire && !reap_since_) reap_since_ = std::chrono::steady_clock::now();
    lock.unlock();
    do_chore("watch the clock", [&] { watch_clock(); });
    if (!stands_still_) {
      do_chore("keep instances running", [&] {
        const auto kept = keeper_.reconcile([&] { return !is_stopping() && !stands_still_; });
        if (!kept) spdlog::error("keep instances running: {}", kept.error().describe());
      });
    }
    if (retire) do_chore("empty the trash", [&] { purge_trash(); });
    if (is_time(housekeeping, housekeeping_interval)) do_chore("keep house", [&] { keep_house(); });
    do_chore("settle disk quotas", [&] {
      const auto settled = settle_disk_quotas(world_);
      if (!settled) spdlog::error("settle disk quotas: {}", settled.error().describe());
    });
    if (!stands_still_ && is_time(automatic_points, automatic_points_interval)) {
      do_chore("take automatic points", [&] { take_automatic_points(); });
    }
    if (!stands_still_ && is_time(schedules, schedules_interval)) {
      do_chore("sync on schedule", [&] { sync_on_schedule(); });
    }
    if (!stands_still_) do_chore("renew passwords", [&] { renew_logins(); });
    do_chore("free space", [&] { reap_when_quiet(); });
    lock.lock();
    changed_.wait_for(lock, keeper_interval,
                      [&] { return stopping_ || (reap_since_ && is_quiet()); });
  }
}

// A thread of its own, as its looks are worth the more the closer they come to the second.
void Engine::watch_logs() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    lock.unlock();
    do_chore("look for logs to watch", [&] {
      const auto found = log_watcher_.refresh();
      if (!found) spdlog::error("look for logs to watch: {}", found.error().describe());
    });
    const std::chrono::system_clock::time_point next =
        std::chrono::ceil<std::chrono::seconds>(std::chrono::system_clock::now());
    for (const auto moment : {next - look_before, next}) {
      lock.lock();
      // Not until it is that time: the clock may be set back by hours.
      for (auto left = until(moment); left > 0s && left <= 1s && !stopping_; left = until(moment)) {
        changed_.wait_for(lock, left);
      }
      lock.unlock();
      do_chore("look at logs", [&] { log_watcher_.look(); });
    }
    do_chore("ask about logs", [&] { log_watcher_.ask(); });
    lock.lock();
  }
}

Result<> Engine::begin_clock_watch() {
  struct Known {
    Timestamp newest;
    bool was_doubted = false;
  };
  const auto known = TRY(world_.catalog.read([](CatalogUnit& catalog) -> Result<Known> {
    return Known{TRY(newest_recorded(catalog)),
                 TRY(catalog.facts().find(clock_doubt_fact)).has_value()};
  }));
  {
    const std::lock_guard guard(mutex_);
    clock_watch_.begin(known.newest, known.was_doubted, world_.clock.wall(),
                       std::chrono::steady_clock::now());
  }
  if (clock_doubt()) note_clock_doubt(world_, clock_doubt());
  return {};
}

void Engine::watch_clock() {
  {
    const std::lock_guard guard(mutex_);
    if (!clock_watch_.look(world_.clock.wall(), std::chrono::steady_clock::now())) return;
  }
  note_clock_doubt(world_, clock_doubt());
}

bool Engine::believes_clock() {
  return !clock_doubt().has_value();
}

std::optional<ClockDoubt> Engine::clock_doubt() {
  const std::lock_guard guard(mutex_);
  return clock_watch_.doubt();
}

Result<> Engine::believe_clock(const Actor& actor) {
  TRY(must_be_admin(actor));
  {
    const std::lock_guard guard(mutex_);
    clock_watch_.believe();
  }
  note_clock_doubt(world_, std::nullopt);
  return {};
}

Result<Operation> Engine::wait(const OperationId& id, Duration patience) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  for (;;) {
    std::unique_lock lock(mutex_);
    auto found = TRY(
        world_.catalog.read([&](CatalogUnit& catalog) { return catalog.operations().find(id); }));
    if (!found) {
      return Error{.code = ErrorCode::not_found,
                   .message = "there is no operation \"" + id.str() + "\""};
    }
    if (found->ended() || stopping_ || std::chrono::steady_clock::now() >= deadline) {
      return *std::move(found);
    }
    changed_.wait_until(lock, deadline);
  }
}

Result<> Engine::cancel(const Actor& actor, const OperationId& id) {
  TRY(world_.catalog.write([&](CatalogUnit& catalog) -> Result<> {
    auto operation = TRY(catalog.operations().find(id));
    if (!operation) {
      return Error{.code = ErrorCode::not_found,
                   .message = "there is no operation \"" + id.str() + "\""};
    }
    if (operation->container.empty()) {
      TRY(must_be_admin(actor));
    } else if (const auto container = TRY(catalog.containers().find(operation->container))) {
      TRY(may(actor, Right::operate, *container));
    }
    if (operation->ended() || operation->committed()) {
      return Error{.code = ErrorCode::precondition_failed,
                   .message = "it is too late to cancel: " + operation->words + " is through",
                   .hint = "Undo takes it back."};
    }
    operation->cancel_requested = true;
    return catalog.operations().put(*operation);
  }));
  runner_.cancel(id);
  return {};
}

namespace {

// Those of branches, and of sources that follow production.
Result<std::vector<VolumeId>> volumes_that_run(CatalogUnit& catalog) {
  std::vector<VolumeId> volumes;
  for (const auto& branch : TRY(catalog.branches().all(Trash::with))) {
    if (!branch.volume.empty()) volumes.push_back(branch.volume);
  }
  for (const auto& source : TRY(catalog.sources().all(Trash::without))) {
    if (!source.volume.empty()) volumes.push_back(source.volume);
  }
  return volumes;
}

}  // namespace

Result<> Engine::stop_all_instances() {
  const auto volumes =
      TRY(world_.catalog.read([](CatalogUnit& catalog) { return volumes_that_run(catalog); }));
  Result<> outcome;
  for (const auto& volume : volumes) {
    const auto spec = spec_of(world_.catalog, volume);
    auto stopped =
        spec ? instances_.stop(*spec, StopHow::in_order) : Result<>(std::move(spec).error());
    if (!stopped && outcome) outcome = std::move(stopped);
  }
  // Copies that operations were preparing belong to no branch yet. Whoever takes those operations
  // up starts them again, as after a power cut.
  for (const auto& instance : TRY(world_.runtime.list())) {
    auto stopped = world_.runtime.stop(instance, Duration(0));
    if (!stopped && outcome) outcome = std::move(stopped);
  }
  return outcome;
}

}  // namespace slip
