// SPDX-License-Identifier: Apache-2.0
#include "server/api/operation_view.h"

#include "server/api/refs.h"

namespace slip::api {
namespace {

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

// Of the point its data came from, else of the one it made.
Result<std::map<std::string, DataPosition>> positions_of(CatalogUnit& catalog,
                                                         const Operation& operation) {
  for (const auto& id : {operation.parent ? operation.parent->point : PointId(), operation.point}) {
    if (id.empty()) continue;
    const auto point = TRY(catalog.points().find(id));
    if (point) return point->positions;
  }
  return std::map<std::string, DataPosition>();
}

}  // namespace

Result<json::value> operation_json(CatalogUnit& catalog, const Operation& operation,
                                   Detail detail) {
  OperationView view;
  view.id = operation.id.str();
  view.kind = operation.kind;
  view.words = operation.words;
  view.state = operation.state;
  view.actor = {operation.actor.user.str(), operation.actor.name};
  view.container = TRY(ref_to(catalog, operation.container));
  view.template_ = TRY(ref_to(catalog, operation.template_id));
  view.source = TRY(ref_to(catalog, operation.source));
  view.branch = TRY(ref_to(catalog, operation.branch));
  view.parent = operation.parent;
  if (!operation.point.empty()) view.point = operation.point;
  view.positions = TRY(positions_of(catalog, operation));
  for (const auto& record : operation.steps) {
    view.steps.push_back({std::string(kind_of(record.step)), std::string(words(record.step)),
                          record.state, record.started_at, record.ended_at, record.findings.hooks});
    if (detail == Detail::outline) {
      for (auto& run : view.steps.back().hooks) run.output.clear();
    }
  }
  view.progress = operation.progress;
  view.failure = operation.failure;
  view.cancel_requested = operation.cancel_requested;
  view.created_at = operation.created_at;
  view.ended_at = operation.ended_at;
  return to_json(view);
}

}  // namespace slip::api
