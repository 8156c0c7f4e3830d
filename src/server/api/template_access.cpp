// SPDX-License-Identifier: Apache-2.0
#include "server/api/template_access.h"

#include "domain/policy.h"
#include "operations/lookup.h"

namespace slip::api {

Result<bool> may_see(CatalogUnit& catalog, const Actor& actor, const Template& mould) {
  if (actor.role == SystemRole::admin) return true;
  for (const auto& container : TRY(catalog.containers().all(Trash::without))) {
    if (container.template_id == mould.id && role_in(container, actor)) return true;
  }
  return false;
}

Result<Template> find_visible_template(CatalogUnit& catalog, const Actor& actor,
                                       std::string_view name_or_id) {
  auto mould = find_template(catalog, name_or_id);
  if (mould && TRY(may_see(catalog, actor, *mould))) return mould;
  if (!mould && actor.role == SystemRole::admin) return mould;
  if (!mould && mould.error().code != ErrorCode::not_found) return mould;
  std::string names;
  for (const auto& one : TRY(catalog.templates().all(Trash::without))) {
    if (!TRY(may_see(catalog, actor, one))) continue;
    names += (names.empty() ? "" : ", ") + one.name;
  }
  return Error{.code = ErrorCode::not_found,
               .message = "there is no template \"" + std::string(name_or_id.substr(0, 300)) + "\"",
               .hint = names.empty() ? "There are none." : "There are: " + names + "."};
}

}  // namespace slip::api
