// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/describe.hpp>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "domain/branch.h"
#include "domain/hook.h"
#include "domain/ids.h"
#include "domain/step.h"
#include "domain/user.h"

namespace slip {

enum class OperationKind {
  link_source,
  sync_source,
  unlink_source,
  reseed_source,
  reindex_source,
  edit_source,
  create_template,
  version_template,
  delete_template,
  create_container,
  delete_container,
  edit_container,
  lock,
  unlock,
  bookmark,
  edit_bookmark,
  share_bookmark,
  unshare_bookmark,
  delete_bookmark,
  restore,
  refresh,
  reset,
  undo,
  create_branch,
  activate_branch,
  rename_branch,
  delete_branch,
  start,
  stop,
  recover_from_trash,
  purge_from_trash,
  edit_users,
  renew_login,
  automatic_point,  // these two: the product's own, in the background
  bake,
};
BOOST_DESCRIBE_ENUM(OperationKind, link_source, sync_source, unlink_source, reseed_source,
                    reindex_source, edit_source, create_template, version_template, delete_template,
                    create_container, delete_container, edit_container, lock, unlock, bookmark,
                    edit_bookmark, share_bookmark, unshare_bookmark, delete_bookmark, restore,
                    refresh, reset, undo, create_branch, activate_branch, rename_branch,
                    delete_branch, start, stop, recover_from_trash, purge_from_trash, edit_users,
                    renew_login, automatic_point, bake)

// True if nobody asked for it: it is listed only where that is wanted, and nobody waits for it.
bool in_background(OperationKind kind);
// True if it fetches or prepares a whole data set, which may take hours.
bool takes_long(OperationKind kind);

// queued -> running -> succeeded, or -> rolling_back -> failed | canceled. Once its commit is
// through, an operation can only go on to succeed.
enum class OperationState { queued, running, rolling_back, succeeded, failed, canceled };
BOOST_DESCRIBE_ENUM(OperationState, queued, running, rolling_back, succeeded, failed, canceled)

enum class StepState { pending, running, done, undone };
BOOST_DESCRIBE_ENUM(StepState, pending, running, done, undone)

// What a step found out, for the steps after it and for people.
struct StepFindings {
  std::optional<Timestamp> at = {};  // TakeSnapshot: the instant; CatchUp, FindDataTime: as of when
  std::optional<Timestamp> taken_by = {};  // TakeSnapshot: when it was through
  std::map<std::string, DataPosition> positions =
      {};  // TakeSnapshot by source name; IngestSource, Detach, SortAnew ""
  std::vector<HookRun> hooks = {};                  // RunHooks: those that ran
  std::optional<std::int64_t> clock_ahead_ms = {};  // those two: production's clock before ours
};
BOOST_DESCRIBE_STRUCT(StepFindings, (), (at, taken_by, positions, hooks, clock_ahead_ms))

struct StepRecord {
  Step step;
  StepState state = StepState::pending;
  std::optional<Timestamp> started_at = {};
  std::optional<Timestamp> ended_at = {};
  StepFindings findings = {};
  std::vector<std::string> frees = {};  // locks that the steps after it do not need
};
BOOST_DESCRIBE_STRUCT(StepRecord, (), (step, state, started_at, ended_at, findings, frees))

struct OperationFailure {
  std::string code;
  std::string message;
  std::string hint;
  std::string step;    // words of the step that failed; empty if none had begun
  std::string detail;  // the log of what did not start, the output of what said no
};
BOOST_DESCRIBE_STRUCT(OperationFailure, (), (code, message, hint, step, detail))

enum class LockMode { shared, exclusive };
BOOST_DESCRIBE_ENUM(LockMode, shared, exclusive)

// That an unfinished operation has something to itself (exclusive), or keeps others from changing
// it (shared).
struct HeldLock {
  std::string kind;  // of what is locked: what its id begins with
  std::string id;
  LockMode mode = LockMode::exclusive;
  OperationId operation;
};
BOOST_DESCRIBE_STRUCT(HeldLock, (), (kind, id, mode, operation))

// What a caller names a request by, so that it is carried out once however often it is sent.
struct IdempotencyKey {
  std::string key;           // the caller's own; empty: none
  std::string request = {};  // a digest of what is asked for; empty: not known
};

// One recorded act. Never deleted.
struct Operation {
  OperationId id;
  OperationKind kind = OperationKind::bookmark;
  Actor actor;
  std::string words;  // "restore qa to bookmark \"clean base\""; survives what it names
  OperationState state = OperationState::queued;
  ContainerId container;  // these four: empty where it has none
  TemplateId template_id;
  SourceId source;
  BranchId branch;
  std::optional<DataParent> parent;      // where data came from
  PointId point;                         // made by it: a bookmark's, or the safety point
  std::vector<std::string> locks;        // ids nothing else may change meanwhile
  std::vector<std::string> shared = {};  // ids nothing may change meanwhile; others may read them
  std::vector<StepRecord> steps;
  std::optional<OperationFailure> failure;
  bool cancel_requested = false;
  std::string progress;         // of the running step, for people
  std::string idempotency_key;  // these two: of the IdempotencyKey
  std::string request_digest = {};
  std::string owner = {};        // the daemon that carries it out; empty: none
  std::uint64_t generation = 0;  // one more each time that a daemon takes it into its hands
  Timestamp created_at;
  std::optional<Timestamp> ended_at;

  bool ended() const {
    return state == OperationState::succeeded || state == OperationState::failed ||
           state == OperationState::canceled;
  }
  // True once its (last) commit is done: it can no longer be taken back.
  bool committed() const;
  // Each once, in the order of their ids; what is in both lists is exclusive. None once it has
  // ended.
  std::vector<HeldLock> held() const;
  // True if nothing with these locks may run at the same time.
  bool excludes(const std::vector<std::string>& others_locks,
                const std::vector<std::string>& others_shared) const;
  // True if a step that is not done works on the volume.
  bool has_work_on(const VolumeId& volume) const;
};
BOOST_DESCRIBE_STRUCT(Operation, (),
                      (id, kind, actor, words, state, container, template_id, source, branch,
                       parent, point, locks, shared, steps, failure, cancel_requested, progress,
                       idempotency_key, request_digest, owner, generation, created_at, ended_at))

// The `busy` of an operation that cannot have what the other one has locked.
Error locked_by_another(const Operation& other);

// Told to every page by the event stream, in the order of `sequence`; says what to look at again.
struct Event {
  std::int64_t sequence = 0;  // given by the catalog, from 1, increasing; some may be missing
  Timestamp at;
  std::string topic;  // "operation", "container", "bookmark", "template", "source", "user", "pool"
  std::string subject;     // the id of what changed
  ContainerId container;   // where it concerns one
  TemplateId template_id;  // where it concerns one
  std::string words;       // one sentence, may be empty
};
BOOST_DESCRIBE_STRUCT(Event, (), (sequence, at, topic, subject, container, template_id, words))

}  // namespace slip
