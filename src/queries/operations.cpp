// SPDX-License-Identifier: Apache-2.0
#include "queries/operations.h"

#include "operations/lookup.h"
#include "operations/runner.h"
#include "queries/reader.h"

namespace slip::queries {
namespace {

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

// What the product does again and again by itself. A failure of it is of interest to people.
bool is_routine(const Operation& operation) {
  return operation.kind == OperationKind::sync_source &&
         operation.actor.user == slipstream_itself.user &&
         operation.state == OperationState::succeeded;
}

Error unseen(const OperationId& operation) {
  return Error{.code = ErrorCode::not_found,
               .message = "there is no operation \"" + operation.str() + "\" that you can see",
               .hint = "\"slip operations\" shows the newest."};
}

// Admins see all, others their own and those of their containers.
Result<bool> may_see(CatalogUnit& catalog, const Actor& actor, const Operation& operation) {
  if (actor.role == SystemRole::admin || operation.actor.user == actor.user) return true;
  if (operation.container.empty()) return false;
  const auto container = TRY(catalog.containers().find(operation.container));
  return container && role_in(*container, actor).has_value();
}

Result<OperationView> outline(CatalogUnit& catalog, const Operation& operation) {
  auto view = TRY(operation_view(catalog, operation));
  for (auto& step : view.steps) {
    for (auto& run : step.hooks) run.output.clear();
  }
  return view;
}

// Reads on until so many are found that may be seen.
Result<OperationPage> read_visible(CatalogUnit& catalog, const Actor& actor, OperationQuery query) {
  OperationPage page;
  for (;;) {
    const auto some = TRY(catalog.operations().query(query));
    for (const auto& operation : some) {
      query.before = operation.id;
      if (!query.background && is_routine(operation)) continue;
      if (!TRY(may_see(catalog, actor, operation))) continue;
      page.operations.push_back(TRY(outline(catalog, operation)));
      if (page.operations.size() < query.limit) continue;
      page.next = operation.id.str();
      return page;
    }
    if (some.size() < query.limit) return page;
  }
}

}  // namespace

Result<OperationView> operation_view(CatalogUnit& catalog, const Operation& operation) {
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
  }
  view.progress = operation.progress;
  view.failure = operation.failure;
  view.cancel_requested = operation.cancel_requested;
  view.created_at = operation.created_at;
  view.ended_at = operation.ended_at;
  return view;
}

Result<OperationView> operation_view(Reader& reader, const Actor& actor,
                                     const Operation& operation) {
  return reader.read([&](CatalogUnit& catalog) -> Result<OperationView> {
    if (!TRY(may_see(catalog, actor, operation))) return unseen(operation.id);
    return operation_view(catalog, operation);
  });
}

Result<Operation> operation_seen(Reader& reader, const Actor& actor, const OperationId& operation) {
  return reader.read([&](CatalogUnit& catalog) -> Result<Operation> {
    const auto found = TRY(catalog.operations().find(operation));
    if (found && TRY(may_see(catalog, actor, *found))) return *found;
    return unseen(operation);
  });
}

OperationId operation_named_in(Reader& reader, const std::string& text) {
  const auto unfinished =
      reader.read([](CatalogUnit& catalog) { return catalog.operations().unfinished(); });
  if (!unfinished) return {};
  for (const auto& operation : *unfinished) {
    if (text.find(operation.id.str()) != std::string::npos) return operation.id;
  }
  return {};
}

Result<OperationPage> visible_operations(Reader& reader, const Actor& actor, OperationQuery query,
                                         const std::optional<std::string>& container) {
  return reader.read([&](CatalogUnit& catalog) -> Result<OperationPage> {
    OperationQuery asked = query;
    if (container)
      asked.container = TRY(find_container(catalog, actor, Right::look, *container)).id;
    return read_visible(catalog, actor, std::move(asked));
  });
}

}  // namespace slip::queries
