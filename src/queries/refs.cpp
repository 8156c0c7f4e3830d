// SPDX-License-Identifier: Apache-2.0
#include "queries/refs.h"

namespace slip::queries {
namespace {

template <class Table, class SomeId>
Result<std::optional<Ref>> look_up(Table& table, const SomeId& id) {
  if (id.empty()) return std::optional<Ref>();
  const auto found = TRY(table.find(id));
  return std::optional(Ref{id.str(), found ? found->name : std::string()});
}

}  // namespace

Result<std::optional<Ref>> ref_to(CatalogUnit& catalog, const ContainerId& id) {
  return look_up(catalog.containers(), id);
}
Result<std::optional<Ref>> ref_to(CatalogUnit& catalog, const TemplateId& id) {
  return look_up(catalog.templates(), id);
}
Result<std::optional<Ref>> ref_to(CatalogUnit& catalog, const SourceId& id) {
  return look_up(catalog.sources(), id);
}
Result<std::optional<Ref>> ref_to(CatalogUnit& catalog, const BranchId& id) {
  return look_up(catalog.branches(), id);
}
Result<std::optional<Ref>> ref_to(CatalogUnit& catalog, const UserId& id) {
  return look_up(catalog.users(), id);
}

}  // namespace slip::queries
