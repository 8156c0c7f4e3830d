// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "domain/user.h"

namespace slip::queries {

class Reader;

Result<std::vector<User>> users(Reader& reader);  // by name
// By name or id. Errors: `not_found`.
Result<User> user_named(Reader& reader, std::string_view user);
// The same for each of them, in their order.
Result<std::vector<UserId>> users_named(Reader& reader, const std::vector<std::string>& names);

}  // namespace slip::queries
