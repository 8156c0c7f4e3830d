// SPDX-License-Identifier: Apache-2.0
#include "operations/submit.h"

#include <fmt/format.h>

#include <algorithm>

#include "operations/quotas.h"
#include "operations/runner.h"

namespace slip {
namespace {

// Below this nothing new is begun: the databases that run need room for their own writes.
constexpr std::int64_t reserve_bytes = 64LL << 20;

// The volume whose snapshot the plan takes as `snapshot`; empty if it takes none.
VolumeId volume_taken_from(const Plan& plan, const SnapshotId& snapshot) {
  for (const auto& record : plan.operation.steps) {
    const auto* taken = std::get_if<TakeSnapshot>(&record.step);
    if (taken != nullptr && taken->snapshot == snapshot) return taken->volume;
  }
  return {};
}

bool starts_something(const Plan& plan) {
  return std::ranges::any_of(plan.operation.steps, [](const StepRecord& record) {
    return std::holds_alternative<StartInstances>(record.step);
  });
}

// What is begun when the disk behind the pool's file is full breaks what runs.
Result<> check_host(World& world, const Plan& plan) {
  if (plan.volumes.empty() && plan.snapshots.empty() && !starts_something(plan)) return {};
  const PoolSpace space = TRY(world.storage.probe());
  if (space.host_room() < HostRoom::little) return {};
  return Error{
      .code = ErrorCode::no_space,
      .message = fmt::format("the disk behind the pool's file has only {} MB free",
                             space.host->free >> 20),
      .hint = "Make room on it (an administrator's work): nothing new is begun until then."};
}

Result<> check_space(World& world, const Plan& plan) {
  if (plan.volumes.empty() && plan.snapshots.empty()) return {};
  const PoolSpace space = TRY(world.storage.probe());
  std::int64_t needed = reserve_bytes;
  if (!world.storage.info().capabilities.cheap_clone) {
    for (const auto& record : plan.operation.steps) {
      if (const auto* clone = std::get_if<CloneSnapshot>(&record.step)) {
        // One that the operation itself will take is as large as its volume is now.
        const VolumeId own = volume_taken_from(plan, clone->snapshot);
        const auto usage =
            own.empty() ? world.storage.usage(clone->snapshot) : world.storage.usage(own);
        // Of a volume that is yet to be made nobody knows.
        if (usage) needed += usage->logical;
        if (!usage && usage.error().code != ErrorCode::not_found) return usage.error();
      } else if (const auto* taken = std::get_if<TakeSnapshot>(&record.step)) {
        const auto usage = world.storage.usage(taken->volume);
        if (usage) needed += usage->logical;  // else it is a volume yet to be made
      }
    }
  }
  if (space.free >= needed) return {};
  return Error{
      .code = ErrorCode::no_space,
      .message = fmt::format("the pool has {} MB free, and this needs {} MB", space.free >> 20,
                             needed >> 20),
      .hint =
          "Delete what is no longer needed (\"slip usage\" shows what frees most) and purge "
          "it from the trash (\"slip trash purge ID\"), or grow the pool."};
}

}  // namespace

Result<std::optional<Operation>> find_earlier(CatalogUnit& catalog, const Actor& actor,
                                              const IdempotencyKey& key) {
  if (key.key.empty()) return std::optional<Operation>();
  auto earlier = TRY(catalog.operations().find_idempotent(actor.user, key.key));
  const bool is_another = earlier && !key.request.empty() && !earlier->request_digest.empty() &&
                          key.request != earlier->request_digest;
  if (!is_another) return earlier;
  return Error{.code = ErrorCode::invalid_argument,
               .message = fmt::format("the idempotency key \"{}\" was given to another request: {}",
                                      key.key, earlier->words),
               .hint = "Give every request a key of its own, and the same only to the same again."};
}

Result<> check_not_busy(CatalogUnit& catalog, const std::vector<std::string>& locks,
                        const std::vector<std::string>& shared) {
  const auto other = TRY(catalog.operations().in_the_way(locks, shared, OperationId()));
  if (other) return locked_by_another(*other);
  return {};
}

Result<Operation> journal_plan(World& world, const Actor& actor, const MakePlan& make_plan,
                               const IdempotencyKey& key, const ChooseBegin& begin) {
  std::optional<Plan> made;
  std::optional<Operation> earlier;
  NewSecrets secrets(world.secrets, world.ids);
  const auto look = [&](CatalogUnit& catalog) -> Result<> {
    earlier = TRY(find_earlier(catalog, actor, key));
    if (earlier) return {};
    secrets.start_over();
    PlanContext context{{world.ids, actor, world.clock.now(), &secrets}, catalog, world};
    made = TRY(make_plan(context));
    made->operation.idempotency_key = key.key;
    made->operation.request_digest = key.request;
    made->operation.owner = world.settings.daemon;
    made->operation.generation = 1;
    const OperationKind kind = made->operation.kind;
    if (begin && begin(kind) == Begin::at_once) begin_step(made->operation, 0, context.now);
    return check_not_busy(catalog, made->operation.locks, made->operation.shared);
  };
  std::optional<Operation> journaled;
  while (!journaled) {
    // Outside the transaction: measuring space may take a while, and keeping secrets is a durable
    // write of its own.
    TRY(world.catalog.read(look));
    if (earlier) return *earlier;
    TRY(check_host(world, *made));
    TRY(check_space(world, *made));
    TRY(check_disk_quota(world, *made));
    TRY(in_context("keep its secrets", secrets.store()));
    journaled =
        TRY(world.catalog.write([&](CatalogUnit& catalog) -> Result<std::optional<Operation>> {
          TRY(look(catalog));
          if (earlier) return earlier;
          // Something has changed since, and the plan has other secrets now: those first.
          if (!secrets.all_stored()) return std::optional<Operation>();
          TRY(catalog.operations().put(made->operation));
          for (const auto& volume : made->volumes) TRY(catalog.volumes().put(volume));
          for (const auto& snapshot : made->snapshots) TRY(catalog.snapshots().put(snapshot));
          TRY(catalog.events().append(event_of(made->operation, made->operation.created_at)));
          return std::optional(made->operation);
        }));
  }
  // A write that failed may have been made all the same: what nothing names is swept up later.
  if (earlier) secrets.forget();
  return *journaled;
}

}  // namespace slip
