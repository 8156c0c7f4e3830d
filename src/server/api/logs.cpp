// SPDX-License-Identifier: Apache-2.0
#include "queries/containers.h"
#include "server/api/answer.h"

namespace slip::api {
namespace {

constexpr std::int64_t bytes_default = 64 << 10;
constexpr std::int64_t bytes_max = 1 << 20;

Result<http::Response> show_logs(Call& call) {
  const auto bytes = TRY(call.number("bytes", 1, bytes_max)).value_or(bytes_default);
  return http::text_response(200,
                             TRY(queries::source_log(call.reader(), call.actor,
                                                     {.container = call.param("container"),
                                                      .branch = call.query("branch"),
                                                      .source = call.param("source"),
                                                      .bytes = static_cast<std::size_t>(bytes)})));
}

}  // namespace

void add_logs(Routes& routes) {
  routes.add("GET /containers/{container}/logs/{source}", show_logs);
}

}  // namespace slip::api
