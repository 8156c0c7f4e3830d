#include "server/api/answer.h"

namespace slip::api {

void add_status(Routes& routes) {
  routes.add_open("GET /status", [](Call& call) -> Result<http::Response> {
    return answer(200, json::object{{"product", "slipstream"},
                                    {"version", call.api.settings.version},
                                    {"ready", true},
                                    {"api", "v1"}});
  });
}

}  // namespace slip::api
