// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "domain/operation.h"
#include "domain/policy.h"
#include "domain/requests.h"
#include "operations/secrets.h"
#include "operations/world.h"

namespace slip {

// What a plan is drafted with, once all is known that it is made from: who asks, when, and where
// new ids and passwords come from. Drafting changes nothing but the ids it draws.
struct Drafting {
  IdSource& ids;
  Actor actor;
  Timestamp now;
  NewSecrets* secrets = nullptr;  // nothing where no plan is made

  template <class SomeId>
  SomeId next_id() {
    return ids.next<SomeId>();
  }
};

// What a plan is made from: one consistent state of the catalog besides.
struct PlanContext : Drafting {
  CatalogUnit& catalog;
  const World& world;
};

// An operation with its steps, and what it will make in the pool, registered with it so that a
// crash orphans nothing.
class Plan {
 public:
  // `description` is the operation's words: "restore qa to ...".
  Plan(Drafting& drafting, OperationKind kind, std::string description);

  Operation operation;
  std::vector<Volume> volumes;
  std::vector<Snapshot> snapshots;

  // A volume with nothing running on it, to work in.
  VolumeId add_work_volume(std::string about);
  // A volume for a branch.
  VolumeId add_branch_volume(Volume volume);
  SnapshotId add_snapshot(std::string about);
  void add(Step step);
  // Adds the step that runs the version's hooks of that moment, if it has any.
  void add_hooks(const TemplateVersion& version, const VolumeId& volume, HookMoment when);
  // Nothing else may change these meanwhile.
  void lock(const std::string& id) { operation.locks.push_back(id); }
  // Once the step added last is done, that may be changed again.
  void free_after_last(const std::string& id) { operation.steps.back().frees.push_back(id); }
  // Nothing may change these meanwhile.
  void share(const std::string& id) { operation.shared.push_back(id); }

 private:
  IdSource* ids_;
};

// One for each request; see domain/requests.h. They check the actor's rights, names and states, and
// fail with what a person can do about it; nothing has happened then.
Result<Plan> plan(PlanContext& context, const LinkSource& request);
Result<Plan> plan(PlanContext& context, const SyncSource& request);
Result<Plan> plan(PlanContext& context, const ReseedSource& request);
Result<Plan> plan(PlanContext& context, const ReindexSource& request);
Result<Plan> plan(PlanContext& context, const ChangeUrl& request);
Result<Plan> plan(PlanContext& context, const CreateTemplate& request);
Result<Plan> plan(PlanContext& context, const VersionTemplate& request);
Result<Plan> plan(PlanContext& context, const CreateContainer& request);
Result<Plan> plan(PlanContext& context, const DeleteContainer& request);
Result<Plan> plan(PlanContext& context, const CreateBookmark& request);
Result<Plan> plan(PlanContext& context, const CreateTemplateBookmark& request);
Result<Plan> plan(PlanContext& context, const RestoreContainer& request);
Result<Plan> plan(PlanContext& context, const RefreshContainer& request);
Result<Plan> plan(PlanContext& context, const ResetContainer& request);
Result<Plan> plan(PlanContext& context, const UndoContainer& request);
Result<Plan> plan(PlanContext& context, const CreateBranch& request);
Result<Plan> plan(PlanContext& context, const ActivateBranch& request);
Result<Plan> plan(PlanContext& context, const DeleteBranch& request);
Result<Plan> plan(PlanContext& context, const StartContainer& request);
Result<Plan> plan(PlanContext& context, const StopContainer& request);
Result<Plan> plan(PlanContext& context, const TakePoint& request);
Result<Plan> plan(PlanContext& context, const TakeSourcePoint& request);
Result<Plan> plan(PlanContext& context, const BakePoint& request);
Result<Plan> plan(PlanContext& context, const RenewLogin& request);

}  // namespace slip
