// SPDX-License-Identifier: Apache-2.0
#include "queries/pool.h"

#include "server/api/answer.h"

namespace slip::api {
namespace {

Result<http::Response> believe_clock(Call& call) {
  TRY(call.api.product.believe_clock(call.actor));
  return http::no_content();
}

Result<http::Response> show_pool(Call& call) {
  return answer(200, to_json(TRY(queries::pool_view(call.reader(), call.actor))));
}

struct GrowBody {
  std::int64_t bytes = 0;
};
BOOST_DESCRIBE_STRUCT(GrowBody, (), (bytes))

Result<http::Response> grow(Call& call) {
  const auto body = TRY(from_json<GrowBody>(TRY(parse_body(call.request))));
  TRY(call.api.product.grow_pool(call.actor, body.bytes));
  return show_pool(call);
}

Result<http::Response> reserve(Call& call) {
  TRY(call.api.product.reserve_pool(call.actor));
  return show_pool(call);
}

}  // namespace

void add_pool(Routes& routes) {
  routes.add("GET /pool", show_pool);
  routes.add_once("POST /pool/grow", grow);
  routes.add_once("POST /pool/reserve", reserve);
  routes.add_once("POST /clock/believe", believe_clock);
}

}  // namespace slip::api
