// SPDX-License-Identifier: Apache-2.0
#include "operations/deaths.h"

#include <fmt/format.h>

#include "base/json.h"
#include "base/log.h"
#include "operations/runner.h"

namespace slip {
namespace {

constexpr std::string_view clean_end = "clean_end";

struct Deaths {
  std::string place;
  int count = 0;
};
BOOST_DESCRIBE_STRUCT(Deaths, (), (place, count))

std::string fact_of(const OperationId& operation) {
  return "deaths." + operation.str();
}

// The step that was being done; none: it was being taken back, or is through.
const StepRecord* step_of(const Operation& operation) {
  if (operation.state == OperationState::rolling_back) return nullptr;
  for (const auto& record : operation.steps) {
    if (record.state != StepState::done) return &record;
  }
  return nullptr;
}

// For people, and to tell places apart.
std::string place_of(const Operation& operation) {
  const auto* step = step_of(operation);
  if (step == nullptr) return "putting everything back";
  return fmt::format("step {}, {}", step - operation.steps.data() + 1, words(step->step));
}

OperationFailure failure_of(const Operation& operation, const std::string& place) {
  const auto* step = step_of(operation);
  const std::string effect = operation.committed() ? "What it was to change is changed."
                                                   : "Nothing of what it was to change is changed.";
  return {.code = "internal",
          .message = fmt::format("the daemon died {} times in this operation, at \"{}\": it is "
                                 "left alone, so that everything else can go on",
                                 deaths_max, place),
          .hint = effect +
                  " What it had begun to make is kept, and \"slip doctor\" names it. "
                  "Report this, with the daemon's log.",
          .step = step == nullptr ? std::string() : std::string(words(step->step)),
          .detail = ""};
}

}  // namespace

Result<bool> note_death(CatalogUnit& catalog, Operation operation, Timestamp now) {
  const std::string fact = fact_of(operation.id);
  const std::string place = place_of(operation);
  Deaths deaths{.place = place};
  if (const auto known = TRY(catalog.facts().find(fact))) {
    const auto before = from_json_text<Deaths>(*known);
    if (before && before->place == place) deaths = *before;
  }
  ++deaths.count;
  if (deaths.count < deaths_max) {
    TRY(catalog.facts().put(fact, to_json_text(deaths)));
    return false;
  }
  operation.failure = failure_of(operation, place);
  operation.state = OperationState::failed;
  operation.progress.clear();
  operation.ended_at = now;
  spdlog::critical("{} ({}): {}", operation.words, operation.id.str(), operation.failure->message);
  TRY(catalog.facts().remove(fact));
  TRY(catalog.operations().put(operation));
  TRY(catalog.events().append(event_of(operation, now)));
  return true;
}

Result<> forget_deaths(CatalogUnit& catalog, const OperationId& operation) {
  const std::string fact = fact_of(operation);
  if (!TRY(catalog.facts().find(fact))) return {};
  return catalog.facts().remove(fact);
}

Result<> note_clean_end(CatalogUnit& catalog) {
  return catalog.facts().put(clean_end, "yes");
}

Result<bool> take_clean_end(CatalogUnit& catalog) {
  const bool was = TRY(catalog.facts().find(clean_end)).has_value();
  if (was) TRY(catalog.facts().remove(clean_end));
  return was;
}

}  // namespace slip
