// SPDX-License-Identifier: Apache-2.0
#include "queries/users.h"

#include "operations/lookup.h"
#include "queries/reader.h"

namespace slip::queries {

Result<std::vector<User>> users(Reader& reader) {
  return reader.read([](CatalogUnit& catalog) { return catalog.users().all(); });
}

Result<User> user_named(Reader& reader, std::string_view user) {
  return reader.read([&](CatalogUnit& catalog) { return find_user_named(catalog, user); });
}

Result<std::vector<UserId>> users_named(Reader& reader, const std::vector<std::string>& names) {
  return reader.read([&](CatalogUnit& catalog) -> Result<std::vector<UserId>> {
    std::vector<UserId> found;
    for (const auto& name : names) found.push_back(TRY(find_user_named(catalog, name)).id);
    return found;
  });
}

}  // namespace slip::queries
