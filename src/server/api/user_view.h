// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/json.h"
#include "domain/user.h"

namespace slip::api {

// Users as the API shows them.
json::object user_json(const User& user);
json::object actor_json(const Actor& actor);

}  // namespace slip::api
