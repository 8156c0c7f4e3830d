// SPDX-License-Identifier: Apache-2.0
#include "operations/engine.h"

#include <chrono>

#include "base/log.h"
#include "operations/deaths.h"
#include "operations/generation.h"
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
      lanes_(world_, runner_, points_, [this](const OperationId& ran) { bake_new_bookmark(ran); }),
      intake_(world_, lanes_, points_),
      host_watch_(world_, {.stop_all = [this] { return stop_all_instances(); },
                           .go_on = [this] { keeper_.try_all_now(); }}),
      housework_(world_, intake_, lanes_, clock_),
      keeper_(world_),
      log_rounds_(world_),
      house_chores_(world_.catalog),
      host_chores_(world_.catalog) {
  runner_.on_follow_up([this](Runner::FollowUp now) {
    if (now == Runner::FollowUp::begins) points_.begin();
    if (now == Runner::FollowUp::has_ended) points_.end();
    lanes_.tell_of_an_end();
  });
}

Engine::~Engine() {
  stop();
}

Result<> Engine::start() {
  TRY(keeper_.open_endpoints());
  TRY(apply_quotas(world_));
  TRY(take_up_unfinished());
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
        runner_.order_as(TRY(next_generation(catalog)));
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
  for (const auto& operation : unfinished) lanes_.add(operation, Lanes::Task::take_up);
  return {};
}

void Engine::stop() {
  points_.stop();
  lanes_.stop_soon();
  keeper_.end();
  lanes_.stop();
  log_rounds_.stop();
  house_chores_.stop();
  host_chores_.stop();
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
  for (bool goes_on = true;;) {
    const auto seen = lanes_.ends();
    auto found = TRY(
        world_.catalog.read([&](CatalogUnit& catalog) { return catalog.operations().find(id); }));
    if (!found) {
      return Error{.code = ErrorCode::not_found,
                   .message = "there is no operation \"" + id.str() + "\""};
    }
    if (found->ended() || !goes_on || std::chrono::steady_clock::now() >= deadline) {
      return *std::move(found);
    }
    goes_on = lanes_.wait_for_an_end(seen, deadline);
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
