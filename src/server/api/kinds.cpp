// SPDX-License-Identifier: Apache-2.0
#include "server/api/answer.h"

namespace slip::api {

void add_kinds(Routes& routes) {
  routes.add("GET /kinds", [](Call& call) -> Result<http::Response> {
    TRY(must_be_admin(call.actor));
    return answer(200, json::object{{"items", to_json(call.api.settings.kinds)}});
  });
}

}  // namespace slip::api
