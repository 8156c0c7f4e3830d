// SPDX-License-Identifier: Apache-2.0
#include "server/api/user_view.h"

namespace slip::api {

json::object user_json(const User& user) {
  return {{"id", user.id.str()},
          {"name", user.name},
          {"role", to_json(user.role)},
          {"created_at", to_json(user.created_at)}};
}

json::object actor_json(const Actor& actor) {
  return {{"id", actor.user.str()}, {"name", actor.name}, {"role", to_json(actor.role)}};
}

}  // namespace slip::api
