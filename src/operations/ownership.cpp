// SPDX-License-Identifier: Apache-2.0
#include "operations/ownership.h"

#include <fmt/format.h>

#include <charconv>

#include "operations/deaths.h"
#include "operations/runner.h"

namespace slip {
namespace {

std::string lease_of(const std::string& daemon) {
  return "lease." + daemon;
}

// How often the daemon has renewed its lease, ever.
Result<std::int64_t> renewals_of(CatalogUnit& catalog, const std::string& daemon) {
  std::int64_t count = 0;
  if (const auto known = TRY(catalog.facts().find(lease_of(daemon)))) {
    std::from_chars(known->data(), known->data() + known->size(), count);
  }
  return count;
}

Result<> renew(CatalogUnit& catalog, const std::string& daemon) {
  const std::int64_t count = TRY(renewals_of(catalog, daemon)) + 1;
  return catalog.facts().put(lease_of(daemon), std::to_string(count));
}

}  // namespace

bool is_left_to(const std::string& daemon, const Operation& operation) {
  return operation.owner.empty() || operation.owner == daemon;
}

Result<Operation> claim(CatalogUnit& catalog, Operation operation, const std::string& daemon) {
  operation.owner = daemon;
  ++operation.generation;
  TRY(catalog.operations().put(operation));
  return operation;
}

Result<Operation> put_as_owner(CatalogUnit& catalog, Operation operation) {
  if (const auto stored = TRY(catalog.operations().find(operation.id))) {
    if (stored->owner != operation.owner || stored->generation != operation.generation) {
      return Error{.code = ErrorCode::superseded,
                   .message = fmt::format("{} has taken over: {}", stored->owner, stored->words)};
    }
    operation.cancel_requested = stored->cancel_requested;
  }
  TRY(catalog.operations().put(operation));
  return operation;
}

Result<Ownership::Seen> Ownership::look(Steady now) {
  auto seen = look_and_renew(now);
  // Where the catalog could not be reached nobody could renew, and nobody has let a lease expire.
  if (!seen) watched_.clear();
  return seen;
}

Result<Ownership::Seen> Ownership::look_and_renew(Steady now) {
  const std::string& daemon = world_.settings.daemon;
  struct Found {
    std::vector<Operation> unfinished;
    std::map<std::string, std::int64_t> renewals;
  };
  const auto found = TRY(world_.catalog.read([&](CatalogUnit& catalog) -> Result<Found> {
    Found now_there{TRY(catalog.operations().unfinished()), {}};
    for (const auto& one : now_there.unfinished) {
      now_there.renewals[one.owner] = TRY(renewals_of(catalog, one.owner));
    }
    return now_there;
  }));
  Seen seen;
  bool has_ours = false;
  for (const auto& one : found.unfinished) {
    if (one.owner != daemon) continue;
    has_ours = true;
    if (one.cancel_requested) seen.to_cancel.push_back(one.id);
  }
  const auto left = expired(found.unfinished, found.renewals, now);
  if (!has_ours && left.empty()) return seen;
  seen.claimed =
      TRY(world_.catalog.write([&](CatalogUnit& catalog) -> Result<std::vector<Operation>> {
        if (has_ours) TRY(renew(catalog, daemon));
        std::vector<Operation> claimed;
        for (const auto& one : left) {
          if (auto ours = TRY(claim_expired(catalog, one))) claimed.push_back(*std::move(ours));
        }
        return claimed;
      }));
  return seen;
}

std::vector<Operation> Ownership::expired(const std::vector<Operation>& unfinished,
                                          const std::map<std::string, std::int64_t>& renewals,
                                          Steady now) {
  std::map<OperationId, Watched> watched;
  std::vector<Operation> left;
  for (const auto& one : unfinished) {
    if (one.owner == world_.settings.daemon) continue;
    Watched watch{one.generation, renewals.at(one.owner), now};
    const auto before = watched_.find(one.id);
    const bool is_as_before = before != watched_.end() &&
                              before->second.generation == watch.generation &&
                              before->second.renewals == watch.renewals;
    if (is_as_before) watch = before->second;
    watched.emplace(one.id, watch);
    if (now - watch.since >= world_.settings.lease) left.push_back(one);
  }
  watched_ = std::move(watched);
  return left;
}

Result<std::optional<Operation>> Ownership::claim_expired(CatalogUnit& catalog,
                                                          const Operation& seen) {
  const auto stored = TRY(catalog.operations().find(seen.id));
  if (!stored || stored->ended()) return std::optional<Operation>();
  if (stored->owner != seen.owner || stored->generation != seen.generation) {
    return std::optional<Operation>();
  }
  if (TRY(renewals_of(catalog, seen.owner)) != watched_.at(seen.id).renewals) {
    return std::optional<Operation>();
  }
  auto ours = TRY(claim(catalog, *stored, world_.settings.daemon));
  const bool begun = ours.state != OperationState::queued;
  if (begun && TRY(note_death(catalog, ours, world_.clock.now()))) {
    return std::optional<Operation>();
  }
  return std::optional(std::move(ours));
}

}  // namespace slip
