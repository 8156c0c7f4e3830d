// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "ports/catalog.h"
#include "queries/refs.h"

namespace slip::queries {

class Reader;

// Its arguments stay inside: they name volumes and snapshots.
struct StepView {
  std::string kind;
  std::string words;
  StepState state = StepState::pending;
  std::optional<Timestamp> started_at;
  std::optional<Timestamp> ended_at;
  std::vector<HookRun> hooks;
};
BOOST_DESCRIBE_STRUCT(StepView, (), (kind, words, state, started_at, ended_at, hooks))

struct OperationView {
  std::string id;
  OperationKind kind = OperationKind::bookmark;
  std::string words;
  OperationState state = OperationState::queued;
  Ref actor;
  std::optional<Ref> container;
  std::optional<Ref> template_;
  std::optional<Ref> source;
  std::optional<Ref> branch;
  std::optional<DataParent> parent;
  std::optional<PointId> point;
  std::map<std::string, DataPosition> positions;
  std::vector<StepView> steps;
  std::string progress;
  std::optional<OperationFailure> failure;
  bool cancel_requested = false;
  Timestamp created_at;
  std::optional<Timestamp> ended_at;
};
BOOST_DESCRIBE_STRUCT(OperationView, (),
                      (id, kind, words, state, actor, container, template_, source, branch, parent,
                       point, positions, steps, progress, failure, cancel_requested, created_at,
                       ended_at))

// As it is in `operation`. Errors: `not_found`, saying that there is none that the actor can see.
Result<OperationView> operation_view(Reader& reader, const Actor& actor,
                                     const Operation& operation);
// Errors: the same.
Result<Operation> operation_seen(Reader& reader, const Actor& actor, const OperationId& operation);

// The unfinished operation whose id the text has in it, as a refusal names the one that is in the
// way; empty: none.
OperationId operation_named_in(Reader& reader, const std::string& text);

Result<OperationView> operation_view(CatalogUnit& catalog, const Operation& operation);

struct OperationPage {
  std::vector<OperationView> operations;  // the newest first; their hooks without their output
  std::optional<std::string> next;        // what to ask for as `before`; nothing: that was all
};
// Up to `query.limit` that the actor may see: all for admins, for others their own and those of
// their containers; of one container, where one is named. Without background work, what the product
// does again and again by itself is left out, but for its failures. Errors: `not_found`, of the
// container.
Result<OperationPage> visible_operations(Reader& reader, const Actor& actor, OperationQuery query,
                                         const std::optional<std::string>& container);

}  // namespace slip::queries
