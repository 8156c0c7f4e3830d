// SPDX-License-Identifier: Apache-2.0
#include "operations/engine.h"

#include <chrono>

#include "base/log.h"
#include "operations/deaths.h"
#include "operations/guarded.h"
#include "operations/lookup.h"
#include "operations/missing_kinds.h"
#include "operations/quotas.h"
#include "operations/volume_specs.h"

namespace slip {

using namespace std::chrono_literals;

Engine::Engine(World world)
    : world_(std::move(world)),
      notes_(world_.host),
      clock_(world_),
      runner_(world_),
      lanes_(world_, runner_, [this](const OperationId& ran) { bake_new_bookmark(ran); }),
      intake_(world_, lanes_, stopping_.get_token()),
      ownership_(world_),
      host_watch_(world_, {.stop_all = [this] { return stop_all_instances(); },
                           .go_on = [this] { keeper_.try_all_now(); }}),
      housework_(world_, intake_, lanes_, clock_),
      keeper_(world_),
      log_rounds_(world_),
      house_chores_(world_.catalog),
      host_chores_(world_.catalog),
      lease_chores_(world_.catalog) {}

Engine::~Engine() {
  stop();
}

Result<> Engine::start() {
  TRY(keeper_.open_endpoints());
  TRY(apply_quotas(world_));
  TRY(take_up_unfinished());
  // What has been taken up is kept, however long the rest of the start takes.
  lease_chores_.start(
      {{"renew the lease", world_.settings.lease / 4, [this] { look_after_ownership(); }}});
  TRY(clock_.begin());
  // Whatever can run, runs.
  const auto unknown = unknown_in_pool(world_);
  if (!unknown) spdlog::error("look through the pool: {}", unknown.error().describe());
  for (const auto& one : unknown.value_or(std::vector<std::string>())) {
    spdlog::warn("the pool holds {}, which is not known or cannot be read; it is left alone", one);
  }
  for (const auto& one : TRY(missing_kinds(world_))) spdlog::error("{}", one);
  lanes_.start();
  keeper_.begin([this] { return !stands_still(); });
  log_rounds_.start();
  house_chores_.start(housework_.chores([this] { return stands_still(); }));
  host_chores_.start({{"watch the disk behind the pool", 1s, [this] { host_watch_.look(); }}});
  runs_ = true;
  return {};
}

Result<> Engine::take_up_unfinished() {
  const auto unfinished =
      TRY(world_.catalog.write([&](CatalogUnit& catalog) -> Result<std::vector<Operation>> {
        const bool was_clean = TRY(take_clean_end(catalog));
        std::vector<Operation> left;
        for (const auto& operation : TRY(catalog.operations().unfinished())) {
          if (!is_left_to(world_.settings.daemon, operation)) continue;
          auto claimed = claim(catalog, operation, world_.settings.daemon);
          if (!claimed && claimed.error().code == ErrorCode::busy) {
            // One that cannot be taken up keeps nobody from the others.
            spdlog::error("{} is left alone: {}", operation.words, claimed.error().describe());
            continue;
          }
          auto ours = TRY(std::move(claimed));
          const bool begun = ours.state != OperationState::queued;
          const bool ends =
              begun && !was_clean && TRY(note_death(catalog, ours, world_.clock.now()));
          if (!ends) left.push_back(std::move(ours));
        }
        return left;
      }));
  for (const auto& operation : unfinished) lanes_.add(operation, Lanes::Task::take_up);
  return {};
}

void Engine::look_after_ownership() {
  const auto seen = ownership_.look(std::chrono::steady_clock::now());
  if (!seen) return spdlog::error("renew the lease: {}", seen.error().describe());
  for (const auto& id : seen->to_cancel) runner_.cancel(id);
  for (const auto& operation : seen->claimed) {
    spdlog::warn("{} ({}) was left by another daemon, and is taken over", operation.words,
                 operation.id.str());
    lanes_.add(operation, Lanes::Task::take_up);
  }
}

void Engine::stop() {
  stopping_.request_stop();
  lanes_.stop_soon();
  keeper_.end();
  lanes_.stop();
  log_rounds_.stop();
  house_chores_.stop();
  host_chores_.stop();
  lease_chores_.stop();
  if (!runs_) return;
  runs_ = false;
  const auto noted =
      world_.catalog.write([](CatalogUnit& catalog) { return note_clean_end(catalog); });
  if (!noted) spdlog::error("note a clean end: {}", noted.error().describe());
}

void Engine::bake_new_bookmark(const OperationId& id) {
  (void)guarded(world_.catalog, "prepare a bookmark", [&]() -> Result<> {
    if (!world_.settings.bake_after) return {};
    const auto done = TRY(
        world_.catalog.read([&](CatalogUnit& catalog) { return catalog.operations().find(id); }));
    if (!done || done->kind != OperationKind::bookmark) return {};
    if (done->state != OperationState::succeeded) return {};
    if (done->container.empty() || done->point.empty()) return {};
    const auto baking = journal_request(world_, slipstream_itself, BakePoint{done->point});
    if (baking) lanes_.add(*baking, Lanes::Task::run);
    if (!baking && baking.error().code != ErrorCode::precondition_failed) {
      spdlog::warn("{}: cannot be prepared: {}", done->words, baking.error().describe());
    }
    return {};
  });
}

Result<> Engine::believe_clock(const Actor& actor) {
  TRY(must_be_admin(actor));
  clock_.believe();
  return {};
}

Result<Operation> Engine::wait(const OperationId& id, Duration patience) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  struct Seen {
    std::optional<Operation> operation;
    std::int64_t last_event = 0;
  };
  for (;;) {
    const bool is_stopping = stopping_.stop_requested();
    auto seen = TRY(world_.catalog.read([&](CatalogUnit& catalog) -> Result<Seen> {
      return Seen{TRY(catalog.operations().find(id)), TRY(catalog.events().last())};
    }));
    if (!seen.operation) {
      return Error{.code = ErrorCode::not_found,
                   .message = "there is no operation \"" + id.str() + "\""};
    }
    const auto now = std::chrono::steady_clock::now();
    if (seen.operation->ended() || is_stopping || now >= deadline) {
      return *std::move(seen.operation);
    }
    TRY(world_.catalog.wait_events(seen.last_event, std::chrono::ceil<Duration>(deadline - now),
                                   stopping_.get_token()));
  }
}

Result<> Engine::cancel(const Actor& actor, const OperationId& id) {
  const auto canceled = TRY(world_.catalog.write([&](CatalogUnit& catalog) -> Result<Operation> {
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
    TRY(catalog.operations().put(*operation));
    return *std::move(operation);
  }));
  // Another daemon's sees it with its next step, or when it renews its lease.
  if (canceled.owner == world_.settings.daemon) runner_.cancel(id);
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
  std::vector<VolumeSpec> specs;
  for (const auto& volume : volumes) {
    auto spec = spec_of(world_.catalog, volume);
    if (spec) specs.push_back(*std::move(spec));
    if (!spec && outcome) outcome = std::move(spec).error();
  }
  // Copies that operations were preparing belong to no branch yet, and end at once. Whoever takes
  // those operations up starts them again, as after a power cut.
  auto stopped = world_.host.stop_all(specs);
  if (!stopped && outcome) outcome = std::move(stopped);
  return outcome;
}

}  // namespace slip
