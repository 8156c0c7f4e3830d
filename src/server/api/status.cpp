// SPDX-License-Identifier: Apache-2.0
#include "server/api/answer.h"

namespace slip::api {

// Nobody has to log in for it: whoever cannot check a certificate yet cannot do so safely.
void add_status(Routes& routes) {
  routes.add_open("GET /certificate-authority", [](Call& call) -> Result<http::Response> {
    return answer(200, json::object{{"certificate", call.api.settings.authority}});
  });
  routes.add_open("GET /status", [](Call& call) -> Result<http::Response> {
    return answer(200, json::object{{"product", "slipstream"},
                                    {"version", call.api.settings.version},
                                    {"ready", true},
                                    {"api", "v1"}});
  });
}

}  // namespace slip::api
