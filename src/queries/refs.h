// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/describe.hpp>
#include <optional>
#include <string>

#include "ports/catalog.h"

namespace slip::queries {

// How views mention things: both what scripts and what people call them by.
struct Ref {
  std::string id;
  std::string name;
};
BOOST_DESCRIBE_STRUCT(Ref, (), (id, name))

// Nothing for an empty id; an empty name for what the catalog has no more.
Result<std::optional<Ref>> ref_to(CatalogUnit& catalog, const ContainerId& id);
Result<std::optional<Ref>> ref_to(CatalogUnit& catalog, const TemplateId& id);
Result<std::optional<Ref>> ref_to(CatalogUnit& catalog, const SourceId& id);
Result<std::optional<Ref>> ref_to(CatalogUnit& catalog, const BranchId& id);
Result<std::optional<Ref>> ref_to(CatalogUnit& catalog, const UserId& id);

// As above, of what must have one.
template <class SomeId>
Result<Ref> must_refer(CatalogUnit& catalog, const SomeId& id) {
  auto ref = ref_to(catalog, id);
  if (!ref) return std::move(ref).error();
  return *ref ? **std::move(ref) : Ref{};
}

template <class Record>
Ref ref_of(const Record& record) {
  return {record.id.str(), record.name};
}

}  // namespace slip::queries
